using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Spectre.Console;
using Trunkline.Serving;

namespace Trunkline.Commands;

/// <summary>Runs the server.</summary>
internal static class ServeCommand
{
    public static Command Build(CommandFrame frame)
    {
        var demo = new Option<bool>("--demo") { Description = "Create the customer demo@<domain>, key demo-key, trusted from this machine" };
        var command = new Command("serve", "Run the server until it is stopped") { demo };
        command.SetAction((parsed, cancellationToken) => RunAsync(frame.Configuration(parsed, parsed.GetValue(demo)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        await using var server = await Server.StartAsync(configuration, watch: null, cancellationToken);
        var options = server.Options;
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("").AddColumn("");
        table.AddRow("[grey]roles[/]", Markup.Escape(string.Join(", ", options.RoleSet.Order())));
        if (options.RoleSet.Contains("gateway"))
            table.AddRow("[grey]mail in[/]", $"smtp://{options.Smtp}  for  <number>@fax.{Markup.Escape(options.Domain)}");
        table.AddRow("[grey]http[/]", $"http://{options.Http}");
        if (options.RoleSet.Contains("resource"))
            table.AddRow("[grey]sip[/]", options.Sip);
        if (options.RoleSet.Contains("testline"))
            table.AddRow("[grey]test line[/]", $"{options.Testline}  +12025550100 answers as a fax");
        table.AddRow("[grey]kept in[/]", Markup.Escape(Path.GetFullPath(options.Data)));
        AnsiConsole.Write(table);
        // On a line of its own: scripts wait for it.
        Console.WriteLine("ready");
        await server.WaitAsync(cancellationToken);
        return 0;
    }
}
