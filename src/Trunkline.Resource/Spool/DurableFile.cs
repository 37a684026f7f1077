using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Trunkline.Resource.Spool;

/// <summary>
/// The disk steps that must survive a power cut. A rename is durable only once the directory was synced, for which .NET has no call.
/// </summary>
internal static partial class DurableFile
{
    /// <summary>Mode 0600.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const int ReadOnly = 0;

    /// <summary>Writes a file in full and syncs it; the name is not durable before its directory was synced.</summary>
    /// <param name="isForOwnerOnly">True gives the file mode 0600.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, bool isForOwnerOnly = false)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (isForOwnerOnly && !OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Moves a file to another directory of the same file system, atomically and durably; what is there is replaced.</summary>
    public static void Move(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        // First where it went to: a crash between the two leaves it in both places rather than in none.
        SyncDirectory(Path.GetDirectoryName(to)!);
        if (Path.GetDirectoryName(from) != Path.GetDirectoryName(to))
            SyncDirectory(Path.GetDirectoryName(from)!);
    }

    /// <summary>Makes the names in a directory durable.</summary>
    public static void SyncDirectory(string path)
    {
        // Elsewhere (Windows) a directory cannot be synced, and the file system's own journal orders renames.
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return;
        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
            throw Fault("open", path);
        try
        {
            if (Sync(descriptor) != 0)
                throw Fault("sync", path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Fault(string what, string path) =>
        new($"Cannot {what} the directory {path}.", new Win32Exception(Marshal.GetLastPInvokeError()));

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
