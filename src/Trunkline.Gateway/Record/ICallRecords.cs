using Trunkline.Core.Calls;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Record;

/// <summary>The records of calls, as far as the resource that placed them shares this data directory.</summary>
public interface ICallRecords
{
    /// <summary>The record of an attempt's call; null when it placed none, or none is kept here.</summary>
    Task<RecordedCall?> FindAsync(AttemptId attempt, CancellationToken cancellationToken);
}
