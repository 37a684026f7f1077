using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Spectre.Console;
using Trunkline.Web.Api;

namespace Trunkline.Commands;

/// <summary>Decks of rates, and why a number goes the way that it goes.</summary>
internal static class RatesCommand
{
    private static readonly string[] Types = ["fax", "voice", "notification", "video"];

    public static Command Build(CommandFrame frame) => new("rates", "Rate decks, and which resource a number goes to")
    {
        Explain(frame),
        Import(frame),
        List(frame),
        Remove(frame),
        Rule(frame, "allow", "Let a customer use this resource, and no other that is not allowed too", "allow"),
        Rule(frame, "deny", "Let a customer use any resource but this", "deny"),
        Rule(frame, "unset", "Take away a customer's rule for a resource", null),
        Rules(frame),
    };

    private static Command Explain(CommandFrame frame)
    {
        var number = new Argument<string>("number") { Description = "The number, such as +12025550100" };
        var pages = new Option<int?>("--pages") { Description = "Pages (1)" };
        var seconds = new Option<int?>("--seconds") { Description = "Seconds on the line (expected from the pages)" };
        var customer = new Option<string?>("--customer") { Description = "Whose message it is: its price, and what it may use" };
        var type = TypeOption();
        var command = new Command("explain", "Show every resource with its cost, and why one is chosen") { number, pages, seconds, customer, type };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var path = "v1/rates/explain" + Query(("number", parsed.GetValue(number)), ("pages", Number(parsed.GetValue(pages))),
                ("seconds", Number(parsed.GetValue(seconds))), ("customer", parsed.GetValue(customer)), ("type", parsed.GetValue(type)));
            session.Show(await session.GetAsync(path, cancellationToken), RatesTables.Explain);
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Import(CommandFrame frame)
    {
        var file = new Argument<FileInfo>("file") { Description = "CSV, with a header row; docs/reference/rate-files.md" };
        var resource = new Option<string?>("--resource") { Description = "A cost deck of this resource" };
        var plan = new Option<string?>("--plan") { Description = "A price deck of this plan" };
        var type = TypeOption();
        var currency = new Option<string>("--currency") { Description = "ISO 4217, of all amounts", Required = true };
        var effective = new Option<string?>("--effective") { Description = "From when it counts, such as 2026-12-01T00:00:00Z (now)" };
        var zone = new Option<string?>("--time-zone") { Description = "Of its dates and hours, such as Europe/Berlin (UTC)" };
        var command = new Command("import", "Import a rate file: whole, or not at all") { file, resource, plan, type, currency, effective, zone };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var source = parsed.GetValue(file)!;
            if (!source.Exists)
                throw new ApiFailure(ExitCode.Refused, $"There is no file {source.FullName}.");
            var path = "v1/rates" + Query(("resource", parsed.GetValue(resource)), ("plan", parsed.GetValue(plan)), ("type", parsed.GetValue(type)),
                ("currency", parsed.GetValue(currency)), ("effective", parsed.GetValue(effective)), ("timeZone", parsed.GetValue(zone)), ("source", source.Name));
            session.Show(await UploadAsync(session, path, source, cancellationToken), deck => AnsiConsole.MarkupLineInterpolated(
                $"Deck {Rows.Text(deck, "id")}: {Rows.Text(deck, "rateCount")} rates of {source.Name}, {Rows.Text(deck, "state")}, in force from {Rows.Text(deck, "effective")} UTC."));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command List(CommandFrame frame)
    {
        var resource = new Option<string?>("--resource") { Description = "Only of this resource" };
        var plan = new Option<string?>("--plan") { Description = "Only of this price plan" };
        var command = new Command("list", "List the decks, newest first") { resource, plan };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.GetAsync("v1/rates" + Query(("limit", "1000"), ("resource", parsed.GetValue(resource)), ("plan", parsed.GetValue(plan))), cancellationToken),
                RatesTables.Decks);
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Remove(CommandFrame frame)
    {
        var id = new Argument<long>("deck") { Description = "Its number, as \"rates list\" shows it" };
        var command = new Command("remove", "Remove a deck; the one before it counts again") { id };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.DeleteAsync($"v1/rates/{parsed.GetValue(id)}", cancellationToken),
                _ => AnsiConsole.MarkupLineInterpolated($"Deck {parsed.GetValue(id)} is removed."));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Rule(CommandFrame frame, string name, string description, string? rule)
    {
        var customer = new Option<string>("--customer") { Description = "Its address", Required = true };
        var resource = new Option<string>("--resource") { Description = "Its name", Required = true };
        var command = new Command(name, description) { customer, resource };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var change = new { Customer = parsed.GetValue(customer), Resource = parsed.GetValue(resource), Rule = rule };
            session.Show(await session.PutAsync("v1/rates/rules", change, cancellationToken), _ => AnsiConsole.MarkupLineInterpolated($"Done."));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Rules(CommandFrame frame)
    {
        var customer = new Option<string?>("--customer") { Description = "Only of this customer" };
        var command = new Command("rules", "List which resources customers may use") { customer };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.GetAsync("v1/rates/rules" + Query(("customer", parsed.GetValue(customer))), cancellationToken), rules => Rows.Print(
                rules.EnumerateArray().Select(r => new[] { Rows.Text(r, "customer"), Rows.Text(r, "rule"), Rows.Text(r, "resource") }), "customer", "rule", "resource"));
            return ExitCode.Well;
        });
        return command;
    }

    /// <summary>Sends the file as it is read; the server takes it in at the pace at which it is stored, so what is sent is what is done.</summary>
    private static async Task<JsonElement> UploadAsync(ApiSession session, string path, FileInfo source, CancellationToken cancellationToken)
    {
        await using var file = source.OpenRead();
        if (session.IsJson || Console.IsOutputRedirected)
            return await SendAsync(session, path, file, cancellationToken);
        return await AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).StartAsync(async progress =>
        {
            var task = progress.AddTask(source.Name, maxValue: Math.Max(1, file.Length));
            await using var watched = new WatchedStream(file, read => task.Value = read);
            var answer = await SendAsync(session, path, watched, cancellationToken);
            task.Value = task.MaxValue;
            return answer;
        });
    }

    private static Task<JsonElement> SendAsync(ApiSession session, string path, Stream file, CancellationToken cancellationToken)
    {
        var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return session.UploadAsync(path, content, cancellationToken);
    }

    private static Option<string?> TypeOption()
    {
        var type = new Option<string?>("--type") { Description = "fax, voice, notification or video" };
        type.AcceptOnlyFromAmong(Types);
        return type;
    }

    private static string? Number(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var parts = new List<string>();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }
}
