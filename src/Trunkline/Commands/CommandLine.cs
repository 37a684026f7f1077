using System.CommandLine;
using System.CommandLine.Invocation;
using Spectre.Console;
using Trunkline.Serving;

namespace Trunkline.Commands;

/// <summary>The command line: every option of the server is understood by every command, so that a command finds the server that it means.</summary>
internal static class CommandLine
{
    // Longer than the host waits for the calls on the line: the default of two seconds cut them off.
    private static readonly TimeSpan LongestStop = TimeSpan.FromMinutes(10);

    /// <summary>The root with every command of <see cref="CommandList"/>.</summary>
    public static RootCommand Build()
    {
        var root = new RootCommand("Trunkline: e-mail to the telephone network and back. E-mail +12025550100@fax.<domain>; it arrives as a fax, and a receipt comes back.");
        var frame = new CommandFrame();
        frame.AddTo(root);
        foreach (var build in CommandList.All)
            root.Subcommands.Add(build(frame));
        return root;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            // "@example.org" is a domain of a customer, and not a file of arguments.
            var parsed = Build().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = LongestStop });
            return parsed.Action is ParseErrorAction ? ExitCode.Refused : exitCode;
        }
        catch (OptionsException fault)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{fault.Message}[/]");
            return ExitCode.Refused;
        }
        catch (Microsoft.Extensions.Options.OptionsValidationException fault)
        {
            foreach (var failure in fault.Failures)
                AnsiConsole.MarkupLineInterpolated($"[red]{failure}[/]");
            return ExitCode.Refused;
        }
        catch (IOException fault) when (fault.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{fault.Message}[/] Is another Trunkline running? Choose other addresses with --smtp, --http, --sip and --testline.");
            return ExitCode.Refused;
        }
        catch (System.Net.Sockets.SocketException fault) when (fault.SocketErrorCode == System.Net.Sockets.SocketError.AddressAlreadyInUse)
        {
            AnsiConsole.MarkupLine("[red]A SIP address is in use.[/] Is another Trunkline running? Choose other addresses with --sip and --testline.");
            return ExitCode.Refused;
        }
    }
}
