using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Trunkline.Commands;

/// <summary>Answers of the server as tables for people.</summary>
internal static class Rows
{
    /// <summary>Prints a table of plain texts.</summary>
    public static void Print(IEnumerable<IReadOnlyList<string>> rows, params ReadOnlySpan<string> columns)
    {
        // Wider than 80 columns where there is no terminal: an id that is cut is of no use.
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 160);
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
            table.AddColumn(column);
        foreach (var row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    /// <summary>The items of a part of a list.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement page) => page.GetProperty("items").EnumerateArray();

    /// <summary>A member as text: money as <c>1.25 USD</c>, times to the second, nothing where it is left out.</summary>
    public static string Text(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var value))
            return "";
        return value.ValueKind switch
        {
            JsonValueKind.String when value.GetString() is [_, _, _, _, '-', _, _, '-', _, _, 'T', .., 'Z'] => value.GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Object when value.TryGetProperty("amount", out var amount) => $"{amount.GetString()} {value.GetProperty("currency").GetString()}",
            JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(v => v.ToString())),
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            JsonValueKind.Null => "",
            _ => value.ToString(),
        };
    }
}
