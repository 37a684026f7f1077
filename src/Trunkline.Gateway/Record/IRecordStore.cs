using Trunkline.Core;

namespace Trunkline.Gateway.Record;

/// <summary>Something that happened to a submission or one of its messages.</summary>
public sealed record RecordedEvent(long Number, DateTimeOffset At, MessageId Submission, MessageId? Message, string Code, string Detail);

/// <summary>A message as an operator sees it in a list.</summary>
public sealed record MessageOverview(MessageId Id, MessageId Submission, MessageStatus Status, MessageType Type, string To, string From, string Subject,
    int Pages, int PagesConfirmed, int Attempts, string Cause, DateTimeOffset CreatedAt, DateTimeOffset? Due, DateTimeOffset? EndedAt);

/// <summary>What has happened and how things stand, for people and programs that look.</summary>
public interface IRecordStore
{
    /// <summary>Events after a number, in order.</summary>
    Task<IReadOnlyList<RecordedEvent>> EventsAsync(long after, int max, CancellationToken cancellationToken);

    /// <summary>The number of the newest event; 0 when there is none.</summary>
    Task<long> NewestEventAsync(CancellationToken cancellationToken);

    /// <summary>Messages, newest first, older than one of them when given.</summary>
    Task<IReadOnlyList<MessageOverview>> MessagesAsync(MessageId? before, MessageId? submission, int max, CancellationToken cancellationToken);

    /// <summary>Messages that have not ended, by status.</summary>
    Task<IReadOnlyDictionary<MessageStatus, int>> OpenCountsAsync(CancellationToken cancellationToken);

    /// <summary>The newest id in the store: ids made from now on must be greater.</summary>
    Task<MessageId> NewestIdAsync(CancellationToken cancellationToken);
}
