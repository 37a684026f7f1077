using Trunkline.Core;

namespace Trunkline.Gateway.Queue;

/// <summary>What came of an operation on a message.</summary>
public enum OperationResult
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>It was so already; nothing has changed.</summary>
    Already,

    /// <summary>A resource has the message: a call that is under way goes on, and nothing is tried after it.</summary>
    Asked,

    /// <summary>Not in this state; the reason says why.</summary>
    Refused,

    /// <summary>There is no such message, or it is another customer's.</summary>
    Unknown,
}

/// <summary>The answer to an operation on a message.</summary>
/// <param name="Message">The message; of a submission that is not known, the id that was asked for.</param>
/// <param name="Status">Where the message stands now; null when it is not known.</param>
/// <param name="Reason">For people; empty when all is said.</param>
public sealed record OperationAnswer(MessageId Message, OperationResult Result, MessageStatus? Status, string Reason);

/// <summary>The answer to sending something again.</summary>
/// <param name="Submission">The new one; null when it was refused.</param>
/// <param name="Messages">The new messages.</param>
public sealed record ResendAnswer(OperationResult Result, string Reason, MessageId? Submission, IReadOnlyList<MessageId> Messages);

/// <summary>What is about to be sent again.</summary>
/// <param name="UserKey">The customer's user, or null for the customer itself.</param>
public sealed record Resending(long CustomerKey, long? UserKey, int Messages);

/// <summary>
/// The store as operations on messages see it. Each is one transaction that expects a state: what is not in it is refused with a reason, and nothing
/// has changed. A claim that a worker holds is taken away from it; a message that a resource has is left alone. A customer sees its own messages only;
/// null is the operator, who sees all.
/// </summary>
public interface IOperationsStore
{
    /// <summary>The message of this id, or the messages of the submission of this id, in their order; empty when there is neither.</summary>
    Task<IReadOnlyList<MessageId>> FindAsync(MessageId id, long? customer, int max, CancellationToken cancellationToken);

    /// <summary>P, R or D → H, out of the queue. Expiry runs on.</summary>
    Task<OperationAnswer> HoldAsync(MessageId id, long? customer, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>H → P or R, in the place that it had.</summary>
    Task<OperationAnswer> ReleaseAsync(MessageId id, long? customer, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>P, R, D or H → C; at a resource it is noted, so that nothing is tried after this attempt.</summary>
    Task<OperationAnswer> CancelAsync(MessageId id, long? customer, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>P, R, D or H gets another priority.</summary>
    Task<OperationAnswer> SetPriorityAsync(MessageId id, long? customer, Priority priority, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>P, R, D or H is sent, or tried again, at this time or later; its expiry counts from then.</summary>
    Task<OperationAnswer> SetTimeAsync(MessageId id, long? customer, DateTimeOffset notBefore, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// A new submission of what is stored: of one message that has ended, or of those of a submission that has ended which were not delivered. What is
    /// uncertain only when <paramref name="evenUncertain"/>, since it may have arrived. <paramref name="newId"/> runs inside the transaction.
    /// </summary>
    /// <param name="max">More messages than this are not sent again at once.</param>
    /// <param name="refuse">
    /// Why their sender may not have so many messages more now, or null: asked last, within the transaction, and must not wait for anything.
    /// </param>
    Task<ResendAnswer> ResendAsync(
        MessageId id, long? customer, bool evenUncertain, int max, Func<Resending, string?> refuse, Func<MessageId> newId, DateTimeOffset now, CancellationToken cancellationToken);
}
