using Microsoft.Extensions.Logging;
using Trunkline.Core.Calls;
using Trunkline.Core.Files;

namespace Trunkline.Resource.Fax;

/// <summary>
/// The records of calls, a file each. They explain what happened and decide nothing: a disk that takes none costs the record and no message, and what
/// a crash leaves behind is swept with the old ones.
/// </summary>
internal sealed class CallRecordShelf(ResourceOptions options, TimeProvider time, ILogger log)
{
    private const string Ending = ".json";
    private static readonly TimeSpan SweepInterval = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _nextSweep = DateTimeOffset.MinValue;

    /// <summary>Writes a record, and sweeps old ones from time to time; never throws.</summary>
    public void Put(RecordedCall call)
    {
        if (options.CallsDirectory is not { } directory)
            return;
        try
        {
            Directory.CreateDirectory(directory);
            var temporary = Path.Combine(directory, $".{call.Id}.writing");
            using (var file = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0, UnixCreateMode = DurableFile.OwnerOnly,
            }))
                file.Write(RecordedCallFormat.Write(call));
            File.Move(temporary, Path.Combine(directory, call.Id + Ending), overwrite: true);
            lock (_lock)
            {
                var now = time.GetUtcNow();
                if (now < _nextSweep)
                    return;
                _nextSweep = now + SweepInterval;
                Sweep(directory, now - options.CallRecordRetention);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            ResourceLog.NoCallRecord(log, call.Id, fault);
        }
    }

    /// <summary>The bytes of a record; null when there is none, or none that can be read now.</summary>
    /// <param name="id">Checked to be a MessageID: it is the name of a file.</param>
    public async Task<byte[]?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (options.CallsDirectory is not { } directory)
            return null;
        var file = new FileInfo(Path.Combine(directory, id + Ending));
        try
        {
            return file is { Exists: true, Length: <= RecordedCallFormat.MaxBytes } ? await File.ReadAllBytesAsync(file.FullName, cancellationToken) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Swept at this moment, or a disk that is broken: who asks for it sees that it is not there.
            ResourceLog.NoCallRecord(log, id, fault);
            return null;
        }
    }

    private void Sweep(string directory, DateTimeOffset oldest)
    {
        // Newest first: what comes after the last that may stay goes, whatever its age.
        var files = new DirectoryInfo(directory).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc).ToList();
        for (var i = 0; i < files.Count; i++)
        {
            if (i >= options.MaxCallRecords || files[i].LastWriteTimeUtc < oldest.UtcDateTime)
                files[i].Delete();
        }
    }
}
