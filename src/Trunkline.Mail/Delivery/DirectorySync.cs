using System.Runtime.InteropServices;

namespace Trunkline.Mail.Delivery;

/// <summary>Makes a rename durable: .NET syncs files but cannot open a directory.</summary>
internal static class DirectorySync
{
    private const int ReadOnlyDirectory = 0x10000;

    /// <summary>Throws <see cref="IOException"/> when the directory cannot be synced.</summary>
    public static void Sync(string path)
    {
        // Windows keeps its directories durable by itself.
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(path, OperatingSystem.IsLinux() ? DirectoryFlag() : 0);
        if (descriptor < 0)
            throw new IOException($"The directory {path} cannot be opened (error {Marshal.GetLastPInvokeError()}).");
        try
        {
            if (Fsync(descriptor) != 0)
                throw new IOException($"The directory {path} cannot be synced (error {Marshal.GetLastPInvokeError()}).");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    // O_DIRECTORY is 0x10000 on x86 and 0x4000 on ARM.
    private static int DirectoryFlag() => RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x4000 : ReadOnlyDirectory;

    [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
