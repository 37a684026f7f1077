using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Receipts;

/// <summary>Writes the receipt of each submission once all its messages have ended. A crash in the middle writes it again; only one is ever stored.</summary>
public sealed partial class ReceiptWriter(
    IReceiptStore store, ReceiptComposer composer, QueueSignals signals, WorkLoops loops, TimeProvider time, ILogger<ReceiptWriter> logger) : BackgroundService
{
    private const int Batch = 50;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.RunAsync("writing of receipts", WriteAllAsync, stoppingToken);

    private async Task WriteAllAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var due = await store.DueAsync(Batch, stoppingToken);
            // Together: each waits for the disk, and they share one commit.
            var written = await Task.WhenAll(due.Select(submission => Task.Run(() => WriteAsync(submission, stoppingToken), stoppingToken)));
            if (written.Contains(false))
                await Task.Delay(AfterFault, time, stoppingToken);
            else if (due.Count == 0)
                await signals.WaitForReceiptsAsync(LookInterval, stoppingToken);
        }
    }

    private async Task<bool> WriteAsync(EndedSubmission submission, CancellationToken cancellationToken)
    {
        try
        {
            var receipt = await composer.ComposeAsync(submission, cancellationToken);
            await store.WrittenAsync(submission.Id, receipt, time.GetUtcNow(), cancellationToken);
            signals.WakeMail();
            LogWritten(submission.Id, receipt is not null);
            return true;
        }
#pragma warning disable CA1031 // One receipt's fault must not keep the others back; it is logged and tried again.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFault(fault, submission.Id);
            return false;
        }
    }

    [LoggerMessage(6601, LogLevel.Information, "Receipt of {Submission} written; it has a recipient: {HasRecipient}")]
    private partial void LogWritten(MessageId submission, bool hasRecipient);

    [LoggerMessage(6602, LogLevel.Error, "The receipt of {Submission} could not be written; it is tried again")]
    private partial void LogFault(Exception fault, MessageId submission);
}
