using System.Buffers;
using System.Security.Cryptography;
using Trunkline.Core.Files;
using Trunkline.Core.Mail;

namespace Trunkline.Storage.Bodies;

/// <summary>
/// Larger contents as files named by their SHA-256, in 256 folders. Small ones stay in the database: they are on the disk with the commit that
/// needs them, where a file of its own costs two more syncs.
/// </summary>
public sealed class BodyFiles
{
    private readonly string _root;

    /// <param name="root">The folder.</param>
    /// <param name="maxInline">Contents up to this size, in bytes, stay in the database.</param>
    public BodyFiles(string root, int maxInline = 256 * 1024)
    {
        _root = root;
        MaxInline = maxInline;
        Directory.CreateDirectory(root);
        for (var i = 0; i < 256; i++)
            Directory.CreateDirectory(Path.Combine(root, i.ToString("x2", null)));
        DurableFile.SyncDirectory(root);
    }

    /// <summary>In bytes.</summary>
    public int MaxInline { get; }

    /// <summary>Where a content lies, if it lies in a file.</summary>
    public string PathOf(ReadOnlySpan<byte> hash)
    {
        var name = Convert.ToHexStringLower(hash);
        return Path.Combine(_root, name[..2], name);
    }

    /// <summary>Deletes a content, after the row that named it. Not synced: what comes back after a power failure is swept.</summary>
    public void Delete(ReadOnlySpan<byte> hash) => File.Delete(PathOf(hash));

    /// <summary>The files of one of the 256 folders that were last written before the time given; the hash is null for one that was never finished.</summary>
    internal IReadOnlyList<(string Path, byte[]? Hash)> WrittenBefore(int folder, DateTimeOffset time) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(_root, folder.ToString("x2", null)))
            .Where(path => File.GetLastWriteTimeUtc(path) < time.UtcDateTime)
            .Select(path => (path, HashOf(Path.GetFileName(path)))),
    ];

    private static byte[]? HashOf(string name)
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        return name.Length == 2 * hash.Length && Convert.FromHexString(name, hash, out _, out _) == OperationStatus.Done ? hash : null;
    }

    /// <summary>Makes a content durable before the row that names it. What lies in a file already is moved, in the same file system.</summary>
    public void Keep(MailContent content)
    {
        var path = PathOf(content.Sha256);
        if (content.Path is null)
            DurableFile.Write(path, content.Inline.Span);
        else
            DurableFile.SyncAndRename(content.Path, path);
    }
}
