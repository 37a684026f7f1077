using Trunkline.SystemTests.Running;

namespace Trunkline.SystemTests;

/// <summary>One server with every role for all tests that need nothing special; its tests run one after the other, as one machine's calls do.</summary>
public sealed class DemoServer : IAsyncLifetime
{
    /// <summary>Small limits, so that a test sees the end of a policy.</summary>
    internal static readonly IReadOnlyDictionary<string, string> QuickRetries = new Dictionary<string, string>
    {
        ["Retry:Busy:Interval"] = "00:00:01",
        ["Retry:Busy:MaxAttempts"] = "2",
        ["Retry:NoAnswer:Interval"] = "00:00:01",
        ["Retry:NoAnswer:MaxAttempts"] = "2",
        ["Retry:Carrier:Interval"] = "00:00:01",
        ["Retry:Carrier:MaxInterval"] = "00:00:02",
        ["Retry:Carrier:MaxAttempts"] = "1000",
        ["Retry:MaxAttempts"] = "1000",
        ["ResourceProbe"] = "00:00:01",
        ["Trunk:Channels"] = "8",
        ["Trunk:RingTimeout"] = "00:00:10",
    };

    internal RunningTrunkline Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Server = await RunningTrunkline.StartAsync(new TrunklineSetup { Data = RunningTrunkline.NewData(), Options = QuickRetries });

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>All system tests: two cores carry one server and its calls at twenty times the speed of life, not several.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SystemTestGroup : ICollectionFixture<DemoServer>
{
    public const string Name = "System";
}
