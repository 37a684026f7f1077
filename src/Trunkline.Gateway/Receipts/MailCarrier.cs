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
    private const int LocalSlots = 16;
    private const int RemoteSlots = 8;

    // RFC 5321 4.5.4.1: give up after four or five days.
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan[] RetryAfter =
        [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2)];

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        loops.RunAsync("delivery of local mail", token => WorkAsync(isLocal: true, LocalSlots, token), stoppingToken),
        loops.RunAsync("delivery of mail", token => WorkAsync(isLocal: false, RemoteSlots, token), stoppingToken));

    private async Task WorkAsync(bool isLocal, int slots, CancellationToken stoppingToken)
    {
        var running = new Dictionary<MessageId, Task>();
        // One waiter at a time, kept until it was rung: one that is left behind would take the ring that is meant for the next.
        Task? bell = null;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                foreach (var done in running.Where(r => r.Value.IsCompleted).Select(r => r.Key).ToList())
                    running.Remove(done);
                // As many more as are under way, since those are still due in the store. Local mail is taken up by the half of its slots: each that is
                // under way is read again with the next.
                var due = running.Count > (isLocal ? slots / 2 : slots - 1) ? [] : await store.MailDueAsync(time.GetUtcNow(), isLocal, slots + running.Count, stoppingToken);
                var begun = 0;
                foreach (var mail in due.Where(m => !running.ContainsKey(m.Id)).Take(slots - running.Count))
                {
                    running.Add(mail.Id, CarryAsync(mail, stoppingToken));
                    begun++;
                }
                if (begun > 0)
                    continue;
                bell ??= signals.WaitForMailAsync(isLocal, LookInterval, stoppingToken);
                if (await Task.WhenAny(running.Values.Append(bell)) != bell)
                    continue;
                await bell;
                bell = null;
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
                await NoteAsync(mail, () => store.LeftAsync(mail, null, now, CancellationToken.None), cancellationToken);
                LogDelivered(mail.Id, mail.Recipient, delivered.Detail);
                break;
            case MailOutResult.Deferred deferred when now - mail.CreatedAt < MaxAge:
                var due = now + RetryAfter[Math.Min(mail.Attempts, RetryAfter.Length - 1)];
                await NoteAsync(mail, () => store.MailDeferredAsync(mail, deferred.Reason, due, CancellationToken.None), cancellationToken);
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
        await NoteAsync(mail, () => store.LeftAsync(mail, reason, now, CancellationToken.None), cancellationToken);
        LogGaveUp(mail.Id, mail.Recipient, reason);
    }

    /// <summary>
    /// Writes down what became of a mail, and keeps its slot until that has succeeded: while the store does not write (a full disk) but reads, the
    /// mail would be found due and sent again and again.
    /// </summary>
    private async Task NoteAsync(WaitingMail mail, Func<Task> write, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await write();
                return;
            }
#pragma warning disable CA1031 // Whatever it is, the mail must not be sent again because of it.
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogNotNoted(fault, mail.Id);
                await Task.Delay(AfterFault, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(6610, LogLevel.Information, "Mail {Mail} to {Recipient} delivered: {Detail}")]
    private partial void LogDelivered(MessageId mail, string recipient, string detail);

    [LoggerMessage(6611, LogLevel.Warning, "Mail {Mail} to {Recipient} waits until {Due}: {Reason}")]
    private partial void LogDeferred(MessageId mail, string recipient, string reason, DateTimeOffset due);

    [LoggerMessage(6612, LogLevel.Error, "Mail {Mail} to {Recipient} is given up: {Reason}")]
    private partial void LogGaveUp(MessageId mail, string recipient, string reason);

    [LoggerMessage(6613, LogLevel.Error, "A fault kept mail {Mail} from leaving")]
    private partial void LogFault(Exception fault, MessageId mail);

    [LoggerMessage(6614, LogLevel.Critical, "What became of mail {Mail} could not be written down; it is tried again, and the mail is not sent meanwhile")]
    private partial void LogNotNoted(Exception fault, MessageId mail);
}
