using System.CommandLine;

namespace Trunkline.Commands;

/// <summary>What attachments may be: list, add, remove.</summary>
internal static class FileTypeCommand
{
    private const string Path = "/v1/file-types";

    public static Command Build(CommandFrame frame)
    {
        var command = new Command("file-type", "What attachments may be, and what they become");
        var list = new Command("list", "All types");
        frame.Ask(list, async (_, session, cancellationToken) =>
        {
            session.Show(await session.GetAsync(Path, cancellationToken), page => Rows.Print(
                Rows.Items(page).Select(r => (IReadOnlyList<string>)[Rows.Text(r, "mime"), Rows.Text(r, "extension"), Rows.Text(r, "refusal").Length > 0 ? "refused" : Rows.Text(r, "type"), Rows.Text(r, "isText"),
                    Rows.Text(r, "knownAs"), Rows.Text(r, "signature")]), "MIME type", "ending", "becomes", "text", "is", "begins"));
            return ExitCode.Well;
        });
        command.Subcommands.Add(list);
        command.Subcommands.Add(Add(frame));
        command.Subcommands.Add(Remove(frame));
        return command;
    }

    private static Command Add(CommandFrame frame)
    {
        var mime = new Argument<string>("mime") { Description = "Its MIME type, such as audio/amr" };
        var extension = Ending();
        var type = new Option<string?>("--type") { Description = "fax, voice or video; left out, such files are left out of mails without a word" };
        var signature = new Option<string?>("--signature") { Description = "How its content begins, such as 0:2321414D52" };
        var knownAs = new Option<string?>("--known-as") { Description = "The MIME type of which it is another word" };
        var isText = new Option<bool>("--text") { Description = "It is a text" };
        var refusal = new Option<string?>("--refusal") { Description = "Refuse mails with it, in words that follow its name, such as \"has macros: save it as DOCX\"" };
        var add = new Command("add", "One more type, known from the next mail on") { mime, extension, type, signature, knownAs, isText, refusal };
        frame.Ask(add, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.PostAsync(Path, new
            {
                mime = parsed.GetValue(mime), extension = parsed.GetValue(extension), type = parsed.GetValue(type), signature = parsed.GetValue(signature),
                isText = parsed.GetValue(isText), knownAs = parsed.GetValue(knownAs), refusal = parsed.GetValue(refusal),
            }, cancellationToken), r => Console.WriteLine($"{Rows.Text(r, "mime")} is known."));
            return ExitCode.Well;
        });
        return add;
    }

    private static Command Remove(CommandFrame frame)
    {
        var mime = new Argument<string>("mime") { Description = "Its MIME type" };
        var extension = Ending();
        var remove = new Command("remove", "One row less: where no other knows the MIME type or the ending, mail with such a file is refused") { mime, extension };
        frame.Ask(remove, async (parsed, session, cancellationToken) =>
        {
            var path = $"{Path}?mime={Uri.EscapeDataString(parsed.GetValue(mime)!)}"
                + (parsed.GetValue(extension) is { } ending ? "&extension=" + Uri.EscapeDataString(ending) : "");
            session.Show(await session.DeleteAsync(path, cancellationToken), _ => Console.WriteLine($"The row is gone. Files that another row knows, by its MIME type or its ending, are still taken: trunkline file-type list."));
            return ExitCode.Well;
        });
        return remove;
    }

    private static Option<string?> Ending() => new("--extension") { Description = "The ending of its files, without a dot" };
}
