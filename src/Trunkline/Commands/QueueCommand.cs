using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Trunkline.Commands;

/// <summary>Messages as they stand.</summary>
internal static class QueueCommand
{
    public static Command Build(CommandFrame frame)
    {
        var limit = new Option<int>("--limit") { Description = "How many", DefaultValueFactory = _ => 20 };
        (string Name, Option<string?> Option)[] filters =
        [
            ("status", new Option<string?>("--status") { Description = "pending, ready, deferred, onHold, exchanged, acknowledged, sent, failed, expired, cancelled, uncertain" }),
            ("type", new Option<string?>("--type") { Description = "fax, voice, page or video" }),
            ("to", new Option<string?>("--to") { Description = "A number" }),
            ("since", new Option<string?>("--since") { Description = "Accepted then or later: 2026-11-23T12:00:00Z" }),
            ("submission", new Option<string?>("--submission") { Description = "Of one mail or request" }),
        ];
        var after = new Option<string?>("--after") { Description = "Go on behind this message" };
        var command = new Command("queue", "List messages, newest first, and act on them") { limit, after };
        foreach (var (_, option) in filters)
            command.Options.Add(option);
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var query = filters.Where(f => parsed.GetValue(f.Option) is not null).Select(f => $"&{f.Name}={Uri.EscapeDataString(parsed.GetValue(f.Option)!)}");
            var page = await session.ListAsync($"/v1/messages?{string.Concat(query)}", parsed.GetValue(limit), parsed.GetValue(after), cancellationToken);
            session.Show(page, List);
            return ExitCode.Well;
        });

        var id = new Argument<string>("id") { Description = "Of the message" };
        var show = new Command("show", "One message with its attempts, what happened to it, and what happened in its calls") { id };
        frame.Ask(show, async (parsed, session, cancellationToken) =>
        {
            var path = "/v1/messages/" + Uri.EscapeDataString(parsed.GetValue(id)!);
            var detail = await session.GetAsync(path, cancellationToken);
            var calls = await session.GetAsync(path + "/calls", cancellationToken);
            session.Show(CallTimeline.Join(detail, calls), Show);
            return ExitCode.Well;
        });
        command.Subcommands.Add(show);
        foreach (var operation in QueueOperations.Build(frame))
            command.Subcommands.Add(operation);
        return command;
    }

    private static void List(JsonElement page)
    {
        Rows.Print(Rows.Items(page).Select(m => new[]
        {
            Rows.Text(m, "id"), Rows.Text(m, "to"), Rows.Text(m, "status"), PagesOf(m), Rows.Text(m, "attempts"),
            Rows.Text(m, "createdAt"), NotBefore(m), Rows.Text(m, "from"), Rows.Text(m, "status") == "sent" ? "" : Rows.Text(m, "cause"),
        }), "message", "to", "status", "pages", "tries", "accepted", "not before", "from", "");
        if (Rows.Text(page, "next") is { Length: > 0 } next)
            AnsiConsole.WriteLine($"There are more: --after {next}");
    }

    // What is for later, or tried again later: else "ready" looks like a message that is stuck.
    private static string NotBefore(JsonElement message) =>
        Rows.Text(message, "status") is "pending" or "ready" or "deferred" or "onHold" && Rows.Text(message, "due") is var due && due != Rows.Text(message, "createdAt") ? due : "";

    // How many there are is known once they are made.
    private static string PagesOf(JsonElement message) => Rows.Text(message, "pages") is { Length: > 0 } pages ? $"{Rows.Text(message, "pagesConfirmed")}/{pages}" : "";

    private static void Show(JsonElement detail)
    {
        var message = detail.GetProperty("message");
        var facts = new Grid().AddColumn().AddColumn();
        foreach (var member in message.EnumerateObject())
            facts.AddRow(new Text(member.Name, Color.Grey), new Text(Rows.Text(message, member.Name)));
        AnsiConsole.Write(facts);
        Rows.Print(detail.GetProperty("attempts").EnumerateArray().Select(a => new[]
        {
            Rows.Text(a, "number"), Rows.Text(a, "resource"), Rows.Text(a, "begunAt"), Rows.Text(a, "endedAt"), Rows.Text(a, "outcome"), Rows.Text(a, "pagesConfirmed"),
            Rows.Text(a, "durationSeconds"), Rows.Text(a, "transport"), Rows.Text(a, "price"), Rows.Text(a, "cause"),
        }), "attempt", "resource", "begun", "ended", "outcome", "pages", "seconds", "by", "price", "why");
        Rows.Print(detail.GetProperty("events").EnumerateArray().Select(e => new[] { Rows.Text(e, "at"), Rows.Text(e, "code"), Rows.Text(e, "detail") }), "at", "event", "");
        CallTimeline.Print(detail);
    }
}
