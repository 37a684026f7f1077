using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Trunkline.Commands;

/// <summary>What the server says of rates and routes, for people: figures to the right, points below one another.</summary>
internal static class RatesTables
{
    private const int MinDecimals = 2;

    public static void Decks(JsonElement page) => Rows.Print(Rows.Items(page).Select(d => new[]
    {
        Rows.Text(d, "id"), Rows.Text(d, "kind"), Rows.Text(d, "resource") + Rows.Text(d, "plan"), Rows.Text(d, "type"), Rows.Text(d, "currency"), Rows.Text(d, "rateCount"),
        Rows.Text(d, "effective"), Rows.Text(d, "state"), Rows.Text(d, "source"),
    }), "deck", "kind", "of", "type", "currency", "rates", "in force from (UTC)", "", "file");

    public static void Explain(JsonElement told)
    {
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 160);
        var (pages, seconds) = (Rows.Text(told, "pages"), Rows.Text(told, "seconds"));
        AnsiConsole.MarkupLineInterpolated($"[bold]{Rows.Text(told, "number")}[/]  {Rows.Text(told, "type")}, {pages} {(pages == "1" ? "page" : "pages")}, {seconds} s expected");
        if (told.TryGetProperty("price", out var price))
        {
            AnsiConsole.MarkupLineInterpolated($"{Rows.Text(told, "customer")} pays [bold]{Rows.Text(price, "amount")}[/]{Source(price)}");
        }
        var candidates = told.GetProperty("candidates").EnumerateArray().ToList();
        var costs = Aligned([.. candidates.Select(c => Money(c, "cost"))]);
        var converted = Aligned([.. candidates.Select(c => Money(c, "converted"))]);
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns(
            new TableColumn(""), new TableColumn("resource"), new TableColumn("cost").RightAligned(), new TableColumn("converted").RightAligned(), new TableColumn("prefix"),
            new TableColumn("rate"), new TableColumn("deck").RightAligned(), new TableColumn("success").RightAligned(), new TableColumn("free").RightAligned(),
            new TableColumn("pref").RightAligned(), new TableColumn("why"));
        for (var i = 0; i < candidates.Count; i++)
        {
            var c = candidates[i];
            var isChosen = c.GetProperty("chosen").GetBoolean();
            var style = isChosen ? "green" : c.GetProperty("verdict").GetString() == "usable" ? "default" : "grey";
            string[] cells =
            [
                isChosen ? ">" : "", Rows.Text(c, "resource"), costs[i], converted[i], Rows.Text(c, "prefix"), Rows.Text(c, "rate"), Rows.Text(c, "deck"),
                (c.GetProperty("success").GetInt32() / 10m).ToString("0.0", CultureInfo.InvariantCulture) + " %", $"{Rows.Text(c, "free")}/{Rows.Text(c, "channels")}",
                Rows.Text(c, "preference"), Rows.Text(c, "why"),
            ];
            table.AddRow([.. cells.Select(cell => $"[{style}]{Markup.Escape(cell)}[/]")]);
        }
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated($"{Rows.Text(told, "answer")}");
    }

    private static string Source(JsonElement price)
    {
        if (!price.TryGetProperty("deck", out _))
            return "";
        var prefix = Rows.Text(price, "prefix");
        return $"  (deck {Rows.Text(price, "deck")}, prefix {(prefix.Length == 0 ? "*" : prefix)}, {Rows.Text(price, "rate")})";
    }

    private static (string Amount, string Currency)? Money(JsonElement candidate, string name) => candidate.TryGetProperty(name, out var money)
        ? (money.GetProperty("amount").GetString()!, money.GetProperty("currency").GetString()!)
        : null;

    /// <summary>Amounts with as many decimals as the one that has the most, so that they can be compared at a glance.</summary>
    private static List<string> Aligned(IReadOnlyList<(string Amount, string Currency)?> amounts)
    {
        var decimals = amounts.Select(a => a is { } m && m.Amount.Contains('.', StringComparison.Ordinal) ? m.Amount.Length - m.Amount.IndexOf('.', StringComparison.Ordinal) - 1 : 0)
            .Append(MinDecimals).Max();
        return [.. amounts.Select(a => a is { } m
            ? $"{decimal.Parse(m.Amount, CultureInfo.InvariantCulture).ToString(string.Create(CultureInfo.InvariantCulture, $"F{decimals}"), CultureInfo.InvariantCulture)} {m.Currency}"
            : "")];
    }
}
