using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Trunkline.Commands;

/// <summary>Who is told of events over HTTP.</summary>
internal static class WebhookCommand
{
    public static Command Build(CommandFrame frame)
    {
        var command = new Command("webhook", "Who is told of events over HTTP");
        var list = new Command("list", "All of them, and how it stands with each");
        frame.Ask(list, async (_, session, cancellationToken) =>
        {
            session.Show(await session.GetAsync("/v1/webhooks?limit=1000", cancellationToken), page => Print([.. Rows.Items(page)]));
            return ExitCode.Well;
        });
        command.Subcommands.Add(list);

        var url = new Argument<string>("url") { Description = "Where events are posted" };
        var events = new Option<string[]>("--event") { Description = "accepted, prepared, exchanged, deferred, ended, corrected, receipt, billing.charged; all when none is given", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var description = new Option<string?>("--description") { Description = "What it is for" };
        var add = new Command("add", "Tell an address of events from now on; prints the secret, once") { url, events, description };
        frame.Ask(add, async (parsed, session, cancellationToken) =>
        {
            var chosen = parsed.GetValue(events)!;
            var added = await session.PostAsync("/v1/webhooks",
                new { url = parsed.GetValue(url), events = chosen.Length == 0 ? null : chosen, description = parsed.GetValue(description) }, cancellationToken);
            session.Show(added, a =>
            {
                Print([a]);
                AnsiConsole.WriteLine("Its secret, shown this once: " + Rows.Text(a, "secret"));
            });
            return ExitCode.Well;
        });
        command.Subcommands.Add(add);

        var id = new Argument<long>("id") { Description = "Of the webhook" };
        var remove = new Command("remove", "Tell an address no more") { id };
        frame.Ask(remove, async (parsed, session, cancellationToken) =>
        {
            var answer = await session.DeleteAsync(PathOf(parsed.GetValue(id)), cancellationToken);
            session.Show(answer, _ => AnsiConsole.WriteLine("Removed."));
            return ExitCode.Well;
        });
        command.Subcommands.Add(remove);

        var enable = new Command("enable", "Tell one again that was given up") { id };
        frame.Ask(enable, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.PostAsync(PathOf(parsed.GetValue(id)) + "/enable", null, cancellationToken), a => Print([a]));
            return ExitCode.Well;
        });
        command.Subcommands.Add(enable);
        return command;
    }

    private static string PathOf(long id) => "/v1/webhooks/" + id.ToString(CultureInfo.InvariantCulture);

    private static void Print(IReadOnlyList<JsonElement> webhooks) => Rows.Print(webhooks.Select(w => new[]
    {
        Rows.Text(w, "id"), Rows.Text(w, "customer"), Rows.Text(w, "url"), Rows.Text(w, "events"),
        w.TryGetProperty("disabledAt", out _) ? "given up: " + Rows.Text(w, "disabledReason") : w.TryGetProperty("failingSince", out _) ? "failing since " + Rows.Text(w, "failingSince") : "well",
    }), "id", "customer", "address", "events", "");
}
