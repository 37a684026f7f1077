using System.CommandLine;
using System.Text.Json;

namespace Trunkline.Commands;

/// <summary>The words of receipts: looked at, written, set back.</summary>
internal static class ResponseCommand
{
    public static Command Build(CommandFrame frame)
    {
        var command = new Command("response", "The words of receipts, by language and kind");
        var list = new Command("list", "Every language and kind, with its subject");
        frame.Ask(list, async (_, session, token) =>
        {
            session.Show(await session.GetAsync("/v1/responses", token), answer => Rows.Print(
                Rows.Items(answer).Select(r => (IReadOnlyList<string>)[Rows.Text(r, "language"), Rows.Text(r, "kind"), Rows.Text(r, "subject"), Rows.Text(r, "isShipped")]),
                "language", "kind", "subject", "as shipped"));
            return ExitCode.Well;
        });
        command.Subcommands.Add(list);
        command.Subcommands.Add(Show(frame));
        command.Subcommands.Add(Set(frame));
        command.Subcommands.Add(Reset(frame));
        return command;
    }

    private static Command Show(CommandFrame frame)
    {
        var (language, kind) = (Language(), Kind());
        var show = new Command("show", "Prints the words of one, as a file for \"response set\"") { language, kind };
        frame.Ask(show, async (parsed, session, token) =>
        {
            var all = await session.GetAsync("/v1/responses", token);
            var found = Rows.Items(all).FirstOrDefault(r => Rows.Text(r, "language") == parsed.GetValue(language) && Rows.Text(r, "kind") == parsed.GetValue(kind));
            if (found.ValueKind == JsonValueKind.Undefined)
            {
                Console.Error.WriteLine($"There is no text for {parsed.GetValue(language)}, {parsed.GetValue(kind)}.");
                return ExitCode.Failed;
            }
            session.Show(found, r => Console.WriteLine($"{Rows.Text(r, "subject")}\n\n{Rows.Text(r, "text")}"));
            return ExitCode.Well;
        });
        return show;
    }

    private static Command Set(CommandFrame frame)
    {
        var (language, kind) = (Language(), Kind());
        var file = new Argument<FileInfo>("file") { Description = "The subject in the first line, an empty line, the text" };
        var set = new Command("set", "Uses the words of a file from the next receipt on") { language, kind, file };
        frame.Ask(set, async (parsed, session, token) =>
        {
            var lines = (await File.ReadAllTextAsync(parsed.GetValue(file)!.FullName, token)).ReplaceLineEndings("\n").Split("\n\n", 2);
            if (lines.Length < 2)
            {
                Console.Error.WriteLine("The file has the subject in its first line, then an empty line, then the text.");
                return ExitCode.Refused;
            }
            session.Show(await session.PutAsync($"/v1/responses/{parsed.GetValue(language)}/{parsed.GetValue(kind)}", new Web.Api.ResponseInput(lines[0].Trim(), lines[1].TrimEnd()), token),
                r => Console.WriteLine($"Receipts of kind {Rows.Text(r, "kind")} in {Rows.Text(r, "language")} say this from now on."));
            return ExitCode.Well;
        });
        return set;
    }

    private static Command Reset(CommandFrame frame)
    {
        var (language, kind) = (Language(), Kind());
        var reset = new Command("reset", "Back to the words as shipped") { language, kind };
        frame.Ask(reset, async (parsed, session, token) =>
        {
            session.Show(await session.DeleteAsync($"/v1/responses/{parsed.GetValue(language)}/{parsed.GetValue(kind)}", token), _ => Console.WriteLine("As shipped."));
            return ExitCode.Well;
        });
        return reset;
    }

    private static Argument<string> Language() => new("language") { Description = "en, de, fr, es, pt, ja, or another" };

    private static Argument<string> Kind() => new("kind") { Description = Gateway.Receipts.ResponseKinds.All };
}
