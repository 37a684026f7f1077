using Trunkline.Gateway.Intake;

namespace Trunkline.Storage;

/// <summary>The file system of the data directory.</summary>
public sealed class DiskSpace(string directory, TimeProvider time) : IStorageSpace
{
    // Asking costs a system call or several, and it is asked for each mail.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long _freeBytes;
    private long _askedAt;
    private bool _isKnown;

    /// <inheritdoc />
    public long FreeBytes
    {
        get
        {
            lock (_gate)
            {
                if (!_isKnown || time.GetElapsedTime(_askedAt) >= Fresh)
                    (_freeBytes, _askedAt, _isKnown) = (new DriveInfo(directory).AvailableFreeSpace, time.GetTimestamp(), true);
                return _freeBytes;
            }
        }
    }
}
