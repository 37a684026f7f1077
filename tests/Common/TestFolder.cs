namespace Trunkline.Tests;

/// <summary>Folders for stores: in memory where there is room, so that the commits of a thousand tests wait for no disk.</summary>
internal static class TestFolder
{
    private const string Memory = "/dev/shm";
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // A journal grows to 32 MB before it is written back, and as many tests run at once as there are processors; a container often has 64 MB in all.
    private const long Room = 1L << 30;

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
}
