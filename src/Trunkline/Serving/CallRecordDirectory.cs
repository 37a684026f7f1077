using Trunkline.Core.Calls;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Record;

namespace Trunkline.Serving;

/// <summary>The records of calls in <c>calls</c> of the data directory.</summary>
internal sealed class CallRecordDirectory(string directory) : ICallRecords
{
    public async Task<RecordedCall?> FindAsync(AttemptId attempt, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, attempt + ".json");
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > RecordedCallFormat.MaxBytes)
                return null;
            return RecordedCallFormat.TryRead(await File.ReadAllBytesAsync(path, cancellationToken), out var call) ? call : null;
        }
        catch (FileNotFoundException)
        {
            // Swept at this moment.
            return null;
        }
    }
}
