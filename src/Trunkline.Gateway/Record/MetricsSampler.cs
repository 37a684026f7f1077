using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Record;

/// <summary>
/// Counts what the record says has happened since this process started, and how deep the queue is. The record is counted, not the deeds: there is one
/// place where each thing is written down, whoever did it.
/// </summary>
public sealed class MetricsSampler : BackgroundService
{
    private const int EventsAtOnce = 20_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private readonly Meter _meter = new(GatewayMeter.Name);
    private readonly IRecordCounts _counts;
    private readonly IRecordStore _record;
    private readonly WorkLoops _loops;
    private readonly TimeProvider _time;
    private volatile IReadOnlyList<QueueDepth> _depths = [];
    private long _last;

    public MetricsSampler(IRecordCounts counts, IRecordStore record, WorkLoops loops, TimeProvider time)
    {
        (_counts, _record, _loops, _time) = (counts, record, loops, time);
        _meter.CreateObservableUpDownCounter("trunkline.queue.depth", () => _depths.Select(d => new Measurement<long>(d.Count,
            new KeyValuePair<string, object?>("lane", d.Lane.ToString().ToLowerInvariant()), new("state", d.State))), "{message}", "Messages in the queue");
    }

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _last = await _record.NewestEventAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _loops.RunAsync("counting for metrics", async token =>
    {
        while (true)
        {
            await SampleAsync(token);
            await Task.Delay(Interval, _time, token);
        }
    }, stoppingToken);

    /// <summary>Counts what is new.</summary>
    internal async Task SampleAsync(CancellationToken cancellationToken)
    {
        _depths = await _counts.DepthsAsync(cancellationToken);
        long before;
        do
        {
            before = _last;
            (_last, var counts) = await _counts.CountAsync(before, EventsAtOnce, cancellationToken);
            foreach (var count in counts)
                Add(count);
        }
        while (_last - before >= EventsAtOnce);
    }

    private static void Add(EventCount count)
    {
        var type = new KeyValuePair<string, object?>("type", count.Type is { } its ? MessageWords.Of(its) : "none");
        var outcome = new KeyValuePair<string, object?>("outcome", count.Outcome ?? "none");
        switch (count.Code)
        {
            case "accepted":
                GatewayMeter.Accepted.Add(count.Count);
                break;
            case "ended":
                GatewayMeter.Ended.Add(count.Count, type, new("status", count.Status is { } status ? MessageWords.Of(status) : "none"), outcome);
                break;
            case "deferred":
                GatewayMeter.Deferred.Add(count.Count, type, outcome);
                break;
            case "receipt":
                GatewayMeter.Receipts.Add(count.Count);
                break;
        }
    }
}
