using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace Trunkline.Commands;

/// <summary>
/// What all commands share: the options of the server, by which a command finds the server that it means, and <c>--json</c>. A noun adds itself by a
/// class with one method that builds its <see cref="Command"/> with these, and a line in <see cref="CommandList"/>.
/// </summary>
internal sealed class CommandFrame
{
    private static readonly (string Name, string Description)[] ServerOptionNames =
    [
        ("data", "Everything that is kept lies below (data)"),
        ("domain", "The mail domain that is ours (localhost)"),
        ("smtp", "Where mail comes in (127.0.0.1:2525)"),
        ("http", "API and resource protocol (127.0.0.1:8080)"),
        ("https", "The same over TLS (off)"),
        ("pop3", "Not used yet (127.0.0.1:2110)"),
        ("sip", "Our end of the SIP trunk (127.0.0.1:5060)"),
        ("testline", "The test line (127.0.0.1:5090)"),
        ("store", "sqlite"),
        ("roles", "What this process does (gateway,resource,manager,testline)"),
        ("pcap", "Write SIP and media of calls into this capture file (off)"),
        ("smarthost", "host:port for mail that is not ours (by MX)"),
    ];

    /// <summary>The commands that read all of them; the others want of the server only where it is.</summary>
    private static readonly string[] ServerCommands = ["serve", "once", "doctor"];

    private static readonly string[] FindingOptionNames = ["data", "http"];

    private const int UnbrokenWidth = 1000;

    private readonly List<Option<string?>> _options =
        [.. ServerOptionNames.Select(o => new Option<string?>("--" + o.Name) { Description = o.Description, Recursive = true, HelpName = o.Name.ToUpperInvariant() })];

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON", Recursive = true };

    /// <summary>Gives the shared options to the root.</summary>
    public void AddTo(RootCommand root)
    {
        foreach (var option in _options)
            root.Options.Add(option);
        root.Options.Add(_json);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ShortHelp((SynchronousCommandLineAction)help.Action!, _options);
    }

    /// <summary>True when JSON is asked for.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>The file, the environment and the command line, the last winning.</summary>
    public IConfiguration Configuration(ParseResult parsed, bool withDemo = false)
    {
        var given = _options.Where(o => parsed.GetValue(o) is not null).ToDictionary(o => o.Name.TrimStart('-'), o => parsed.GetValue(o));
        if (withDemo)
            given["Demo"] = "true";
        return new ConfigurationBuilder()
            .AddJsonFile(Path.GetFullPath("trunkline.json"), optional: true)
            .AddEnvironmentVariables("TRUNKLINE_")
            .AddInMemoryCollection(given)
            .Build();
    }

    /// <summary>
    /// Makes a command one that asks the running server. What the server refuses, and a server that is not there, end it with a sentence and the exit
    /// code that belongs to it.
    /// </summary>
    public void Ask(Command command, Func<ParseResult, ApiSession, CancellationToken, Task<int>> act) => command.SetAction(async (parsed, cancellationToken) =>
    {
        // What a script or a file takes is not broken into lines as a terminal would have it.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = UnbrokenWidth;
        using var session = ApiSession.Open(Configuration(parsed), IsJson(parsed));
        try
        {
            return await act(parsed, session, cancellationToken);
        }
        catch (ApiFailure failure)
        {
            session.Show(failure);
            return failure.ExitCode;
        }
    });

    /// <summary>Help that leaves out, below a command that asks a server, what only the server itself reads: it is understood there, and says nothing.</summary>
    private sealed class ShortHelp(SynchronousCommandLineAction help, IReadOnlyList<Option<string?>> options) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var noun = parseResult.CommandResult;
            while (noun.Parent is System.CommandLine.Parsing.CommandResult { Parent: not null } above)
                noun = above;
            var isOfServer = noun.Parent is null || ServerCommands.Contains(noun.Command.Name);
            foreach (var option in options.Where(o => !isOfServer && !FindingOptionNames.Contains(o.Name.TrimStart('-'))))
                option.Hidden = true;
            return help.Invoke(parseResult);
        }
    }
}
