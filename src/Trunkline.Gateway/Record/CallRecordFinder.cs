using Trunkline.Core;
using Trunkline.Core.Calls;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;

namespace Trunkline.Gateway.Record;

/// <summary>
/// Finds the records of a message's calls: here, or at the resource that placed them, with our password for it. Nothing of what is asked for is kept, and a
/// resource that does not answer holds nobody up for longer than <see cref="Patience"/>.
/// </summary>
public sealed class CallRecordFinder(ICallRecords here, ResourceRegistry resources, ResourceClient client, TimeProvider time)
{
    /// <summary>For one record of 2 MB at most. A message has 24 attempts at most; a resource that did not answer once is not asked for the next.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>For all of a message: resources that are slow are then left out as if they had not answered.</summary>
    public static readonly TimeSpan PatienceInAll = TimeSpan.FromSeconds(15);

    /// <param name="attempts">The message's.</param>
    /// <returns>The records in the order of the attempts, and the names of resources that could not be asked.</returns>
    public async Task<(IReadOnlyList<RecordedCall> Calls, IReadOnlyList<string> NotReached)> FindAsync(
        MessageId message, IReadOnlyList<AttemptRecord> attempts, CancellationToken cancellationToken)
    {
        List<RecordedCall> calls = [];
        List<string> notReached = [];
        var begun = time.GetTimestamp();
        foreach (var attempt in attempts)
        {
            var id = new AttemptId(message, attempt.Number);
            if (await here.FindAsync(id, cancellationToken) is { } kept)
                calls.Add(kept);
            else if (attempt is { EndedAt: not null, CallPlaced: true } && !notReached.Contains(attempt.Resource)
                && resources.All.FirstOrDefault(r => r.Model.Name == attempt.Resource) is { } resource)
            {
                var (call, isReached) = time.GetElapsedTime(begun) < PatienceInAll
                    ? await client.CallRecordAsync(resource.Model, id, Patience, cancellationToken)
                    : (null, false);
                if (call is not null)
                    calls.Add(call);
                else if (!isReached)
                    notReached.Add(attempt.Resource);
            }
        }
        return (calls, notReached);
    }
}
