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
        var row = json.RootElement.EnumerateArray().Single(m => m.GetProperty("submission").GetString() == receipt.Submission);
        Assert.Equal(("F", "In the list", "demo@localhost"),
            (row.GetProperty("status").GetString(), row.GetProperty("subject").GetString(), row.GetProperty("from").GetString()));
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
