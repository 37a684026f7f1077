using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Record;

/// <summary>Which messages are asked for. What is null does not matter.</summary>
public sealed record MessageFilter
{
    /// <summary>Its own only.</summary>
    public long? Customer { get; init; }

    public MessageId? Submission { get; init; }

    public MessageStatus? Status { get; init; }

    public MessageType? Type { get; init; }

    /// <summary>E.164.</summary>
    public string? To { get; init; }

    /// <summary>Accepted then or later.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>A message as its customer sees it.</summary>
public sealed record MessageRecord
{
    public required MessageId Id { get; init; }
    public required MessageId Submission { get; init; }
    public required long CustomerKey { get; init; }
    public required MessageStatus Status { get; init; }
    public required MessageType Type { get; init; }

    /// <summary>E.164.</summary>
    public required string Destination { get; init; }

    public required string ToAddress { get; init; }
    public required string From { get; init; }
    public required string Subject { get; init; }
    public required Priority Priority { get; init; }

    /// <summary>How it came: smtp or http.</summary>
    public required string Source { get; init; }

    public required int? Pages { get; init; }
    public required int PagesConfirmed { get; init; }
    public required int AttemptCount { get; init; }

    /// <summary>The code of the last outcome, or null.</summary>
    public required string? Outcome { get; init; }

    /// <summary>Its words for people; empty for none.</summary>
    public required string Cause { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is to be tried, or was last to be.</summary>
    public required DateTimeOffset? Due { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>On the line, of the attempt that ended it.</summary>
    public required TimeSpan? Duration { get; init; }

    public required string? RemoteCsid { get; init; }

    /// <summary>What its customer was charged, or null.</summary>
    public required Money? Price { get; init; }

    /// <summary>What it was expected to cost its customer when its pages were made, or null.</summary>
    public required Money? EstimatedPrice { get; init; }

    /// <summary>Of its pages, or null while there are none.</summary>
    public required string? DocumentKey { get; init; }

    /// <summary>Of its cover, which is its first page and stands apart; null where it has none.</summary>
    public required string? CoverKey { get; init; }
}

/// <summary>One attempt of a message.</summary>
public sealed record AttemptRecord(int Number, string Resource, DateTimeOffset BegunAt, DateTimeOffset? AcknowledgedAt, DateTimeOffset? EndedAt, MessageStatus? Status,
    string? Outcome, string Detail, string Transport, bool CallPlaced, int PagesConfirmed, TimeSpan? Duration, string? RemoteCsid, Money? Price);

/// <summary>The receipt of a submission as it was mailed.</summary>
/// <param name="Content">The mail, or null when it was kept long enough.</param>
public sealed record ReceiptRecord(MessageId Submission, string Recipient, DateTimeOffset WrittenAt, byte[]? Content);

/// <summary>Messages as their customers and the operator look at them.</summary>
public interface IMessageRecords
{
    /// <summary>
    /// Messages, newest first, older than one of them when given. One question looks at a bounded number of rows: when few of them fit, fewer than
    /// <paramref name="max"/> come, and <c>Next</c> says where to go on; null when there are no more.
    /// </summary>
    Task<(IReadOnlyList<MessageRecord> Messages, MessageId? Next)> ListAsync(MessageFilter filter, MessageId? before, int max, CancellationToken cancellationToken);

    /// <summary>One message, or null.</summary>
    Task<MessageRecord?> FindAsync(MessageId id, CancellationToken cancellationToken);

    /// <summary>Its attempts, in order.</summary>
    Task<IReadOnlyList<AttemptRecord>> AttemptsAsync(MessageId id, CancellationToken cancellationToken);

    /// <summary>What happened to it and to its submission, the first <paramref name="max"/>, in order.</summary>
    Task<IReadOnlyList<RecordedEvent>> EventsAsync(MessageId submission, MessageId message, int max, CancellationToken cancellationToken);

    /// <summary>The last receipt of a submission, or null when there is none yet, or nobody was to have one.</summary>
    Task<ReceiptRecord?> ReceiptAsync(MessageId submission, CancellationToken cancellationToken);
}
