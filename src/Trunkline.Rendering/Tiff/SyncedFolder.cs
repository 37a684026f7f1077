using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Trunkline.Rendering.Tiff;

/// <summary>A rename survives a power cut only after its folder was synced, for which .NET has no call.</summary>
internal static partial class SyncedFolder
{
    private const int ReadOnlyDirectory = 0x10000;

    public static void Sync(string folder)
    {
        var descriptor = Open(folder, ReadOnlyDirectory);
        if (descriptor < 0)
            throw Failure(folder);
        var synced = Sync(descriptor);
        var failure = synced == 0 ? null : Failure(folder);
        _ = Close(descriptor);
        if (failure is not null)
            throw failure;
    }

    private static IOException Failure(string folder) => new($"Could not sync {folder}.", new Win32Exception(Marshal.GetLastPInvokeError()));

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
