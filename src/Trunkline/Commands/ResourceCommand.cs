using System.CommandLine;
using System.Text.Json;
using Trunkline.Web.Api;

namespace Trunkline.Commands;

/// <summary>Resources of the running server: list, add, pause, resume, drain, remove, show.</summary>
internal static class ResourceCommand
{
    private const string Path = "/v1/resources";

    public static Command Build(CommandFrame frame)
    {
        var command = new Command("resource", "Resources: what places the calls") { Add(frame), Prefer(frame), Remove(frame) };
        var list = new Command("list", "All resources, as they stand");
        frame.Ask(list, async (_, session, cancellationToken) =>
        {
            session.Show(await session.GetAsync(Path, cancellationToken), page => Print(Rows.Items(page)));
            return ExitCode.Well;
        });
        command.Subcommands.Add(list);
        command.Subcommands.Add(Named(frame, "show", "One resource", (session, path, token) => session.GetAsync(path, token)));
        foreach (var (verb, words) in new[]
        {
            ("pause", "It takes nothing new until it is resumed; what it has goes on"), ("resume", "It takes messages again"),
            ("drain", "It takes nothing new and finishes what it has; then it is drained and may be removed"),
        })
            command.Subcommands.Add(Named(frame, verb, words, (session, path, token) => session.PostAsync($"{path}/{verb}", null, token)));
        return command;
    }

    private static Command Named(CommandFrame frame, string name, string description, Func<ApiSession, string, CancellationToken, Task<JsonElement>> ask)
    {
        var resource = new Argument<string>("name") { Description = "Its name" };
        var command = new Command(name, description) { resource };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            session.Show(await ask(session, PathOf(parsed.GetValue(resource)!), cancellationToken), r => Print([r]));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Add(CommandFrame frame)
    {
        var name = new Argument<string>("name") { Description = "Its name, the ResourceID of the protocol" };
        var address = new Argument<string>("address") { Description = "Where it is: https://fax2.example:8443/resource" };
        var type = new Option<string>("--type") { Description = "fax, voice, notification or video", DefaultValueFactory = _ => "fax" };
        var certificate = new Option<string?>("--certificate-sha256") { Description = "The fingerprint of the certificate that it must show" };
        var preference = new Option<int?>("--preference") { Description = "Of two that cost the same the one with the lower number is used; left out, 100" };
        var command = new Command("add", "Add a resource, and print its passwords, once") { name, address, type, certificate, preference };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var body = new Dictionary<string, object?> { ["name"] = parsed.GetValue(name), ["address"] = parsed.GetValue(address), ["type"] = parsed.GetValue(type) };
            if (parsed.GetValue(certificate) is { } fingerprint)
                body["certificateSha256"] = fingerprint;
            if (parsed.GetValue(preference) is { } number)
                body["preference"] = number;
            session.Show(await session.PostAsync(Path, body, cancellationToken), ShowAdded);
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Prefer(CommandFrame frame)
    {
        var name = new Argument<string>("name") { Description = "Its name" };
        var preference = new Argument<int>("preference") { Description = "A number, the ordinary one is 100" };
        var command = new Command("prefer", "Of two that cost the same the one with the lower number is used") { name, preference };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var changed = await session.PatchAsync(PathOf(parsed.GetValue(name)!), new ResourceChange(parsed.GetValue(preference)), cancellationToken);
            session.Show(changed, r => Print([r]));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Remove(CommandFrame frame)
    {
        var name = new Argument<string>("name") { Description = "Its name" };
        var force = new Option<bool>("--force") { Description = "Also when it holds messages: it is then not known what became of them" };
        var command = new Command("remove", "Remove a resource that is drained") { name, force };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var path = PathOf(parsed.GetValue(name)!) + (parsed.GetValue(force) ? "?force=true" : "");
            session.Show(await session.DeleteAsync(path, cancellationToken), _ => Console.WriteLine($"{parsed.GetValue(name)} is removed."));
            return ExitCode.Well;
        });
        return command;
    }

    private static void ShowAdded(JsonElement added)
    {
        var resource = added.GetProperty("resource");
        Console.WriteLine($"{Rows.Text(resource, "name")} is added. Its passwords are shown this once.");
        Console.WriteLine();
        Console.WriteLine("A line for its file of router passwords (jfaxom/password in its directory):");
        Console.WriteLine(Rows.Text(added, "routerPassword"));
        Console.WriteLine();
        Console.WriteLine("Its own password, which it says to this gateway (own-password in its directory):");
        Console.WriteLine(Rows.Text(added, "resourcePassword"));
    }

    private static void Print(IEnumerable<JsonElement> resources) => Rows.Print(
        resources.Select(r => (IReadOnlyList<string>)[Rows.Text(r, "name"), Rows.Text(r, "type"), Rows.Text(r, "mode"), Rows.Text(r, "preference"), Rows.Text(r, "unavailable"),
            $"{Rows.Text(r, "busy")}/{Rows.Text(r, "channels")}", Rows.Text(r, "open"), Rows.Text(r, "queueIn"), Rows.Text(r, "queueOut"),
            $"{Rows.Text(r, "delivered")}/{Rows.Text(r, "ended")}", Rows.Text(r, "lastContact"), Rows.Text(r, "address")]),
        "resource", "type", "mode", "preference", "takes nothing because", "busy", "open", "in", "out", "delivered", "last heard", "address");

    private static string PathOf(string name) => $"{Path}/{Uri.EscapeDataString(name)}";
}
