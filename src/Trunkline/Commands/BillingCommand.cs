using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace Trunkline.Commands;

/// <summary>Balances, payments, statements, call detail records and their export, exchange rates, and the check of the books.</summary>
internal static class BillingCommand
{
    public static Command Build(CommandFrame frame)
    {
        var command = new Command("billing", "Balances, payments, statements, call detail records, exchange rates");
        foreach (var part in (Command[])[Balance(frame), Pay(frame), Ledger(frame), Statement(frame), Check(frame), Cdr(frame), Export(frame), Exchange(frame), CurrencyCommand.Build(frame)])
            command.Subcommands.Add(part);
        return command;
    }

    private static Command Balance(CommandFrame frame)
    {
        var customer = new Argument<string>("customer") { Description = "Its address" };
        var command = new Command("balance", "How a customer stands") { customer };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.GetAsync("/v1/billing/balance?customer=" + Escape(parsed.GetValue(customer)!), cancellationToken), Print);
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Pay(CommandFrame frame)
    {
        var customer = new Argument<string>("customer") { Description = "Its address" };
        var amount = new Argument<string>("amount") { Description = "Such as 25.00" };
        var currency = new Argument<string>("currency") { Description = "As it was paid: ISO 4217" };
        var reference = new Option<string>("--reference") { Description = "The mark under which it is booked once: of the transfer, the card, the letter", Required = true };
        var kind = new Option<string>("--kind") { Description = "topup, correction (may be below zero), refund", DefaultValueFactory = _ => "topup" };
        var memo = new Option<string?>("--memo") { Description = "What it is for" };
        var command = new Command("topup", "Book what a customer has paid; with --kind also a correction or a refund") { customer, amount, currency, reference, kind, memo };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var answer = await session.PostAsync("/v1/billing/payments", new
            {
                customer = parsed.GetValue(customer),
                kind = parsed.GetValue(kind),
                amount = new { amount = parsed.GetValue(amount), currency = parsed.GetValue(currency) },
                reference = parsed.GetValue(reference),
                memo = parsed.GetValue(memo),
            }, cancellationToken);
            session.Show(answer, a =>
            {
                AnsiConsole.WriteLine(a.GetProperty("isNew").GetBoolean() ? "Booked." : "It was booked before under this reference.");
                Print(a.GetProperty("balance"));
            });
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Ledger(CommandFrame frame)
    {
        var customer = new Argument<string>("customer") { Description = "Its address" };
        var after = new Option<string?>("--after") { Description = "The entry behind which to begin" };
        var limit = new Option<int>("--limit") { Description = "How many", DefaultValueFactory = _ => 50 };
        var command = new Command("ledger", "What was booked on a customer's account, oldest first") { customer, after, limit };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var path = $"/v1/billing/ledger?customer={Escape(parsed.GetValue(customer)!)}&limit={Text(parsed.GetValue(limit))}{Parameter("after", parsed.GetValue(after))}";
            session.Show(await session.GetAsync(path, cancellationToken), page => Rows.Print(
                Rows.Items(page).Select(e => Fields(e, "entry", "at", "kind", "amount", "message", "reference", "memo")),
                "entry", "at", "kind", "amount", "message", "reference", ""));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Statement(CommandFrame frame)
    {
        var customer = new Argument<string>("customer") { Description = "Its address" };
        var month = new Argument<string>("month") { Description = "Such as 2026-11" };
        var command = new Command("statement", "What a customer's invoice of a month is made of") { customer, month };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var path = $"/v1/billing/statement?customer={Escape(parsed.GetValue(customer)!)}&month={Escape(parsed.GetValue(month)!)}";
            session.Show(await session.GetAsync(path, cancellationToken), s =>
            {
                AnsiConsole.WriteLine($"{Rows.Text(s, "customer")}, {Rows.Text(s, "from")} to {Rows.Text(s, "to")} UTC. Opening balance: {Rows.Text(s, "opening")}");
                Rows.Print(s.GetProperty("charges").EnumerateArray().Select(l => Fields(l, "type", "country", "messages", "pages", "seconds", "total")),
                    "type", "country", "messages", "pages", "seconds", "total");
                Rows.Print(s.GetProperty("payments").EnumerateArray().Select(l => Fields(l, "at", "kind", "amount", "reference", "memo")),
                    "at", "payment", "amount", "reference", "");
                AnsiConsole.WriteLine($"Charged: {Rows.Text(s, "charged")}. Closing balance: {Rows.Text(s, "closing")}");
            });
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Check(CommandFrame frame)
    {
        var command = new Command("check", "Count the whole ledger again and compare; exit code 1 when it does not agree");
        frame.Ask(command, async (_, session, cancellationToken) =>
        {
            var check = await session.GetAsync("/v1/billing/check", cancellationToken);
            var faults = check.GetProperty("faults").EnumerateArray().Select(f => f.GetString()!).ToList();
            session.Show(check, c => AnsiConsole.WriteLine(faults.Count == 0 ? $"{Rows.Text(c, "entries")} entries agree." : string.Join('\n', faults)));
            return faults.Count == 0 ? ExitCode.Well : ExitCode.Failed;
        });
        return command;
    }

    private static Command Cdr(CommandFrame frame)
    {
        var customer = new Option<string?>("--customer") { Description = "Its address; all when left out" };
        var from = new Option<string?>("--from") { Description = "Ended at or after: 2026-11-01T00:00:00Z" };
        var to = new Option<string?>("--to") { Description = "Ended before" };
        var limit = new Option<int>("--limit") { Description = "With --json: how many", DefaultValueFactory = _ => 1000 };
        var after = new Option<string?>("--after") { Description = "With --json: \"next\" of the answer before" };
        var command = new Command("cdr", "Call detail records: all of a time as CSV, or page by page with --json") { customer, from, to, limit, after };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var filter = Parameter("customer", parsed.GetValue(customer)) + Parameter("from", parsed.GetValue(from)) + Parameter("to", parsed.GetValue(to));
            if (session.IsJson)
            {
                var path = $"/v1/billing/cdr?limit={Text(parsed.GetValue(limit))}{filter}{Parameter("after", parsed.GetValue(after))}";
                session.Show(await session.GetAsync(path, cancellationToken), _ => { });
            }
            else
                await CopyAsync(session, "/v1/billing/cdr.csv" + (filter.Length == 0 ? "" : "?" + filter[1..]), skipHead: false, cancellationToken);
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Export(CommandFrame frame)
    {
        var since = new Option<long>("--since-batch") { Description = "The last batch that was taken whole; 0 for all", DefaultValueFactory = _ => 0 };
        var directory = new Option<string?>("--out") { Description = "A directory: a file cdr-N.csv for each batch; otherwise all go to the standard output under one head" };
        var command = new Command("export", "Close a batch over what is new, and write every batch after one: the same numbers bring the same lines for ever") { since, directory };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            while (await MadeAsync(session, cancellationToken))
            {
            }
            var after = parsed.GetValue(since);
            var written = new List<object>();
            while (true)
            {
                var page = await session.GetAsync($"/v1/billing/export?after={after.ToString(CultureInfo.InvariantCulture)}&limit=1000", cancellationToken);
                foreach (var batch in Rows.Items(page))
                {
                    var number = Rows.Text(batch, "batch");
                    await WriteAsync(session, number, parsed.GetValue(directory), written.Count > 0, cancellationToken);
                    written.Add(batch);
                    after = long.Parse(number, CultureInfo.InvariantCulture);
                }
                if (!page.TryGetProperty("next", out _))
                    break;
            }
            if (session.IsJson && parsed.GetValue(directory) is null)
                Console.WriteLine(written.Count == 0 ? "[]" : "]");
            // The records themselves may go to the standard output.
            await Console.Error.WriteLineAsync($"{written.Count} batches; the last is {after}.");
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Exchange(CommandFrame frame)
    {
        var command = new Command("exchange", "Exchange rates");
        var list = new Command("list", "All of them");
        frame.Ask(list, async (_, session, cancellationToken) =>
        {
            session.Show(await session.GetAsync("/v1/billing/exchange-rates?limit=1000", cancellationToken), page => Rows.Print(
                Rows.Items(page).Select(r => Fields(r, "from", "to", "rate", "validFrom")), "from", "to", "rate", "valid from"));
            return ExitCode.Well;
        });
        var from = new Argument<string>("from") { Description = "ISO 4217" };
        var to = new Argument<string>("to") { Description = "ISO 4217" };
        var rate = new Argument<string>("rate") { Description = "Units of the second for one of the first" };
        var validFrom = new Option<string?>("--valid-from") { Description = "2026-11-01T00:00:00Z; now when left out" };
        var set = new Command("set", "Add a rate from a time on") { from, to, rate, validFrom };
        frame.Ask(set, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.PostAsync("/v1/billing/exchange-rates",
                new { from = parsed.GetValue(from), to = parsed.GetValue(to), rate = parsed.GetValue(rate), validFrom = parsed.GetValue(validFrom) }, cancellationToken),
                r => AnsiConsole.WriteLine($"From {Rows.Text(r, "validFrom")} UTC on, 1 {Rows.Text(r, "from")} is {Rows.Text(r, "rate")} {Rows.Text(r, "to")}."));
            return ExitCode.Well;
        });
        var file = new Argument<string>("file") { Description = "CSV: from,to,rate,valid_from" };
        var import = new Command("import", "Add the rates of a file, all or none") { file };
        frame.Ask(import, async (parsed, session, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            if (!File.Exists(path))
                throw new ApiFailure(ExitCode.Refused, $"There is no file {path}.");
            using var content = new StringContent(await File.ReadAllTextAsync(path, cancellationToken), Encoding.UTF8, "text/csv");
            session.Show(await session.SendAsync(HttpMethod.Post, "/v1/billing/exchange-rates/file", content, cancellationToken),
                a => AnsiConsole.WriteLine($"{Rows.Text(a, "rates")} rates taken."));
            return ExitCode.Well;
        });
        command.Subcommands.Add(list);
        command.Subcommands.Add(set);
        command.Subcommands.Add(import);
        return command;
    }

    private static async Task<bool> MadeAsync(ApiSession session, CancellationToken cancellationToken)
    {
        using var answer = await session.AnswerAsync(HttpMethod.Post, "/v1/billing/export", null, cancellationToken);
        return answer.StatusCode == HttpStatusCode.Created;
    }

    private static async Task WriteAsync(ApiSession session, string number, string? directory, bool skipHead, CancellationToken cancellationToken)
    {
        var path = "/v1/billing/export/" + number + (session.IsJson ? "?format=json" : "");
        if (directory is null && session.IsJson)
        {
            // One document: the records of all batches, one behind the other.
            var records = await session.GetAsync(path, cancellationToken);
            Console.Write((skipHead ? ",\n" : "[\n") + string.Join(",\n", records.EnumerateArray().Select(r => r.GetRawText())));
            return;
        }
        if (directory is null)
        {
            await CopyAsync(session, path, skipHead, cancellationToken);
            return;
        }
        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, $"cdr-{number}.{(session.IsJson ? "json" : "csv")}");
        using var answer = await session.AnswerAsync(HttpMethod.Get, path, null, cancellationToken);
        // Under its name only when it is whole: whoever finds the file may take it.
        await using (var part = File.Create(file + ".part"))
            await answer.Content.CopyToAsync(part, cancellationToken);
        File.Move(file + ".part", file, overwrite: true);
    }

    private static async Task CopyAsync(ApiSession session, string path, bool skipHead, CancellationToken cancellationToken)
    {
        using var answer = await session.AnswerAsync(HttpMethod.Get, path, null, cancellationToken);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        if (skipHead)
            await reader.ReadLineAsync(cancellationToken);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
            await Console.Out.WriteLineAsync(line.AsMemory(), cancellationToken);
    }

    private static void Print(JsonElement balance) => Rows.Print(
        [Fields(balance, "customer", "billType", "balance", "held", "spentToday", "spentThisMonth", "credit", "dayLimit", "monthLimit")],
        "customer", "pays", "balance", "held", "today", "this month", "credit", "a day", "a month");

    private static string[] Fields(JsonElement element, params ReadOnlySpan<string> names)
    {
        var fields = new string[names.Length];
        for (var i = 0; i < names.Length; i++)
            fields[i] = Rows.Text(element, names[i]);
        return fields;
    }

    private static string Parameter(string name, string? value) => value is null ? "" : $"&{name}={Escape(value)}";

    private static string Escape(string text) => Uri.EscapeDataString(text);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
