using System.Collections.Concurrent;

namespace Trunkline.Tests;

/// <summary>Folders for stores: in memory where there is room, so that the commits of a thousand tests wait for no disk.</summary>
internal static class TestFolder
{
    private const string Memory = "/dev/shm";
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // A journal grows to 32 MB before it is written back, and as many tests run at once as there are processors; a container often has 64 MB in all.
    private const long Room = 1L << 30;

    private static readonly ConcurrentBag<string> OfProcess = Watched();

    /// <summary>A new folder that is there until the process ends, for what is still written into when a test is over.</summary>
    public static string CreateForProcess(string prefix)
    {
        var path = Create(prefix);
        OfProcess.Add(path);
        return path;
    }

    /// <summary>A new folder, which its maker deletes.</summary>
    public static string Create(string prefix)
    {
        var root = Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > Room ? Memory : Path.GetTempPath();
        var path = Path.Combine(root, prefix + Path.GetRandomFileName());
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnersOnly);
        return path;
    }

    private static ConcurrentBag<string> Watched()
    {
        var folders = new ConcurrentBag<string>();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (var folder in folders.Where(Directory.Exists))
                Directory.Delete(folder, recursive: true);
        };
        return folders;
    }
}
