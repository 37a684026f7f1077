using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Record;

/// <summary>How often something happened.</summary>
/// <param name="Type">Null for an event of a whole submission.</param>
/// <param name="Outcome">The code, or null.</param>
/// <param name="Count">Messages; for an event of a submission, its messages for <c>accepted</c>, and 1 for all else.</param>
public sealed record EventCount(string Code, MessageType? Type, MessageStatus? Status, string? Outcome, long Count);

/// <summary>How many messages stand in a part of the queue.</summary>
/// <param name="State"><c>ready</c>, <c>scheduled</c>, <c>claimed</c>, <c>waiting</c>.</param>
public sealed record QueueDepth(Lane Lane, string State, long Count);

/// <summary>What the record and the queue come to, in figures.</summary>
public interface IRecordCounts
{
    /// <summary>What happened after an event, at most <paramref name="max"/> events of it, and the last event that was counted.</summary>
    Task<(long Last, IReadOnlyList<EventCount> Counts)> CountAsync(long after, int max, CancellationToken cancellationToken);

    /// <summary>How deep the queue is.</summary>
    Task<IReadOnlyList<QueueDepth>> DepthsAsync(CancellationToken cancellationToken);
}
