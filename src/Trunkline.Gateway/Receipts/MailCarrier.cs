using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Receipts;

/// <summary>
/// Carries mail out until it is delivered, refused for good, or too old. Mail to our own people has slots of its own, so that no server far away
/// that answers slowly keeps their receipts.
/// </summary>
public sealed partial class MailCarrier(
    IReceiptStore store, IMailOut mailOut, QueueSignals signals, WorkLoops loops, TimeProvider time, ILogger<MailCarrier> logger) : BackgroundService
{
    private const int LocalSlots = 4;
    private const int RemoteSlots = 8;

    // RFC 5321 4.5.4.1: give up after four or five days.
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan[] RetryAfter =
        [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2)];

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        loops.RunAsync("delivery of local mail", token => WorkAsync(isLocal: true, LocalSlots, token), stoppingToken),
        loops.RunAsync("delivery of mail", token => WorkAsync(isLocal: false, RemoteSlots, token), stoppingToken));

    private async Task WorkAsync(bool isLocal, int slots, CancellationToken stoppingToken)
    {
        var running = new Dictionary<MessageId, Task>();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                foreach (var done in running.Where(r => r.Value.IsCompleted).Select(r => r.Key).ToList())
                    running.Remove(done);
                // As many more as are under way, since those are still due in the store.
                var due = running.Count == slots ? [] : await store.MailDueAsync(time.GetUtcNow(), isLocal, slots + running.Count, stoppingToken);
                var begun = 0;
                foreach (var mail in due.Where(m => !running.ContainsKey(m.Id)).Take(slots - running.Count))
                {
                    running.Add(mail.Id, CarryAsync(mail, stoppingToken));
                    begun++;
                }
                if (begun == 0 && running.Count > 0)
                    await Task.WhenAny(running.Values.Append(signals.WaitForMailAsync(isLocal, LookInterval, stoppingToken)));
                else if (begun == 0)
                    await signals.WaitForMailAsync(isLocal, LookInterval, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(running.Values);
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
        catch (Exception fault)
#pragma warning restore CA1031
        {
            if (cancellationToken.IsCancellationRequested)
                return;
            LogFault(fault, mail.Id);
            result = new MailOutResult.Deferred(fault.Message);
        }

        // What the other side has said is written down even while we are told to stop: forgotten, it would be sent again.
        var now = time.GetUtcNow();
        switch (result)
        {
            case MailOutResult.Delivered delivered:
                await store.LeftAsync(mail, null, now, CancellationToken.None);
                LogDelivered(mail.Id, mail.Recipient, delivered.Detail);
                break;
            case MailOutResult.Deferred deferred when now - mail.CreatedAt < MaxAge:
                var due = now + RetryAfter[Math.Min(mail.Attempts, RetryAfter.Length - 1)];
                await store.MailDeferredAsync(mail, deferred.Reason, due, CancellationToken.None);
                LogDeferred(mail.Id, mail.Recipient, deferred.Reason, due);
                break;
            case MailOutResult.Deferred deferred:
                await GiveUpAsync(mail, $"Not delivered in {MaxAge.TotalDays:0} days: {deferred.Reason}", now);
                break;
            case MailOutResult.Failed failed:
                await GiveUpAsync(mail, failed.Reason, now);
                break;
        }
    }

    private async Task GiveUpAsync(WaitingMail mail, string reason, DateTimeOffset now)
    {
        await store.LeftAsync(mail, reason, now, CancellationToken.None);
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
