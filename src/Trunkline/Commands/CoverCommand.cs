using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Trunkline.Commands;

/// <summary><c>trunkline cover</c>: cover pages, listed, stored, shown and removed.</summary>
internal static class CoverCommand
{
    public static Command Build(CommandFrame frame) =>
        new("cover", "Cover pages") { List(frame), Add(frame), Preview(frame), Remove(frame), Logo(frame) };

    private static Command List(CommandFrame frame)
    {
        var command = new Command("list", "Cover pages that may be used");
        frame.Ask(command, async (_, session, token) =>
        {
            session.Show(await session.GetAsync("/v1/covers?limit=1000", token), page => Rows.Print(
                Rows.Items(page).Select(c => (IReadOnlyList<string>)[Rows.Text(c, "name"), Owner(c), Rows.Text(c, "hasLogo"), Rows.Text(c, "createdAt")]),
                "name", "whose", "own logo", "stored"));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Add(CommandFrame frame)
    {
        var name = new Argument<string>("NAME") { Description = "Small letters, digits and dashes" };
        var file = new Argument<FileInfo>("TEMPLATE.html") { Description = "HTML with {{fields}}" }.AcceptExistingOnly();
        var logo = new Option<FileInfo?>("--logo") { Description = "PNG, JPEG or SVG of its own" };
        var command = new Command("add", "Store a cover page; it is printed once before it is stored") { name, file, logo };
        frame.Ask(command, async (parsed, session, token) =>
        {
            var template = await File.ReadAllTextAsync(parsed.GetValue(file)!.FullName, token);
            var answer = await session.PutAsync($"/v1/covers/{Uri.EscapeDataString(parsed.GetValue(name)!)}", new { template, logo = await BytesAsync(parsed.GetValue(logo), token) }, token);
            session.Show(answer, _ => AnsiConsole.MarkupLineInterpolated($"Stored. Look at it: trunkline cover preview {parsed.GetValue(name)} --out cover.png"));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Preview(CommandFrame frame)
    {
        var name = new Argument<string>("NAME") { Description = "A cover page, or a file that ends in .html" };
        var output = new Option<FileInfo>("--out") { Description = "Where the PNG goes", Required = true };
        var to = new Option<string?>("--to") { Description = "Name of the recipient" };
        var company = new Option<string?>("--company") { Description = "Its company" };
        var from = new Option<string?>("--from") { Description = "Name of the sender" };
        var regarding = new Option<string?>("--regarding") { Description = "What it is about" };
        var comments = new Option<string?>("--comments") { Description = "What stands below" };
        var command = new Command("preview", "A cover page as a fax machine would print it, as PNG") { name, output, to, company, from, regarding, comments };
        frame.Ask(command, async (parsed, session, token) =>
        {
            var what = parsed.GetValue(name)!;
            var isFile = what.EndsWith(".html", StringComparison.OrdinalIgnoreCase);
            var body = new
            {
                name = isFile ? null : what,
                template = isFile ? await File.ReadAllTextAsync(what, token) : null,
                fields = new
                {
                    toName = parsed.GetValue(to), toCompany = parsed.GetValue(company), fromName = parsed.GetValue(from), regarding = parsed.GetValue(regarding),
                    comments = parsed.GetValue(comments)?.Replace("\\n", "\n", StringComparison.Ordinal),
                },
            };
            using var content = System.Net.Http.Json.JsonContent.Create(body, options: Web.Api.ApiJson.Options);
            using var answer = await session.AnswerAsync(HttpMethod.Post, "/v1/covers/preview", content, token);
            var path = parsed.GetValue(output)!.FullName;
            await using (var target = File.Create(path))
                await answer.Content.CopyToAsync(target, token);
            session.Show(default, _ => AnsiConsole.WriteLine(path));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Remove(CommandFrame frame)
    {
        var name = new Argument<string>("NAME");
        var command = new Command("remove", "Remove a cover page; messages that name it keep it") { name };
        frame.Ask(command, async (parsed, session, token) =>
        {
            session.Show(await session.DeleteAsync($"/v1/covers/{Uri.EscapeDataString(parsed.GetValue(name)!)}", token), _ => AnsiConsole.WriteLine("Removed."));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Logo(CommandFrame frame)
    {
        var file = new Argument<FileInfo>("PICTURE") { Description = "PNG, JPEG or SVG" }.AcceptExistingOnly();
        var command = new Command("logo", "Set the logo on the cover pages of the key's customer") { file };
        frame.Ask(command, async (parsed, session, token) =>
        {
            session.Show(await session.PutAsync("/v1/logo", new { content = await BytesAsync(parsed.GetValue(file), token) }, token), _ => AnsiConsole.WriteLine("Set."));
            return ExitCode.Well;
        });
        return command;
    }

    private static async Task<byte[]?> BytesAsync(FileInfo? file, CancellationToken cancellationToken) =>
        file is null ? null : await File.ReadAllBytesAsync(file.FullName, cancellationToken);

    private static string Owner(JsonElement cover) => Rows.Text(cover, "isShipped") == "yes" ? "shipped" : Rows.Text(cover, "isShared") == "yes" ? "everybody's" : "own";
}
