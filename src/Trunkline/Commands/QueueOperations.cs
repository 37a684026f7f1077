using System.CommandLine;
using System.Text.Json;

namespace Trunkline.Commands;

/// <summary>
/// What people do to messages: <c>queue hold|release|cancel|resend|priority|at</c>, each for one id or several, of messages or of submissions. One that is
/// refused does not keep the others from being done.
/// </summary>
internal static class QueueOperations
{
    public static IEnumerable<Command> Build(CommandFrame frame)
    {
        yield return Simple(frame, "hold", "Keep messages from leaving until they are released");
        yield return Simple(frame, "release", "Let messages on hold go on");
        yield return Simple(frame, "cancel", "End messages; one that is on the line is not tried again");

        var ids = Ids();
        var uncertain = new Option<bool>("--even-uncertain") { Description = "Also what may have arrived" };
        var resend = new Command("resend", "Send again what has ended") { ids, uncertain };
        EachAsync(frame, resend, ids, (parsed, session, id, token) =>
            session.PostAsync($"{PathOf(id)}/resend", new Dictionary<string, bool> { ["evenUncertain"] = parsed.GetValue(uncertain) }, token),
            (id, answer) => Console.WriteLine($"{id} is sent again as {Rows.Text(answer, "submission")}."));
        yield return resend;

        yield return Change(frame, "priority", "Give messages another priority: high, medium or low", "priority");
        yield return Change(frame, "at", "Have messages sent, or tried again, at a time: 2026-11-24T08:00:00Z", "at");
    }

    private static Command Simple(CommandFrame frame, string verb, string description)
    {
        var ids = Ids();
        var command = new Command(verb, description) { ids };
        EachAsync(frame, command, ids, (_, session, id, token) => session.PostAsync($"{PathOf(id)}/{verb}", null, token), (_, answer) => Print(answer));
        return command;
    }

    private static Command Change(CommandFrame frame, string name, string description, string member)
    {
        var value = new Argument<string>(name) { Description = description };
        var ids = Ids();
        var command = new Command(name, description) { value, ids };
        EachAsync(frame, command, ids, (parsed, session, id, token) =>
            session.PatchAsync(PathOf(id), new Dictionary<string, string?> { [member] = parsed.GetValue(value) }, token), (_, answer) => Print(answer));
        return command;
    }

    private static void EachAsync(CommandFrame frame, Command command, Argument<string[]> ids,
        Func<ParseResult, ApiSession, string, CancellationToken, Task<JsonElement>> ask, Action<string, JsonElement> show) =>
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var worst = ExitCode.Well;
            foreach (var id in parsed.GetValue(ids)!)
            {
                try
                {
                    session.Show(await ask(parsed, session, id, cancellationToken), answer => show(id, answer));
                }
                catch (ApiFailure failure) when (failure.ExitCode == ExitCode.Refused)
                {
                    Console.Error.Write(id + ": ");
                    session.Show(failure);
                    worst = failure.ExitCode;
                }
            }
            return worst;
        });

    private static void Print(JsonElement answer) => Rows.Print(
        answer.GetProperty("messages").EnumerateArray().Select(m => (IReadOnlyList<string>)[Rows.Text(m, "id"), Rows.Text(m, "result"), Rows.Text(m, "status"), Rows.Text(m, "reason")]),
        "message", "", "status", "");

    private static Argument<string[]> Ids() => new("ids") { Description = "Messages, or submissions for all their messages", Arity = ArgumentArity.OneOrMore };

    private static string PathOf(string id) => "/v1/messages/" + Uri.EscapeDataString(id);
}
