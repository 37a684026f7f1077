using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Trunkline.Commands;

/// <summary><c>trunkline broadcast send</c>: sends a document to a list, shows the price of the whole first, and then how far it is.</summary>
internal static class BroadcastSendCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);

    public static Command Build(CommandFrame frame)
    {
        var list = new Argument<string>("LIST") { Description = "A CSV file with a head row, or the name of a list that is kept" };
        var files = new Option<FileInfo[]>("--file") { Description = "A document; may be given more than once" };
        var text = new Option<string?>("--text") { Description = "A text instead of a document" };
        (string Field, Option<string?> Option)[] fields =
        [
            ("subject", new("--subject") { Description = "What it is called" }),
            ("cover", new("--cover") { Description = "A cover page: classic, modern, or one of yours" }),
            ("fromName", new("--from") { Description = "Who sends it, on the cover" }),
            ("fromCompany", new("--company") { Description = "Its company, on the cover" }),
            ("regarding", new("--regarding") { Description = "What it is about, on the cover" }),
            ("comments", new("--comments") { Description = "What stands below, on the cover" }),
            ("reference", new("--reference") { Description = "Your own sign, on the cover" }),
            ("priority", new("--priority") { Description = "high, medium or low (low)" }),
            ("resolution", new("--resolution") { Description = "standard, fine or superfine" }),
            ("at", new("--at") { Description = "When to begin: 2026-11-23T12:00:00Z" }),
            ("perMinute", new("--per-minute") { Description = "How many a minute; 0 for as fast as they go" }),
            ("atOnce", new("--at-once") { Description = "How many in the queue and on the line at once" }),
            ("customer", new("--customer") { Description = "Whose broadcast it is, for an operator's key" }),
        ];
        var yes = new Option<bool>("--yes") { Description = "Start without showing the price first" };
        var wait = new Option<bool>("--watch") { Description = "Show the progress until it has ended" };
        var command = new Command("send", "Send a document to a list") { list, files, text, yes, wait };
        foreach (var (_, option) in fields)
            command.Options.Add(option);
        frame.Ask(command, async (parsed, session, token) =>
        {
            using var form = new MultipartFormDataContent();
            foreach (var (field, option) in fields)
            {
                if (parsed.GetValue(option) is { } value)
                    form.Add(new StringContent(value), field);
            }
            var isAsked = !parsed.GetValue(yes) && !session.IsJson;
            form.Add(new StringContent(isAsked ? "false" : "true"), "start");
            if (parsed.GetValue(text) is { } words)
                form.Add(new StringContent(words), "text");
            foreach (var file in parsed.GetValue(files) ?? [])
                form.Add(new StreamContent(file.OpenRead()), "files", file.Name);
            var name = parsed.GetValue(list)!;
            if (File.Exists(name))
                form.Add(new StreamContent(File.OpenRead(name)), "list", Path.GetFileName(name));
            else
                form.Add(new StringContent(name), "listName");

            var accepted = await session.SendAsync(HttpMethod.Post, "/v1/broadcasts", form, token);
            var id = Rows.Text(accepted, "id");
            if (isAsked && !await ConfirmAsync(session, id, token))
                return ExitCode.Failed;
            if (parsed.GetValue(wait))
                return await BroadcastCommand.WatchAsync(session, id, token);
            session.Show(accepted, _ => AnsiConsole.MarkupLineInterpolated($"Accepted as {id}. See it: trunkline broadcast watch {id}"));
            return ExitCode.Well;
        });
        return command;
    }

    /// <summary>Shows what it will cost, and starts it when that is well.</summary>
    private static async Task<bool> ConfirmAsync(ApiSession session, string id, CancellationToken cancellationToken)
    {
        var broadcast = await session.GetAsync($"/v1/broadcasts/{id}", cancellationToken);
        while (Rows.Text(broadcast, "state") is "preparing")
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
            broadcast = await session.GetAsync($"/v1/broadcasts/{id}", cancellationToken);
        }
        if (Rows.Text(broadcast, "state") is not "waiting")
        {
            session.Show(broadcast, BroadcastCommand.Print);
            return false;
        }
        var numbers = broadcast.GetProperty("counts").GetProperty("all").GetInt32();
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{numbers} numbers, {Rows.Text(broadcast, "pages")} pages each: about {Rows.Text(broadcast, "price")} in all.");
        if (!AnsiConsole.Profile.Capabilities.Interactive)
            AnsiConsole.MarkupLineInterpolated($"It waits as {id}. Start it: trunkline broadcast start {id} (or give --yes)");
        else if (await AnsiConsole.ConfirmAsync("Start it?", defaultValue: false, cancellationToken))
        {
            await session.PostAsync($"/v1/broadcasts/{id}/start", null, cancellationToken);
            return true;
        }
        else
            await session.PostAsync($"/v1/broadcasts/{id}/cancel", null, cancellationToken);
        return false;
    }
}
