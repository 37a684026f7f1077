using Trunkline.Core.Mail;
using Trunkline.Storage.Bodies;

namespace Trunkline.Storage.Sqlite;

/// <summary>Contents by their hash, in rows or in files.</summary>
public sealed class SqliteBodies(SqliteDatabase database, BodyFiles files)
{
    /// <summary>Who stores what, and who deletes it.</summary>
    internal BodyHolds Holds { get; } = new();

    /// <summary>
    /// Makes the large ones durable; called before the transaction whose rows name them. What is returned keeps them from being deleted, and is
    /// disposed after the commit.
    /// </summary>
    internal async Task<IDisposable?> KeepLargeAsync(IEnumerable<MailContent> contents, CancellationToken cancellationToken)
    {
        // One content may stand for several: a mail to two people is kept, and moved, once.
        var large = contents.DistinctBy(c => Convert.ToHexString(c.Sha256)).Where(c => c.Path is not null || c.Size > files.MaxInline).ToList();
        if (large.Count == 0)
            return null;
        var hold = await Holds.HoldAsync(large.Select(c => c.Sha256), cancellationToken);
        try
        {
            foreach (var content in large)
                files.Keep(content);
            return hold;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>The row of a content, within a transaction.</summary>
    internal void Insert(SqliteConnectionSession session, MailContent content)
    {
        var inline = content.Path is null && content.Size <= files.MaxInline ? content.Inline.ToArray() : null;
        session.Execute("INSERT OR IGNORE INTO body (hash, size, content) VALUES (?1, ?2, ?3)", content.Sha256, content.Size, inline);
    }

    /// <summary>A whole content.</summary>
    public async Task<byte[]> ReadAsync(byte[] hash, CancellationToken cancellationToken) =>
        await InlineAsync(hash, cancellationToken) ?? await File.ReadAllBytesAsync(files.PathOf(hash), cancellationToken);

    /// <summary>Writes a content to a file.</summary>
    public async Task CopyAsync(byte[] hash, string path, CancellationToken cancellationToken)
    {
        if (await InlineAsync(hash, cancellationToken) is { } content)
            await File.WriteAllBytesAsync(path, content, cancellationToken);
        else
            File.Copy(files.PathOf(hash), path);
    }

    private async Task<byte[]?> InlineAsync(byte[] hash, CancellationToken cancellationToken)
    {
        var (found, content) = await database.ReadAsync(session => session.First(
            "SELECT content FROM body WHERE hash = ?1", r => (true, r.IsDBNull(0) ? null : r.GetBytes(0)), hash), cancellationToken);
        return found ? content : throw new InvalidDataException($"The body {Convert.ToHexStringLower(hash)} is not in the store.");
    }
}
