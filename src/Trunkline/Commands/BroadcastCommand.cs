using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Trunkline.Commands;

/// <summary><c>trunkline broadcast</c>: a document to many numbers, watched, paused and cancelled.</summary>
internal static class BroadcastCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public static Command Build(CommandFrame frame) => new("broadcast", "A document to many numbers")
    {
        BroadcastSendCommand.Build(frame),
        List(frame),
        Show(frame),
        Watch(frame),
        Results(frame),
        Change(frame, "start", "Start one that waits for it"),
        Change(frame, "pause", "Put no more into the queue, and hold what is there"),
        Change(frame, "resume", "Go on with one that was paused"),
        Change(frame, "cancel", "End all that is not on the line"),
        Lists(frame),
        Save(frame),
        RemoveList(frame),
        DoNotCall(frame),
    };

    /// <summary>Shows the progress until it has ended: a bar on a terminal, lines elsewhere. Well when every number was sent to.</summary>
    internal static async Task<int> WatchAsync(ApiSession session, string id, CancellationToken cancellationToken)
    {
        var last = await session.GetAsync($"/v1/broadcasts/{id}", cancellationToken);
        if (!session.IsJson)
        {
            await AnsiConsole.Progress().AutoClear(false).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).StartAsync(async progress =>
            {
                var task = progress.AddTask(Describe(last), maxValue: Math.Max(1, Count(last, "all")));
                while (true)
                {
                    task.Description = Describe(last);
                    task.Value = Count(last, "ended");
                    if (HasEnded(last))
                        return;
                    await Task.Delay(Look, TimeProvider.System, cancellationToken);
                    last = await session.GetAsync($"/v1/broadcasts/{id}", cancellationToken);
                }
            });
        }
        while (!HasEnded(last))
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
            last = await session.GetAsync($"/v1/broadcasts/{id}", cancellationToken);
        }
        session.Show(last, Print);
        return Count(last, "sent") == Count(last, "all") ? ExitCode.Well : ExitCode.Failed;
    }

    /// <summary>The facts of one.</summary>
    internal static void Print(JsonElement b)
    {
        var grid = new Grid().AddColumn().AddColumn();
        void Row(string name, string value)
        {
            if (value.Length > 0)
                grid.AddRow(name, Markup.Escape(value));
        }
        Row("broadcast", Rows.Text(b, "id"));
        Row("subject", Rows.Text(b, "subject"));
        Row("state", Rows.Text(b, "state") + (Rows.Text(b, "cause") is { Length: > 0 } cause ? ": " + cause : ""));
        Row("rows", Rows.Text(b, "recipients"));
        var leftOut = b.GetProperty("leftOut");
        Row("left out", $"{Rows.Text(leftOut, "duplicate")} that came before, {Rows.Text(leftOut, "doNotCall")} not to be called");
        Row("pages of each", Rows.Text(b, "pages"));
        Row("expected price", Rows.Text(b, "price"));
        Row("without a price", Rows.Text(b, "unpriced") is "0" ? "" : Rows.Text(b, "unpriced"));
        Row("progress", string.Create(CultureInfo.InvariantCulture, $"{b.GetProperty("percent").GetDouble():0.#} %: ") + Counts(b));
        Row("a minute", Rows.Text(b, "perMinute"));
        Row("expected end", Rows.Text(b, "expectedEnd"));
        Row("not before", Rows.Text(b, "at"));
        Row("started", Rows.Text(b, "startedAt"));
        Row("ended", Rows.Text(b, "endedAt"));
        AnsiConsole.Write(grid);
    }

    private static Command List(CommandFrame frame)
    {
        var limit = new Option<int>("--limit") { Description = "How many", DefaultValueFactory = _ => 20 };
        var command = new Command("list", "Broadcasts, newest first") { limit };
        frame.Ask(command, async (parsed, session, token) =>
        {
            session.Show(await session.GetAsync($"/v1/broadcasts?limit={parsed.GetValue(limit)}", token), page => Rows.Print(Rows.Items(page).Select(b =>
                (IReadOnlyList<string>)[Rows.Text(b, "id"), Rows.Text(b, "state"), Rows.Text(b, "subject"), $"{Count(b, "ended")}/{Count(b, "all")}", $"{Count(b, "sent")}",
                    Rows.Text(b, "price"), Rows.Text(b, "createdAt")]), "broadcast", "state", "subject", "ended", "sent", "expected price", "accepted"));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Show(CommandFrame frame)
    {
        var id = new Argument<string>("ID");
        var command = new Command("show", "How one stands") { id };
        frame.Ask(command, async (parsed, session, token) =>
        {
            session.Show(await session.GetAsync($"/v1/broadcasts/{Uri.EscapeDataString(parsed.GetValue(id)!)}", token), Print);
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Watch(CommandFrame frame)
    {
        var id = new Argument<string>("ID");
        var command = new Command("watch", "Show the progress of one until it has ended") { id };
        frame.Ask(command, (parsed, session, token) => WatchAsync(session, Uri.EscapeDataString(parsed.GetValue(id)!), token));
        return command;
    }

    private static Command Results(CommandFrame frame)
    {
        var id = new Argument<string>("ID");
        var output = new Option<FileInfo>("--out") { Description = "Where the CSV goes", Required = true };
        var command = new Command("results", "What came of each number, as CSV") { id, output };
        frame.Ask(command, async (parsed, session, token) =>
        {
            using var answer = await session.AnswerAsync(HttpMethod.Get, $"/v1/broadcasts/{Uri.EscapeDataString(parsed.GetValue(id)!)}/results.csv", null, token);
            var path = parsed.GetValue(output)!.FullName;
            await using (var target = File.Create(path))
                await answer.Content.CopyToAsync(target, token);
            session.Show(default, _ => AnsiConsole.WriteLine(path));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Change(CommandFrame frame, string verb, string description)
    {
        var id = new Argument<string>("ID");
        var command = new Command(verb, description) { id };
        frame.Ask(command, async (parsed, session, token) =>
        {
            session.Show(await session.PostAsync($"/v1/broadcasts/{Uri.EscapeDataString(parsed.GetValue(id)!)}/{verb}", null, token), Print);
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Lists(CommandFrame frame)
    {
        var customer = Whose();
        var command = new Command("lists", "Lists that are kept") { customer };
        frame.Ask(command, async (parsed, session, token) =>
        {
            session.Show(await session.GetAsync("/v1/lists?limit=1000" + Of(parsed.GetValue(customer), '&'), token), page => Rows.Print(
                Rows.Items(page).Select(l => (IReadOnlyList<string>)[Rows.Text(l, "name"), Rows.Text(l, "rows"), Rows.Text(l, "createdAt")]), "list", "rows", "kept since"));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Save(CommandFrame frame)
    {
        var name = new Argument<string>("NAME") { Description = "Small letters, digits and dashes" };
        var file = new Argument<FileInfo>("LIST.csv").AcceptExistingOnly();
        var customer = Whose();
        var command = new Command("save-list", "Keep a list under a name") { name, file, customer };
        frame.Ask(command, async (parsed, session, token) =>
        {
            await using var list = parsed.GetValue(file)!.OpenRead();
            using var content = new StreamContent(list);
            content.Headers.ContentType = new("text/csv");
            session.Show(await session.SendAsync(HttpMethod.Put, $"/v1/lists/{Uri.EscapeDataString(parsed.GetValue(name)!)}" + Of(parsed.GetValue(customer), '?'), content, token),
                answer => AnsiConsole.MarkupLineInterpolated($"{Rows.Text(answer, "rows")} rows are kept as {Rows.Text(answer, "name")}."));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command RemoveList(CommandFrame frame)
    {
        var name = new Argument<string>("NAME") { Description = "Of a list that is kept" };
        var customer = Whose();
        var command = new Command("remove-list", "Keep a list no longer; broadcasts that were ordered with it go on") { name, customer };
        frame.Ask(command, async (parsed, session, token) =>
        {
            session.Show(await session.DeleteAsync($"/v1/lists/{Uri.EscapeDataString(parsed.GetValue(name)!)}" + Of(parsed.GetValue(customer), '?'), token),
                _ => AnsiConsole.MarkupLineInterpolated($"{parsed.GetValue(name)} is no longer kept."));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command DoNotCall(CommandFrame frame)
    {
        var numbers = new Argument<string[]>("NUMBER") { Description = "With its country code; or a file that ends in .csv; none lists those that are there", Arity = ArgumentArity.ZeroOrMore };
        var remove = new Option<bool>("--remove") { Description = "They may be called again" };
        var customer = Whose();
        customer.Description = "Whose broadcasts; an operator who leaves it out means everybody's";
        var command = new Command("do-not-call", "Numbers that broadcasts must not call") { numbers, remove, customer };
        frame.Ask(command, async (parsed, session, token) =>
        {
            var given = parsed.GetValue(numbers)!;
            var of = parsed.GetValue(customer);
            if (given.Length == 0)
            {
                session.Show(await session.GetAsync("/v1/do-not-call?limit=1000" + Of(of, '&'), token), page => Rows.Print(
                    Rows.Items(page).Select(n => (IReadOnlyList<string>)[Rows.Text(n, "number"), Rows.Text(n, "source"), Rows.Text(n, "addedAt")]), "number", "source", "since"));
                return ExitCode.Well;
            }
            if (parsed.GetValue(remove))
            {
                foreach (var number in given)
                    session.Show(await session.DeleteAsync($"/v1/do-not-call/{Uri.EscapeDataString(number)}" + Of(of, '?'), token),
                        _ => AnsiConsole.MarkupLineInterpolated($"{number} may be called again."));
                return ExitCode.Well;
            }
            JsonElement answer;
            if (given is [{ } path] && path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            {
                await using var list = File.OpenRead(path);
                using var content = new StreamContent(list);
                content.Headers.ContentType = new("text/csv");
                answer = await session.SendAsync(HttpMethod.Post, "/v1/do-not-call/import" + Of(of, '?'), content, token);
            }
            else
                answer = await session.PostAsync("/v1/do-not-call" + Of(of, '?'), new { numbers = given }, token);
            session.Show(answer, a => AnsiConsole.MarkupLineInterpolated($"{Rows.Text(a, "added")} added, {Rows.Text(a, "known")} were there."));
            return ExitCode.Well;
        });
        return command;
    }

    private static Option<string?> Whose() => new("--customer") { HelpName = "ADDRESS", Description = "Whose: its address" };

    private static string Of(string? customer, char separator) => customer is null ? "" : $"{separator}customer={Uri.EscapeDataString(customer)}";

    private static int Count(JsonElement broadcast, string name) => broadcast.GetProperty("counts").GetProperty(name).GetInt32();

    private static bool HasEnded(JsonElement broadcast) => Rows.Text(broadcast, "state") is "ended" or "cancelled" or "failed";

    private static string Describe(JsonElement b) => Markup.Escape($"{Rows.Text(b, "state")}  {Count(b, "ended")}/{Count(b, "all")}  sent {Count(b, "sent")}"
        + (Rows.Text(b, "perMinute") is { Length: > 0 } rate ? $"  {rate}/min" : "") + (Rows.Text(b, "expectedEnd") is { Length: > 11 } end ? $"  until {end[11..]}" : ""));

    private static string Counts(JsonElement b) => string.Join(", ", b.GetProperty("counts").EnumerateObject()
        .Where(c => c.Name is not ("all" or "ended") && c.Value.GetInt32() > 0).Select(c => $"{c.Value.GetInt32()} {c.Name}"));
}
