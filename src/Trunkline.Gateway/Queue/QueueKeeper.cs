using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Trunkline.Gateway.Queue;

/// <summary>Keeps the schedule: moves what is due to its lane, takes back what a dead worker held, ends what has expired.</summary>
public sealed partial class QueueKeeper(IQueueStore store, QueueSignals signals, WorkLoops loops, TimeProvider time, ILogger<QueueKeeper> logger) : BackgroundService
{
    private const int Batch = 1000;

    // Only when a signal was missed, or set by another node, does this bound matter.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var taken = await store.ReclaimAsync(time.GetUtcNow(), ofThisNode: true, cancellationToken);
        if (taken > 0)
            LogReclaimed(taken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.RunAsync("keeping of the schedule", KeepAsync, stoppingToken);

    private async Task KeepAsync(CancellationToken stoppingToken)
    {
        // By the clock that is never set back.
        long? swept = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            if (swept is null || time.GetElapsedTime(swept.Value) >= SweepInterval)
            {
                await SweepAsync(now, stoppingToken);
                swept = time.GetTimestamp();
            }
            var (lanes, next) = await store.PromoteAsync(now, Batch, stoppingToken);
            foreach (var lane in lanes)
                signals.Wake(lane);
            var sleep = next is { } due ? due - time.GetUtcNow() : LongestSleep;
            await signals.WaitForKeeperAsync(sleep < LongestSleep ? sleep : LongestSleep, stoppingToken);
        }
    }

    private async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await store.ReclaimAsync(now, ofThisNode: false, cancellationToken) is > 0 and var taken)
        {
            LogLeasesRanOut(taken);
            foreach (var lane in Enum.GetValues<Lane>())
                signals.Wake(lane);
        }
        if (await store.ExpireAsync(now, Batch, cancellationToken) is > 0 and var expired)
        {
            LogExpired(expired);
            signals.WakeReceipts();
        }
    }

    [LoggerMessage(6100, LogLevel.Information, "{Count} messages that this node held when it stopped are back in the queue")]
    private partial void LogReclaimed(int count);

    [LoggerMessage(6101, LogLevel.Warning, "{Count} messages were held longer than their lease and are back in the queue")]
    private partial void LogLeasesRanOut(int count);

    [LoggerMessage(6102, LogLevel.Information, "{Count} messages expired")]
    private partial void LogExpired(int count);
}
