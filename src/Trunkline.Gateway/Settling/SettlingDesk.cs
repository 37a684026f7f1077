using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Routing;

namespace Trunkline.Gateway.Settling;

/// <summary>How the gateway answers a resource that brings a receipt.</summary>
public abstract record ReceiptAnswer
{
    /// <summary>Acknowledged: the resource may forget it.</summary>
    public sealed record Acknowledged(ResourceMessage Message) : ReceiptAnswer;

    /// <summary>No such resource, or the password is wrong.</summary>
    public sealed record WrongPassword : ReceiptAnswer;

    /// <summary>Not readable, or no receipt.</summary>
    public sealed record Malformed(string Reason) : ReceiptAnswer;

    /// <summary>No such attempt is known here. The resource keeps the receipt.</summary>
    public sealed record UnknownMessage(string Reason) : ReceiptAnswer;
}

/// <summary>Takes the receipts of resources: each closes or defers its message, once.</summary>
public sealed partial class SettlingDesk(
    ISettlingStore store,
    ResourceRegistry resources,
    ResourceRouter router,
    RouteSuccess success,
    QueueSignals signals,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<SettlingDesk> logger)
{
    private readonly RetrySchedule _retries = new(options.Value.Retry, Random.Shared);

    /// <summary>
    /// False when the head of a message shows that no resource of ours sent it. A head that cannot be read passes: what is wrong with it is said
    /// once the whole is there.
    /// </summary>
    public bool IsResource(ReadOnlyMemory<byte> head) => !ResourceMessageFormat.TryRead(head, out var message, out _)
        || resources.Authenticate(message.ResourceId, message.Password) is not null;

    /// <summary>Handles one receipt; it is durable when this returns <see cref="ReceiptAnswer.Acknowledged"/>.</summary>
    public async Task<ReceiptAnswer> ReceiveAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!ResourceMessageFormat.TryRead(bytes, out var message, out var error))
            return new ReceiptAnswer.Malformed(error);
        if (resources.Authenticate(message.ResourceId, message.Password) is not { } resource)
        {
            LogWrongPassword(message.ResourceId ?? "NA");
            return new ReceiptAnswer.WrongPassword();
        }
        if (!AttemptId.TryParse(message.MessageId, out var attempt))
            return new ReceiptAnswer.Malformed($"MessageID={message.MessageId} is none that this router made.");
        if (!AttemptReport.TryRead(message, out var report, out error))
            return new ReceiptAnswer.Malformed(error);

        var now = time.GetUtcNow();
        resource.Heard(message, now);
        var (result, settlement) = await store.SettleAsync(attempt, resource.Model.Id, report, now, state => Decide(state, resource.Model.Id, report, now), cancellationToken);
        if (result == SettleResult.Unknown)
        {
            LogUnknown(resource.Model.Name, attempt);
            return new ReceiptAnswer.UnknownMessage($"MessageID={attempt} is not known here.");
        }
        if (result == SettleResult.Settled)
        {
            resource.Closed();
            success.Count(resource.Model.Id, message.MessageDestination.AsSpan().TrimStart('+'), report.Outcome, now);
            resource.Ended(settlement!.Status == MessageStatus.Sent);
            Tell(attempt, report, settlement!, resource);
        }
        if (result == SettleResult.Corrected)
        {
            LogCorrected(attempt, report.Outcome.Code());
            signals.WakeReceipts();
        }
        return new ReceiptAnswer.Acknowledged(new ResourceMessage
        {
            Password = resource.Model.RouterPassword,
            MessageId = message.MessageId,
            MessageStatus = message.MessageStatus,
            ResourceId = resource.Model.Name,
            ResourceLastCommTimeStamp = now,
        });
    }

    /// <summary>What a receipt does to its message: the one place where retries, resumption and ends are decided.</summary>
    internal Settlement Decide(SettlingState state, long resourceId, AttemptReport report, DateTimeOffset now)
    {
        var words = CallOutcomes.Of(report.Outcome);
        if (report.Status is MessageStatus.Deferred or MessageStatus.Failed && report.Outcome.MayGoByAnother() && now < state.Message.ExpiresAt
            && router.HasOther(state.Message, resourceId))
            return new Settlement(MessageStatus.Deferred, report.Outcome, now, $"{words.Sentence} Another carrier is tried at once.") { GoesOn = true };
        switch (report.Status)
        {
            // Unconfirmed pages are never reported as sent, whatever the resource says.
            case MessageStatus.Sent when report.PagesConfirmed >= state.Message.Pages:
                return new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, CallOutcomes.Of(CallOutcome.Delivered).Sentence);
            case MessageStatus.Sent:
                return new Settlement(MessageStatus.Uncertain, CallOutcome.Uncertain, null,
                    $"The resource reports it as sent, but only {report.PagesConfirmed} of {state.Message.Pages} pages as confirmed.");
            case MessageStatus.Uncertain:
                return new Settlement(MessageStatus.Uncertain, CallOutcome.Uncertain, null, CallOutcomes.Of(CallOutcome.Uncertain).Sentence);
            case MessageStatus.Deferred:
                return Defer(state, report.Outcome, report.RetryAfter, now);
            // The last carrier of the round will never do it; one before it may, later.
            case MessageStatus.Failed when report.Outcome.MayGoByAnother()
                && state.RoundOutcomes.LastOrDefault(o => CallOutcomes.Of(o).Retry != RetryPolicyName.Never, report.Outcome) is var other && other != report.Outcome:
                return Defer(state, other, report.RetryAfter, now);
            default:
                return report.Outcome == CallOutcome.Expired
                    ? new Settlement(MessageStatus.Expired, report.Outcome, null, words.Sentence)
                    : new Settlement(MessageStatus.Failed, report.Outcome, null, words.Sentence);
        }
    }

    private Settlement Defer(SettlingState state, CallOutcome outcome, TimeSpan? retryAfter, DateTimeOffset now)
    {
        var words = CallOutcomes.Of(outcome);
        var same = state.EarlierOutcomes.Count(o => CallOutcomes.Of(o).Retry == words.Retry) + 1;
        if (_retries.Next(outcome, same, state.EarlierOutcomes.Count + 1) is not { } interval)
            return new Settlement(MessageStatus.Failed, outcome, null, words.Sentence);
        // Who is called knows better than a policy when it is worth while, but only when that is later.
        var due = now + (retryAfter > interval ? retryAfter.Value : interval);
        return due < state.Message.ExpiresAt
            ? new Settlement(MessageStatus.Deferred, outcome, due, words.Sentence)
            : new Settlement(MessageStatus.Expired, outcome, null, $"{words.Sentence} Its time ran out before another attempt.");
    }

    private void Tell(AttemptId attempt, AttemptReport report, Settlement settlement, ResourceState resource)
    {
        LogSettled(attempt, report.Outcome.Code(), settlement.Status.Code(), report.PagesConfirmed, report.Duration.TotalSeconds, report.Transport, report.Detail,
            settlement.Due);
        signals.WakeKeeper();
        signals.Wake(Lanes.For(resource.Model.Type));
        if (settlement.Status.IsFinal())
            signals.WakeReceipts();
    }

    [LoggerMessage(6500, LogLevel.Information,
        "{Attempt} ended: {Outcome}, status {Status}, {Pages} pages confirmed, {Seconds} s, {Transport}; {Detail}; next attempt {Due}")]
    private partial void LogSettled(
        AttemptId attempt, string outcome, char status, int pages, double seconds, string transport, string detail, DateTimeOffset? due);

    [LoggerMessage(6503, LogLevel.Warning, "{Attempt} had been given up as uncertain; its receipt came late and says {Outcome}")]
    private partial void LogCorrected(AttemptId attempt, string outcome);

    [LoggerMessage(6501, LogLevel.Warning, "A receipt in the name of resource {Resource} came with a wrong password")]
    private partial void LogWrongPassword(string resource);

    [LoggerMessage(6502, LogLevel.Error, "Resource {Resource} brings a receipt for {Attempt}, which is not known here: was the store set back?")]
    private partial void LogUnknown(string resource, AttemptId attempt);
}
