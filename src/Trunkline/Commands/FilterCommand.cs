using System.CommandLine;
using System.Text.Json;

namespace Trunkline.Commands;

/// <summary>The rules of a customer for mail to it: shown, replaced, and tried before they go live.</summary>
internal static class FilterCommand
{
    public static Command Build(CommandFrame frame)
    {
        var customer = new Option<string?>("--customer") { Description = "Whose: its address", HelpName = "ADDRESS", Recursive = true };
        var command = new Command("filter", "Rules for mail to a customer") { List(frame, customer), Set(frame, customer), Try(frame, customer) };
        command.Options.Add(customer);
        return command;
    }

    /// <summary><c>?customer=…</c>, or nothing.</summary>
    public static string Query(string? customer) => customer is null ? "" : "?customer=" + Uri.EscapeDataString(customer);

    private static Command List(CommandFrame frame, Option<string?> customer)
    {
        var list = new Command("list", "Show the rules in their order");
        frame.Ask(list, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.GetAsync("/v1/filters" + Query(parsed.GetValue(customer)), cancellationToken), Print);
            return ExitCode.Well;
        });
        return list;
    }

    private static Command Set(CommandFrame frame, Option<string?> customer)
    {
        var file = RulesOption(required: true);
        var set = new Command("set", "These rules from now on, and no others") { file };
        frame.Ask(set, async (parsed, session, cancellationToken) =>
        {
            var body = new { Rules = ReadRules(parsed.GetValue(file)!), Customer = parsed.GetValue(customer) };
            session.Show(await session.PutAsync("/v1/filters", body, cancellationToken), Print);
            return ExitCode.Well;
        });
        return set;
    }

    private static Command Try(CommandFrame frame, Option<string?> customer)
    {
        var file = RulesOption(required: false);
        var mail = new Option<FileInfo?>("--mail") { Description = "A mail, as it was sent or as it lies in a Maildir", HelpName = "FILE" };
        var message = new Option<string?>("--message") { Description = "A message that the server has, by its id", HelpName = "ID" };
        var sender = new Option<string?>("--sender") { Description = "The envelope sender (Return-Path, or else From)", HelpName = "ADDRESS" };
        var at = new Option<string?>("--at") { Description = "When it is to have come, such as 2026-11-23T22:00:00Z (now)", HelpName = "TIME" };
        var attempt = new Command("try", "What rules would do with a mail; nothing is done") { file, mail, message, sender, at };
        frame.Ask(attempt, async (parsed, session, cancellationToken) =>
        {
            var rules = parsed.GetValue(file);
            var body = new
            {
                Rules = rules is null ? (JsonElement?)null : ReadRules(rules),
                Mail = parsed.GetValue(mail) is { } path ? ReadFile(path) : null,
                Message = parsed.GetValue(message),
                Customer = parsed.GetValue(customer),
                Sender = parsed.GetValue(sender),
                At = parsed.GetValue(at),
            };
            session.Show(await session.PostAsync("/v1/filters/try", body, cancellationToken), PrintTrial);
            return ExitCode.Well;
        });
        return attempt;
    }

    private static Option<FileInfo?> RulesOption(bool required) =>
        new("--rules") { Description = required ? "The rules, as JSON" : "The rules, as JSON (those in force)", HelpName = "FILE", Required = required };

    private static JsonElement ReadRules(FileInfo file)
    {
        try
        {
            var json = JsonDocument.Parse(ReadFile(file), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }).RootElement;
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("rules", out var rules) ? rules : json;
        }
        catch (JsonException fault)
        {
            throw new ApiFailure(ExitCode.Refused, $"{file}: this is no JSON: {fault.Message}");
        }
    }

    private static byte[] ReadFile(FileInfo file)
    {
        try
        {
            return File.ReadAllBytes(file.FullName);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ApiFailure(ExitCode.Refused, fault.Message);
        }
    }

    private static void Print(JsonElement answer) => Rows.Print(
        answer.GetProperty("rules").EnumerateArray().Select((rule, i) => (IReadOnlyList<string>)
        [
            (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), Rows.Text(rule, "name"), Rows.Text(rule, "active"),
            string.Join("\n", rule.GetProperty("if").EnumerateArray().Select(Condition)), string.Join("\n", rule.GetProperty("then").EnumerateArray().Select(Action)),
            Rows.Text(rule, "continue"),
        ]), "", "rule", "active", "if all of", "then", "continue");

    private static string Condition(JsonElement c) =>
        $"{(Rows.Text(c, "not") == "yes" ? "not " : "")}{Rows.Text(c, "field")} {Rows.Text(c, "header")} {Rows.Text(c, "op")} \"{Rows.Text(c, "value")}\"".Replace("  ", " ", StringComparison.Ordinal);

    private static string Action(JsonElement a) => $"{Rows.Text(a, "do")} {Rows.Text(a, "to")}".Trim();

    private static void PrintTrial(JsonElement answer)
    {
        Console.WriteLine($"From \"{Rows.Text(answer, "sender")}\", \"{Rows.Text(answer, "subject")}\"");
        foreach (var rule in answer.GetProperty("rules").EnumerateArray())
        {
            var verdict = Rows.Text(rule, "active") == "no" ? "is not active" : Rows.Text(rule, "matches") == "yes" ? "matches" : "does not match";
            Console.WriteLine($"\"{Rows.Text(rule, "name")}\" {verdict}");
            foreach (var condition in rule.GetProperty("conditions").EnumerateArray())
                Console.WriteLine($"    {(Rows.Text(condition, "holds") == "yes" ? "yes" : "no ")}  {Rows.Text(condition, "condition")}");
        }
        foreach (var action in answer.GetProperty("actions").EnumerateArray())
        {
            var number = Rows.Text(action, "number");
            Console.WriteLine($"=> {Rows.Text(action, "action")}{(number.Length > 0 ? $" ({number})" : "")}, by \"{Rows.Text(action, "rule")}\"");
            if (Rows.Text(action, "page") is { Length: > 0 } page)
                Console.WriteLine($"   {page}");
            if (Rows.Text(action, "problem") is { Length: > 0 } problem)
                Console.WriteLine($"   cannot be done: {problem}");
        }
        Console.WriteLine(Rows.Text(answer, "kept") == "yes" ? "The mail stays in the mailbox." : "The mail does not come into the mailbox.");
    }
}
