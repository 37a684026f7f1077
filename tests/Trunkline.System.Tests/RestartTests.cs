using Trunkline.SystemTests.Running;

namespace Trunkline.SystemTests;

/// <summary>Processes that stop, start and find one another again.</summary>
[Collection(SystemTestGroup.Name)]
public sealed class RestartTests
{
    [Fact]
    public async Task A_fax_accepted_while_the_trunk_was_down_is_delivered_once_after_a_restart()
    {
        var setup = new TrunklineSetup { Data = RunningTrunkline.NewData(), Roles = "gateway,resource", Options = DemoServer.QuickRetries };
        string submission;
        await using (var before = TrunklineProcess.Start(setup))
        {
            Assert.True(await before.Ready);
            using var smtp = await SmtpDialogue.OpenAsync(setup.Smtp);
            submission = RunningTrunkline.SubmissionOf(await smtp.SendAsync("demo@localhost", "+12025550100@fax.localhost", "Subject: Later\n\nHello\n"));
            Assert.Equal(0, await before.StopAsync());
        }
        await using var line = await RunningTrunkline.StartAsync(setup.TestLineAlone(RunningTrunkline.NewData()));
        await using var server = await RunningTrunkline.StartAsync(setup);

        var receipt = await server.ReceiptAsync(submission);
        Assert.Equal('S', receipt.Verdicts.Single().Status);
        Assert.True(Assert.Single(server.CallsOf(receipt, line.Data)).Complete);
        Assert.Single(Receipt.All(server.Data));
    }

    [Fact]
    public async Task A_stop_waits_for_the_call_on_the_line()
    {
        // At the speed of life, so that the call is on the line for a while.
        var setup = new TrunklineSetup { Data = RunningTrunkline.NewData(), Roles = "gateway,resource", Speed = 4, Options = DemoServer.QuickRetries };
        await using var line = await RunningTrunkline.StartAsync(setup.TestLineAlone(RunningTrunkline.NewData()));
        await using var server = await RunningTrunkline.StartAsync(setup);
        await server.SendAsync(Documents.Mail("Wait for me", "Hello", "+12025550100"));
        await server.WaitForAsync(() => Journals(server.Data).FirstOrDefault(j => j.Contains("answered", StringComparison.Ordinal)), "a call that was answered");

        Assert.Equal(0, await server.Process.StopAsync());

        Assert.True(Assert.Single(ReceivedCall.All(line.Data)).Complete);
    }

    [Fact]
    public async Task Gateway_and_resource_speak_HTTPS_to_one_another()
    {
        var setup = new TrunklineSetup
        {
            Data = RunningTrunkline.NewData(),
            Https = FreePorts.Tcp(),
            Options = new Dictionary<string, string>(DemoServer.QuickRetries) { ["ExchangeByHttps"] = "true" },
        };
        await using var server = await RunningTrunkline.StartAsync(setup);
        var receipt = await server.SendAndWaitAsync(Documents.Mail("Under cover", "Hello", "+12025550100"));
        Assert.Equal('S', receipt.Verdicts.Single().Status);
        Assert.True(Assert.Single(server.CallsOf(receipt)).Complete);
    }

    private static IEnumerable<string> Journals(string data)
    {
        var directory = Path.Combine(data, "resource", "fax1", "Process");
        foreach (var path in Directory.Exists(directory) ? Directory.EnumerateFiles(directory, "*.journal") : [])
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            yield return reader.ReadToEnd();
        }
    }
}
