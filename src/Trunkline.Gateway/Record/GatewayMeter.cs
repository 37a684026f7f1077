using System.Diagnostics.Metrics;

namespace Trunkline.Gateway.Record;

/// <summary>The instruments of the gateway; docs/operating/metrics.md lists them.</summary>
public static class GatewayMeter
{
    /// <summary>The meter of all of them.</summary>
    public const string Name = "Trunkline.Gateway";

    private static readonly Meter Meter = new(Name);

    /// <summary>How long a resource takes to answer, by resource and what came of it.</summary>
    internal static readonly Histogram<double> Exchanges = Meter.CreateHistogram("trunkline.exchange.duration", "s", "How long a resource takes to answer", tags: null,
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    /// <summary>Messages that were accepted.</summary>
    internal static readonly Counter<long> Accepted = Meter.CreateCounter<long>("trunkline.messages.accepted", "{message}", "Messages that were accepted");

    /// <summary>Messages that ended, by type, status and outcome.</summary>
    internal static readonly Counter<long> Ended = Meter.CreateCounter<long>("trunkline.messages.ended", "{message}", "Messages that ended");

    /// <summary>Attempts after which another is due, by type and outcome.</summary>
    internal static readonly Counter<long> Deferred = Meter.CreateCounter<long>("trunkline.messages.deferred", "{message}", "Attempts after which another is due");

    /// <summary>Receipts that were written.</summary>
    internal static readonly Counter<long> Receipts = Meter.CreateCounter<long>("trunkline.receipts.written", "{receipt}", "Receipts that were written");

    /// <summary>What webhooks were told, by whether they took it.</summary>
    internal static readonly Counter<long> Webhooks = Meter.CreateCounter<long>("trunkline.webhooks.deliveries", "{delivery}", "Events that webhooks were told");
}
