using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Routing;

namespace Trunkline.Gateway.Preparing;

/// <summary>Takes pending messages, has their pages made or their time estimated, and puts them into the lane of their type.</summary>
public sealed partial class Preparer(
    IQueueStore queue,
    IPreparingStore store,
    DocumentPress press,
    CoverPress covers,
    BillingDesk billing,
    CustomerDirectory customers,
    CustomerGate gate,
    UnpagedPress unpaged,
    QueueSignals signals,
    WorkLoops loops,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<Preparer> logger) : BackgroundService
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(30);

    // A batch that took less than this had no document to convert.
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(250);
    private const int MaxBatch = 128;

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Preparers).Select(_ => loops.RunAsync("preparing of pages", WorkAsync, stoppingToken)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        // One at a time while documents are converted, which takes long and must not hold the messages behind them; many while all that is to be
        // done is to look up pages that were made before.
        var batch = 1;
        while (!stoppingToken.IsCancellationRequested)
        {
            var claimed = await queue.ClaimAsync(Lane.Prepare, time.GetUtcNow(), options.Value.Lease, batch, stoppingToken);
            if (claimed.Count == 0)
            {
                await signals.WaitAsync(Lane.Prepare, LookInterval, stoppingToken);
                continue;
            }
            // There may be more than one bell rang for; the other workers look as well.
            signals.Wake(Lane.Prepare);
            var begun = time.GetTimestamp();
            await Task.WhenAll(claimed.Select(m => PrepareAsync(m, stoppingToken)));
            batch = time.GetElapsedTime(begun) < Quick ? Math.Min(batch * 2, MaxBatch) : 1;
        }
    }

    private async Task PrepareAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        try
        {
            if (message.ExpiresAt <= time.GetUtcNow())
            {
                await EndAsync(message, MessageStatus.Expired, CallOutcome.Expired, "It expired before it could be prepared.", cancellationToken);
                return;
            }
            if (message.Type != MessageType.Fax)
            {
                await PrepareUnpagedAsync(message, cancellationToken);
                return;
            }
            var (result, coverKey) = await MakeAsync(message, cancellationToken);
            switch (result)
            {
                case PressResult.Refused { Cause: var cause }:
                    await EndAsync(message, MessageStatus.Failed, CallOutcome.BadDocument, cause, cancellationToken);
                    break;
                case PressResult.Later later:
                    LogLater(message.Id, later.Cause, later.Due);
                    await queue.ReleaseAsync(message, later.Due, cancellationToken);
                    break;
                case PressResult.Made made:
                    await MadeAsync(message with { CoverKey = coverKey }, made, cancellationToken);
                    break;
            }
        }
#pragma warning disable CA1031 // A fault of this machine (a full disk, a missing converter) must not stop the other messages; it is logged and tried again.
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFault(fault, message.Id, AfterFault.TotalSeconds);
            await queue.ReleaseAsync(message, time.GetUtcNow() + AfterFault, cancellationToken);
        }
    }

    private async Task MadeAsync(QueuedMessage message, PressResult.Made made, CancellationToken cancellationToken)
    {
        if (billing.Estimate(message, billing.Expected(message.Type, made.Pages, message.Resolution)) is { } estimate)
            Prepared(message, await store.PreparedAsync(message, made.Key, made.Pages, estimate, cancellationToken), () => LogPrepared(message.Id, made.Pages));
        else
            await EndAsync(message, MessageStatus.Failed, CallOutcome.NoPrice, CallOutcomes.Of(CallOutcome.NoPrice).Sentence, cancellationToken);
    }

    private async Task PrepareUnpagedAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        switch (await unpaged.MakeAsync(message, cancellationToken))
        {
            case UnpagedResult.Refused { Cause: var cause }:
                await EndAsync(message, MessageStatus.Failed, CallOutcome.BadDocument, cause, cancellationToken);
                break;
            case UnpagedResult.Made made when billing.Estimate(message, new Usage(0, made.Duration)) is { } estimate:
                Prepared(message, await store.PreparedUnpagedAsync(message, made.Duration, made.PageText, estimate, cancellationToken),
                    () => LogPreparedUnpaged(message.Id, message.Type, made.Duration.TotalSeconds));
                break;
            case UnpagedResult.Made:
                await EndAsync(message, MessageStatus.Failed, CallOutcome.NoPrice, CallOutcomes.Of(CallOutcome.NoPrice).Sentence, cancellationToken);
                break;
        }
    }

    private void Prepared(QueuedMessage message, (PrepareResult Result, MoneyRefusal? Refusal) prepared, Action log)
    {
        switch (prepared)
        {
            case (PrepareResult.Prepared, _):
                log();
                signals.Wake(Lanes.For(message.Type));
                // It may be scheduled for later.
                signals.WakeKeeper();
                break;
            case (PrepareResult.NoCredit, var refusal):
                LogEnded(message.Id, CallOutcome.NoCredit.Code(), refusal!.Reason);
                if (customers.FindSender(message.CustomerKey, message.UserKey) is { } sender)
                    gate.Report(sender, refusal);
                signals.WakeReceipts();
                break;
            case (PrepareResult.ClaimLost, _):
                break;
        }
    }

    /// <summary>The document, which a broadcast shares, and the message's own cover; the pages are those of both.</summary>
    private async Task<(PressResult Result, string? CoverKey)> MakeAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        var document = await press.MakeAsync(message.SubmissionId, message.Resolution, cancellationToken);
        if (document is not PressResult.Made made || message.Cover is null)
            return (document, null);
        var cover = await covers.MakeAsync(message, made.Pages, cancellationToken);
        return cover is PressResult.Made sheet ? (made with { Pages = made.Pages + sheet.Pages }, sheet.Key) : (cover, null);
    }

    private async Task EndAsync(QueuedMessage message, MessageStatus status, CallOutcome outcome, string cause, CancellationToken cancellationToken)
    {
        if (!await queue.EndAsync(message, status, outcome, cause, time.GetUtcNow(), cancellationToken))
            return;
        LogEnded(message.Id, outcome.Code(), cause);
        signals.WakeReceipts();
    }

    [LoggerMessage(6200, LogLevel.Information, "Prepared {Message}: {Pages} pages")]
    private partial void LogPrepared(MessageId message, int pages);

    [LoggerMessage(6204, LogLevel.Information, "Prepared {Message}, {Type}: about {Seconds} s on the line")]
    private partial void LogPreparedUnpaged(MessageId message, MessageType type, double seconds);

    [LoggerMessage(6201, LogLevel.Warning, "{Message} cannot be prepared: {Outcome}: {Cause}")]
    private partial void LogEnded(MessageId message, string outcome, string cause);

    [LoggerMessage(6203, LogLevel.Warning, "{Message} could not be prepared, which may be this machine's doing; it is tried again at {Due}: {Cause}")]
    private partial void LogLater(MessageId message, string cause, DateTimeOffset due);

    [LoggerMessage(6202, LogLevel.Error, "A fault of this machine kept {Message} from being prepared; it is tried again in {Seconds} s")]
    private partial void LogFault(Exception fault, MessageId message, double seconds);
}
