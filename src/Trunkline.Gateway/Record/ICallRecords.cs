using Trunkline.Core.Calls;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Record;

/// <summary>The records of calls that are kept here: by a resource that shares this data directory. <see cref="CallRecordFinder"/> asks the others.</summary>
public interface ICallRecords
{
    /// <summary>The record of an attempt's call; null when it placed none, or none is kept here.</summary>
    Task<RecordedCall?> FindAsync(AttemptId attempt, CancellationToken cancellationToken);
}
