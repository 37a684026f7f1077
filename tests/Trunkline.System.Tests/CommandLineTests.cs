using System.Text.Json;
using Trunkline.SystemTests.Running;

namespace Trunkline.SystemTests;

/// <summary>The command line, as scripts use it.</summary>
[Collection(SystemTestGroup.Name)]
public sealed class CommandLineTests(DemoServer demo)
{
    private RunningTrunkline Server => demo.Server;

    [Fact]
    public async Task Queue_prints_messages_as_JSON_while_the_server_runs()
    {
        var receipt = await Server.SendAndWaitAsync(Documents.Mail("In the list", "Hello", "+12025550108"));
        var (exitCode, output) = await TrunklineProcess.RunAsync(Server.Data, "queue", "--json", "--data", Server.Data);

        Assert.Equal(0, exitCode);
        using var json = JsonDocument.Parse(output);
        var row = json.RootElement.GetProperty("items").EnumerateArray().Single(m => m.GetProperty("submission").GetString() == receipt.Submission);
        Assert.Equal(("failed", "In the list", "demo@localhost"),
            (row.GetProperty("status").GetString(), row.GetProperty("subject").GetString(), row.GetProperty("from").GetString()));

        (exitCode, output) = await TrunklineProcess.RunAsync(Server.Data, "queue", "show", row.GetProperty("id").GetString()!, "--data", Server.Data);
        Assert.Equal(0, exitCode);
        Assert.Contains("not-in-service", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_waits_and_ends_with_0_only_when_all_of_it_was_sent()
    {
        var (exitCode, output) = await TrunklineProcess.RunAsync(Server.Data, "send", "fax:+12025550100", "--text", "Hello", "--wait", "--data", Server.Data);
        Assert.Equal(0, exitCode);
        Assert.Contains("fax:+12025550100  sent, 1 of 1 pages", Lines(output));

        (exitCode, output) = await TrunklineProcess.RunAsync(
            Server.Data, "send", "fax:+12025550100", "+12025550108@fax.localhost", "--text", "Hello", "--wait", "--json", "--data", Server.Data);
        Assert.Equal(1, exitCode);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(["failed", "sent"], json.RootElement.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("status").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_the_server_refuses_ends_it_with_2_and_names_the_field()
    {
        var (exitCode, output) = await TrunklineProcess.RunAsync(Server.Data, "send", "fax:+12025550100", "fax:12", "--text", "Hello", "--data", Server.Data);
        Assert.Equal(2, exitCode);
        Assert.StartsWith("to[1]: ", Assert.Single(Lines(output)), StringComparison.Ordinal);

        (exitCode, output) = await TrunklineProcess.RunAsync(Server.Data, "queue", "--status", "lost", "--json", "--http", Server.Setup.Http, "--data", Path.Combine(Server.Data, "none"));
        Assert.Equal(2, exitCode);
        Assert.Contains("TRUNKLINE_KEY", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_a_command_ends_with_3_and_says_how_to_start_one()
    {
        var (exitCode, output) = await TrunklineProcess.RunAsync(Server.Data, "queue", "--http", Running.FreePorts.Tcp(), "--data", Server.Data);
        Assert.Equal(3, exitCode);
        Assert.Contains("trunkline serve", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trunkline que", "queue")]
    [InlineData("trunkline completion f", "fish")]
    [InlineData("trunkline queue sh", "show")]
    public async Task The_script_for_bash_completes(string line, string expected)
    {
        var directory = Directory.CreateTempSubdirectory("trunkline-completion-").FullName;
        try
        {
            var program = Path.Combine(directory, "trunkline");
            await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec dotnet {Path.Combine(AppContext.BaseDirectory, "trunkline.dll")} \"$@\"\n");
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            var words = line.Split(' ');
            var script = $"PATH={directory}:$PATH; source <(trunkline completion bash); COMP_WORDS=({line}); COMP_CWORD={words.Length - 1}; COMP_LINE='{line}'; COMP_POINT={line.Length}; "
                + "_trunkline; echo \"${COMPREPLY[@]}\"";
            using var bash = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true })!;
            Assert.Equal(expected, (await bash.StandardOutput.ReadToEndAsync()).Trim());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task The_demonstration_listens_on_this_machine_only()
    {
        var (exitCode, output) = await TrunklineProcess.RunAsync(Server.Data, "serve", "--demo", "--http", "0.0.0.0:0", "--data", Path.Combine(Server.Data, "other"));
        Assert.Equal(2, exitCode);
        Assert.Contains("--demo with --http", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_finds_this_machine_well()
    {
        var (exitCode, output) = await TrunklineProcess.RunAsync(Server.Data, "doctor", "--json", "--data", Server.Data);

        using var json = JsonDocument.Parse(output);
        Assert.All(json.RootElement.EnumerateArray(), f => Assert.True(f.GetProperty("isWell").GetBoolean(), f.ToString()));
        Assert.Equal(0, exitCode);
    }

    [Theory]
    [InlineData("--smtp", "nowhere", "--smtp nowhere")]
    [InlineData("--roles", "gateway,cook", "--roles cook")]
    [InlineData("--domain", "not a domain", "--domain not a domain")]
    [InlineData("--store", "oracle", "--store oracle")]
    public async Task A_wrong_value_ends_it_with_2_and_one_line_that_says_why(string option, string value, string words)
    {
        var (exitCode, output) = await TrunklineProcess.RunAsync(Server.Data, "serve", "--data", Path.Combine(Server.Data, "other"), option, value);

        Assert.Equal(2, exitCode);
        Assert.Contains(words, Assert.Single(Lines(output)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve", true)]
    [InlineData("queue cancel", false)]
    [InlineData("billing", false)]
    public async Task Help_names_the_options_of_the_server_where_one_is_started(string command, bool isServer)
    {
        var (exitCode, output) = await TrunklineProcess.RunAsync(Server.Data, [.. command.Split(' '), "--help"]);

        Assert.Equal(0, exitCode);
        Assert.Contains("--http", output, StringComparison.Ordinal);
        Assert.Equal(isServer, output.Contains("--testline", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_option_that_does_not_exist_ends_it_with_2()
    {
        var (exitCode, output) = await TrunklineProcess.RunAsync(Server.Data, "serve", "--colour", "blue");

        Assert.Equal(2, exitCode);
        Assert.Contains("--colour", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("smtp")]
    [InlineData("http")]
    [InlineData("sip")]
    [InlineData("testline")]
    public async Task A_port_in_use_ends_it_with_2_and_one_line_that_names_the_option(string taken)
    {
        var setup = new TrunklineSetup { Data = RunningTrunkline.NewData() };
        setup = taken switch
        {
            "smtp" => setup with { Smtp = Server.Setup.Smtp },
            "http" => setup with { Http = Server.Setup.Http },
            "sip" => setup with { Sip = Server.Setup.Sip },
            _ => setup with { TestLine = Server.Setup.TestLine },
        };
        try
        {
            await using var process = TrunklineProcess.Start(setup);
            Assert.Equal(2, await process.ExitCodeAsync());
            Assert.Contains("--" + taken, string.Join(' ', Lines(process.Output)), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(setup.Data, recursive: true);
        }
    }

    [Fact]
    public async Task A_second_server_on_the_same_directory_ends_with_2()
    {
        await using var process = TrunklineProcess.Start(new TrunklineSetup { Data = Server.Data });
        Assert.Equal(2, await process.ExitCodeAsync());
        Assert.Contains("Another Trunkline works in", process.Output, StringComparison.Ordinal);
    }

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
