using Trunkline.Core.Mail;
using Trunkline.Storage.Bodies;

namespace Trunkline.Storage.Sqlite;

/// <summary>Contents by their hash, in rows or in files.</summary>
public sealed class SqliteBodies(SqliteDatabase database, BodyFiles files)
{
    /// <summary>Makes the large ones durable; called before the transaction whose rows name them.</summary>
    internal void KeepLarge(IEnumerable<MailContent> contents)
    {
        // One content may stand for several: a mail to two people is kept, and moved, once.
        foreach (var content in contents.DistinctBy(c => Convert.ToHexString(c.Sha256)))
        {
            if (content.Path is not null || content.Size > files.MaxInline)
                files.Keep(content);
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
            "SELECT content FROM body WHERE hash = ?1", r => (true, r.IsDBNull(0) ? null : r.GetFieldValue<byte[]>(0)), hash), cancellationToken);
        return found ? content : throw new InvalidDataException($"The body {Convert.ToHexStringLower(hash)} is not in the store.");
    }
}
