namespace Trunkline.Gateway.Retention;

/// <summary>Files below the folder of rendered documents that may be what a crash left: sources, half-written pages, pages that no row names.</summary>
internal static class RenderedLeftovers
{
    private const string PagesSuffix = ".tif";

    /// <summary>All files last written before the time given; the caller tells which of them are known.</summary>
    public static IEnumerable<string> Find(string directory, DateTimeOffset writtenBefore)
    {
        if (!Directory.Exists(directory))
            return [];
        return Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(path => File.GetLastWriteTimeUtc(path) < writtenBefore.UtcDateTime);
    }

    /// <summary>The key of the document whose pages these are; null for what is only ever there while work is at it.</summary>
    public static string? KeyOf(string path)
    {
        var name = Path.GetFileName(path);
        return name.EndsWith(PagesSuffix, StringComparison.Ordinal) && name.Length > PagesSuffix.Length + 2 ? name[..^PagesSuffix.Length] : null;
    }
}
