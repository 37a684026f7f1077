using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Customers;

namespace Trunkline.Gateway.Queue;

/// <summary>
/// What customers do with their own messages, and operators with all: hold, release, cancel, another priority, another time, send again. An id is that of
/// a message or of a submission, which stands for all its messages. A customer key of null is the operator.
/// </summary>
public sealed partial class MessageOperations(
    IOperationsStore store, CustomerDirectory customers, CustomerGate gate, MessageIdSource ids, QueueSignals signals, TimeProvider time, IOptions<GatewayOptions> options, ILogger<MessageOperations> logger)
{
    /// <summary>Messages of one submission that an operation reaches: ten times what one mail can have.</summary>
    public const int MaxMessages = 1000;

    /// <summary>Keeps them from leaving until they are released.</summary>
    public Task<IReadOnlyList<OperationAnswer>> HoldAsync(MessageId id, long? customer, CancellationToken cancellationToken) =>
        EachAsync("hold", id, customer, m => store.HoldAsync(m, customer, time.GetUtcNow(), cancellationToken), cancellationToken);

    /// <summary>Lets them go on.</summary>
    public Task<IReadOnlyList<OperationAnswer>> ReleaseAsync(MessageId id, long? customer, CancellationToken cancellationToken) =>
        EachAsync("release", id, customer, m => store.ReleaseAsync(m, customer, time.GetUtcNow(), cancellationToken), cancellationToken);

    /// <summary>Ends them, or, where a resource has one, sees to it that nothing is tried after this attempt.</summary>
    public Task<IReadOnlyList<OperationAnswer>> CancelAsync(MessageId id, long? customer, CancellationToken cancellationToken) =>
        EachAsync("cancel", id, customer, m => store.CancelAsync(m, customer, time.GetUtcNow(), cancellationToken), cancellationToken);

    /// <summary>Gives them another priority.</summary>
    public Task<IReadOnlyList<OperationAnswer>> SetPriorityAsync(MessageId id, long? customer, Priority priority, CancellationToken cancellationToken) =>
        EachAsync("priority", id, customer, m => store.SetPriorityAsync(m, customer, priority, time.GetUtcNow(), cancellationToken), cancellationToken);

    /// <summary>Has them sent, or tried again, at this time or later; a time that is past is now.</summary>
    public async Task<IReadOnlyList<OperationAnswer>> SetTimeAsync(MessageId id, long? customer, DateTimeOffset notBefore, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (notBefore > now + options.Value.MaxScheduleAhead)
            return [new OperationAnswer(id, OperationResult.Refused, null, $"Messages are scheduled for {options.Value.MaxScheduleAhead.TotalDays:0} days ahead at most.")];
        return await EachAsync("at", id, customer, m => store.SetTimeAsync(m, customer, notBefore > now ? notBefore : now, now, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Sends again what has ended: the same documents, as a new submission with new ids. They count as messages of the hour of whose they are, also when
    /// the operator asks.
    /// </summary>
    public async Task<ResendAnswer> ResendAsync(MessageId id, long? customer, bool evenUncertain, CancellationToken cancellationToken)
    {
        (Sender Sender, int Messages)? taken = null;
        string? Refuse(Resending again)
        {
            // The store may ask twice: a change that shares its commit with one that fails is undone and made anew.
            if (taken is { } before)
                gate.GiveBackHour(before.Sender, before.Messages);
            taken = null;
            if (customers.FindSender(again.CustomerKey, again.UserKey) is not { } sender)
                return null;
            if (gate.TakeHour(sender, again.Messages) is { } full)
                return full.Reason;
            taken = (sender, again.Messages);
            return null;
        }
        ResendAnswer answer;
        try
        {
            answer = await store.ResendAsync(id, customer, evenUncertain, MaxMessages, Refuse, ids.Next, time.GetUtcNow(), cancellationToken);
        }
        catch when (taken is not null)
        {
            gate.GiveBackHour(taken.Value.Sender, taken.Value.Messages);
            throw;
        }
        if (answer.Submission is { } submission)
        {
            LogResent(id, submission, answer.Messages.Count);
            signals.Wake(Lane.Prepare);
        }
        return answer;
    }

    private async Task<IReadOnlyList<OperationAnswer>> EachAsync(
        string operation, MessageId id, long? customer, Func<MessageId, Task<OperationAnswer>> change, CancellationToken cancellationToken)
    {
        var messages = await store.FindAsync(id, customer, MaxMessages + 1, cancellationToken);
        if (messages.Count == 0)
            return [new OperationAnswer(id, OperationResult.Unknown, null, $"There is no message and no submission {id}.")];
        if (messages.Count > MaxMessages)
            return [new OperationAnswer(id, OperationResult.Refused, null, $"{id} has more than {MaxMessages} messages. Name the messages.")];
        // All at once: they share their commits.
        var answers = await Task.WhenAll(messages.Select(change));
        LogDone(operation, id, answers.Count(a => a.Result is OperationResult.Done or OperationResult.Asked), answers.Length);
        // Some may be ready now, and so may others that waited for the same number.
        foreach (var lane in Enum.GetValues<Lane>())
            signals.Wake(lane);
        signals.WakeKeeper();
        signals.WakeReceipts();
        return answers;
    }

    [LoggerMessage(6103, LogLevel.Information, "{Operation} of {Id}: {Done} of {Count} messages")]
    private partial void LogDone(string operation, MessageId id, int done, int count);

    [LoggerMessage(6104, LogLevel.Information, "{Id} is sent again as {Submission}, {Count} messages")]
    private partial void LogResent(MessageId id, MessageId submission, int count);
}
