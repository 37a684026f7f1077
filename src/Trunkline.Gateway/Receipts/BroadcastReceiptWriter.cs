using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Receipts;

/// <summary>Writes the one receipt of each broadcast once all its numbers have ended. A crash in the middle writes it again; only one is ever stored.</summary>
public sealed partial class BroadcastReceiptWriter(IBroadcastStore store, IReceiptStore receipts, BroadcastReceipt composer, QueueSignals signals, WorkLoops loops,
    TimeProvider time, ILogger<BroadcastReceiptWriter> logger) : BackgroundService
{
    private const int Batch = 5;

    // Minutes of calls lie behind a summary; some seconds more are nothing.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(3);

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.RunAsync("writing of summaries", async token =>
    {
        using var timer = new PeriodicTimer(LookInterval, time);
        while (await timer.WaitForNextTickAsync(token))
        {
            foreach (var due in await store.ReceiptsDueAsync(Batch, token))
            {
                var receipt = await composer.ComposeAsync(due, token);
                await receipts.WrittenAsync(due.Broadcast.Id, receipt, time.GetUtcNow(), token);
                signals.WakeMail();
                LogWritten(due.Broadcast.Id, receipt is not null);
            }
        }
    }, stoppingToken);

    [LoggerMessage(6620, LogLevel.Information, "Summary of broadcast {Broadcast} written; it has a recipient: {HasRecipient}")]
    private partial void LogWritten(MessageId broadcast, bool hasRecipient);
}
