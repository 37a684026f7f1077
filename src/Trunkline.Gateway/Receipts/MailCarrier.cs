using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Receipts;

/// <summary>Carries mail out until it is delivered, refused for good, or too old.</summary>
public sealed partial class MailCarrier(
    IReceiptStore store, IMailOut mailOut, QueueSignals signals, TimeProvider time, ILogger<MailCarrier> logger) : BackgroundService
{
    private const int Batch = 50;

    // RFC 5321 4.5.4.1: give up after four or five days.
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan[] RetryAfter =
        [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2)];

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var due = await store.MailDueAsync(time.GetUtcNow(), Batch, stoppingToken);
            // Several at once, so that one slow server does not keep the mail for all others.
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stoppingToken },
                async (mail, cancellationToken) => await CarryAsync(mail, cancellationToken));
            if (due.Count == 0)
                await signals.WaitForMailAsync(LookInterval, stoppingToken);
        }
    }

    private async Task CarryAsync(WaitingMail mail, CancellationToken cancellationToken)
    {
        MailOutResult result;
        try
        {
            result = await mailOut.DeliverAsync(mail, cancellationToken);
        }
#pragma warning disable CA1031 // A full disk or a broken network is a reason to wait, for this mail alone.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFault(fault, mail.Id);
            result = new MailOutResult.Deferred(fault.Message);
        }

        var now = time.GetUtcNow();
        switch (result)
        {
            case MailOutResult.Delivered delivered:
                await store.LeftAsync(mail, null, now, cancellationToken);
                LogDelivered(mail.Id, mail.Recipient, delivered.Detail);
                break;
            case MailOutResult.Deferred deferred when now - mail.CreatedAt < MaxAge:
                var due = now + RetryAfter[Math.Min(mail.Attempts, RetryAfter.Length - 1)];
                await store.MailDeferredAsync(mail, deferred.Reason, due, cancellationToken);
                LogDeferred(mail.Id, mail.Recipient, deferred.Reason, due);
                break;
            case MailOutResult.Deferred deferred:
                await GiveUpAsync(mail, $"Not delivered in {MaxAge.TotalDays:0} days: {deferred.Reason}", now, cancellationToken);
                break;
            case MailOutResult.Failed failed:
                await GiveUpAsync(mail, failed.Reason, now, cancellationToken);
                break;
        }
    }

    private async Task GiveUpAsync(WaitingMail mail, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await store.LeftAsync(mail, reason, now, cancellationToken);
        LogGaveUp(mail.Id, mail.Recipient, reason);
    }

    [LoggerMessage(6610, LogLevel.Information, "Mail {Mail} to {Recipient} delivered: {Detail}")]
    private partial void LogDelivered(MessageId mail, string recipient, string detail);

    [LoggerMessage(6611, LogLevel.Warning, "Mail {Mail} to {Recipient} waits until {Due}: {Reason}")]
    private partial void LogDeferred(MessageId mail, string recipient, string reason, DateTimeOffset due);

    [LoggerMessage(6612, LogLevel.Error, "Mail {Mail} to {Recipient} is given up: {Reason}")]
    private partial void LogGaveUp(MessageId mail, string recipient, string reason);

    [LoggerMessage(6613, LogLevel.Error, "A fault kept mail {Mail} from leaving")]
    private partial void LogFault(Exception fault, MessageId mail);
}
