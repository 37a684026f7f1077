using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Spectre.Console;
using Trunkline.Serving;

namespace Trunkline.Commands;

/// <summary>The command line: every option of the server is understood by every command, so that a command finds the server that it means.</summary>
internal static class CommandLine
{
    // Longer than the host waits for the calls on the line: the default of two seconds cut them off.
    private static readonly TimeSpan LongestStop = TimeSpan.FromMinutes(10);

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
        ("smarthost", "host:port for mail that is not ours (by MX)"),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Trunkline: e-mail to the telephone network and back. E-mail +12025550100@fax.<domain>; it arrives as a fax, and a receipt comes back.");
        var options = ServerOptionNames.Select(o => new Option<string?>("--" + o.Name) { Description = o.Description, Recursive = true, HelpName = o.Name.ToUpperInvariant() }).ToList();
        foreach (var option in options)
            root.Options.Add(option);
        var json = new Option<bool>("--json") { Description = "Print JSON", Recursive = true };
        root.Options.Add(json);
        var demo = new Option<bool>("--demo") { Description = "Create the customer demo@<domain>, key demo-key, trusted from this machine" };

        IConfiguration Configuration(ParseResult parsed, bool withDemo = false)
        {
            var given = options.Where(o => parsed.GetValue(o) is not null).ToDictionary(o => o.Name.TrimStart('-'), o => parsed.GetValue(o));
            if (withDemo)
                given["Demo"] = "true";
            return new ConfigurationBuilder()
                .AddJsonFile(Path.GetFullPath("trunkline.json"), optional: true)
                .AddEnvironmentVariables("TRUNKLINE_")
                .AddInMemoryCollection(given)
                .Build();
        }

        var serve = new Command("serve", "Run the server until it is stopped") { demo };
        serve.SetAction((parsed, cancellationToken) => ServeCommand.RunAsync(Configuration(parsed, parsed.GetValue(demo)), cancellationToken));
        root.Subcommands.Add(serve);

        var once = new Command("once", "Send one sample e-mail through a server of its own, show each step, and stop");
        once.SetAction((parsed, cancellationToken) => OnceCommand.RunAsync(Configuration(parsed, withDemo: true), cancellationToken));
        root.Subcommands.Add(once);

        var doctor = new Command("doctor", "Say what this machine has and lacks");
        doctor.SetAction((parsed, cancellationToken) => DoctorCommand.RunAsync(Configuration(parsed), parsed.GetValue(json), cancellationToken));
        root.Subcommands.Add(doctor);

        var queue = new Command("queue", "List messages, newest first");
        var limit = new Option<int>("--limit") { Description = "How many", DefaultValueFactory = _ => 20 };
        queue.Options.Add(limit);
        queue.SetAction((parsed, cancellationToken) =>
            QueueCommand.RunAsync(Configuration(parsed), parsed.GetValue(limit), parsed.GetValue(json), cancellationToken));
        root.Subcommands.Add(queue);

        try
        {
            var parsed = root.Parse(args);
            var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = LongestStop });
            return parsed.Errors.Count > 0 ? 2 : exitCode;
        }
        catch (OptionsException fault)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{fault.Message}[/]");
            return 2;
        }
        catch (Microsoft.Extensions.Options.OptionsValidationException fault)
        {
            foreach (var failure in fault.Failures)
                AnsiConsole.MarkupLineInterpolated($"[red]{failure}[/]");
            return 2;
        }
        catch (IOException fault) when (fault.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{fault.Message}[/] Is another Trunkline running? Choose other addresses with --smtp, --http, --sip and --testline.");
            return 2;
        }
        catch (System.Net.Sockets.SocketException fault) when (fault.SocketErrorCode == System.Net.Sockets.SocketError.AddressAlreadyInUse)
        {
            AnsiConsole.MarkupLine("[red]A SIP address is in use.[/] Is another Trunkline running? Choose other addresses with --sip and --testline.");
            return 2;
        }
    }
}
