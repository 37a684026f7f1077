using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace Trunkline.Commands;

/// <summary>Sends a message, and waits for what comes of it when asked to.</summary>
internal static class SendCommand
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Types = ["fax", "voice", "page", "video"];

    // The end of a message, in the words of the interface.
    private static readonly string[] Ends = ["sent", "failed", "expired", "cancelled", "uncertain"];

    public static Command Build(CommandFrame frame)
    {
        var to = new Argument<string[]>("address") { Description = "fax:+12025550100, voice:…, page:…, video:…, or +12025550100@fax.<domain>", Arity = ArgumentArity.OneOrMore };
        var files = new Option<FileInfo[]>("--file") { Description = "A document; may be given several times", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var text = new Option<string?>("--text") { Description = "A text before the documents; - reads it from the standard input" };
        var subject = new Option<string?>("--subject") { Description = "One line" };
        var from = new Option<string?>("--from") { Description = "With an operator's key: the address of the customer whose message it is" };
        (string Field, Option<string?> Option)[] fields =
        [
            ("priority", new Option<string?>("--priority") { Description = "high, medium or low" }),
            ("at", new Option<string?>("--at") { Description = "Not before this time" }),
            ("expires", new Option<string?>("--expires") { Description = "Not after this time" }),
            ("cover", new Option<string?>("--cover") { Description = "The name of a cover page" }),
            ("reference", new Option<string?>("--reference") { Description = "Your own word for it" }),
            ("resolution", new Option<string?>("--resolution") { Description = "standard, fine or superfine" }),
        ];
        var wait = new Option<bool>("--wait") { Description = "Wait until it has ended; exit 0 only when all of it was sent" };
        var command = new Command("send", "Send a message to numbers") { to, files, text, subject, from, wait };
        foreach (var (_, option) in fields)
            command.Options.Add(option);
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            using var form = new MultipartFormDataContent();
            foreach (var address in parsed.GetValue(to)!)
                form.Add(new StringContent(Recipient(address)), "to");
            foreach (var (field, option) in fields.Append(("subject", subject)).Append(("customer", from)))
            {
                if (parsed.GetValue(option) is { } value)
                    form.Add(new StringContent(value), field);
            }
            if (parsed.GetValue(text) is { } words)
                form.Add(new StringContent(words == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : words, Encoding.UTF8), "text");
            foreach (var file in parsed.GetValue(files)!)
            {
                if (!file.Exists)
                    throw new ApiFailure(ExitCode.Refused, $"There is no file {file.FullName}.");
                var content = new StreamContent(file.OpenRead());
                // Its name tells the type, as it would in a mail.
                content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                form.Add(content, "files", file.Name);
            }
            var accepted = await session.SendAsync(HttpMethod.Post, "/v1/messages", form, cancellationToken);
            if (parsed.GetValue(wait))
                return await WaitAsync(session, accepted, cancellationToken);
            session.Show(accepted, a => Rows.Print(a.GetProperty("messages").EnumerateArray().Select(m => new[] { Rows.Text(m, "id"), Rows.Text(m, "to"), Rows.Text(m, "status") }), "message", "to", "status"));
            return ExitCode.Well;
        });
        return command;
    }

    /// <summary>Shows each change of each message until all have ended.</summary>
    private static async Task<int> WaitAsync(ApiSession session, JsonElement accepted, CancellationToken cancellationToken)
    {
        var path = "/v1/messages?limit=1000&submission=" + Rows.Text(accepted, "id");
        var shown = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            var page = await session.GetAsync(path, cancellationToken);
            var messages = Rows.Items(page).Reverse().ToList();
            foreach (var message in messages)
            {
                var line = Line(message);
                if (session.IsJson || shown.GetValueOrDefault(Rows.Text(message, "id")) == line)
                    continue;
                shown[Rows.Text(message, "id")] = line;
                AnsiConsole.WriteLine(line);
            }
            if (messages.Count > 0 && messages.TrueForAll(m => Ends.Contains(Rows.Text(m, "status"))))
            {
                session.Show(page, _ => { });
                return messages.TrueForAll(m => Rows.Text(m, "status") == "sent") ? ExitCode.Well : ExitCode.Failed;
            }
            await Task.Delay(LookInterval, TimeProvider.System, cancellationToken);
        }
    }

    private static string Line(JsonElement message)
    {
        var pages = Rows.Text(message, "pages") is { Length: > 0 } all ? $", {Rows.Text(message, "pagesConfirmed")} of {all} pages" : "";
        var cause = Rows.Text(message, "status") == "sent" ? "" : Rows.Text(message, "cause");
        return $"{Rows.Text(message, "to")}  {Rows.Text(message, "status")}{pages}{(cause.Length > 0 ? ": " + cause : "")}";
    }

    /// <summary>An address of a mail as the interface writes it; anything else as it is, for the server to judge.</summary>
    private static string Recipient(string address)
    {
        var at = address.LastIndexOf('@');
        if (at < 0)
            return address;
        var type = Array.Find(Types, t => address.AsSpan(at + 1).StartsWith(t + ".", StringComparison.OrdinalIgnoreCase));
        return type is null ? address[..at] : $"{type}:{address[..at]}";
    }
}
