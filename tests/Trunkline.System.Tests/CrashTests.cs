using Trunkline.Crash;

namespace Trunkline.SystemTests;

/// <summary>The crash test in small; <c>tests/crash/crash-test</c> kills thirty times and more.</summary>
[Collection(SystemTestGroup.Name)]
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Three_kills_lose_nothing_and_send_nothing_twice()
    {
        var options = new CrashOptions { Kills = 3, Seed = 4, Clients = 2, MaxOpen = 8 };
        var audit = await new CrashRun(options, output.WriteLine).RunAsync();

        Assert.Empty(audit.Violations);
        Assert.NotEqual(0, audit.Counts.Single(c => c.Name == "receipts").Value);
        Directory.Delete(options.Data, recursive: true);
    }
}
