using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Trunkline.Core.Files;

/// <summary>
/// Files that are there after a power failure, or not at all: written under another name, synced, renamed, and the directory synced as well,
/// since a rename is only as durable as its directory.
/// </summary>
public static partial class DurableFile
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;

    /// <summary>Mode 0600.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a whole file. An existing one is replaced in one step.</summary>
    /// <param name="isForOwnerOnly">Mode 0600.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, bool isForOwnerOnly = false)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        WriteSynced(temporary, content, isForOwnerOnly);
        Rename(temporary, path);
    }

    /// <summary>Writes a file in place and syncs it; its name is durable only once its directory was synced.</summary>
    /// <param name="isForOwnerOnly">Mode 0600.</param>
    public static void WriteSynced(string path, ReadOnlySpan<byte> content, bool isForOwnerOnly = false)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (isForOwnerOnly)
            options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Syncs a file that is written, then gives it its name, in the same file system, and syncs the directory.</summary>
    public static void SyncAndRename(string from, string to)
    {
        using (var file = File.OpenHandle(from, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(file);
        Rename(from, to);
    }

    /// <summary>Renames a file whose content is synced already, and syncs both directories.</summary>
    public static void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        var target = Path.GetDirectoryName(Path.GetFullPath(to))!;
        SyncDirectory(target);
        var source = Path.GetDirectoryName(Path.GetFullPath(from))!;
        if (source != target)
            SyncDirectory(source);
    }

    /// <summary>Makes a directory's entries durable.</summary>
    public static void SyncDirectory(string path)
    {
        var descriptor = Open(path, ReadOnly | CloseOnExec);
        if (descriptor < 0)
            throw new IOException($"The directory {path} could not be opened to sync it: {Marshal.GetLastPInvokeErrorMessage()}");
        using var directory = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Sync(descriptor) != 0)
            throw new IOException($"The directory {path} could not be synced: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);
}
