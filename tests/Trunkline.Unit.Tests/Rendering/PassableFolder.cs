namespace Trunkline.Unit.Tests.Rendering;

/// <summary>A temporary folder that converters, run as nobody, can pass through.</summary>
internal static class PassableFolder
{
    public static DirectoryInfo Create()
    {
        var folder = Directory.CreateTempSubdirectory("rendering-");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_001_001);
        return folder;
    }
}
