using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>Fragments to be made into pages, and what came of them.</summary>
public sealed class SqlitePreparingStore(SqliteDatabase database, SqliteBodies bodies, TimeProvider time, IOptions<GatewayOptions> options) : IPreparingStore
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<StoredFragment>> FragmentsAsync(MessageId submission, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query("""
            SELECT f.name, f.content_type, f.charset, f.body_hash, b.size FROM fragment f JOIN body b ON b.hash = f.body_hash
            WHERE f.submission_id = ?1 ORDER BY f.ordinal
            """,
            r => new StoredFragment(r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), r.GetFieldValue<byte[]>(3), r.GetInt64(4)),
            submission.Value), cancellationToken);

    /// <inheritdoc />
    public Task CopyBodyAsync(byte[] hash, string path, CancellationToken cancellationToken) => bodies.CopyAsync(hash, path, cancellationToken);

    /// <inheritdoc />
    public Task<Rendering?> FindRenderingAsync(string documentKey, CancellationToken cancellationToken) => database.ReadAsync(s => s.First(
        "SELECT pages, cause FROM rendering WHERE document_key = ?1",
        r => new Rendering(r.IsDBNull(0) ? 0 : r.GetInt32(0), r.IsDBNull(1) ? null : r.GetString(1)), documentKey), cancellationToken);

    /// <inheritdoc />
    public Task SaveRenderingAsync(string documentKey, Rendering rendering, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        s => s.Execute("INSERT OR REPLACE INTO rendering (document_key, pages, cause, created_at) VALUES (?1, ?2, ?3, ?4)",
            documentKey, rendering.Cause is null ? rendering.Pages : null, rendering.Cause, now.ToUnixTimeMilliseconds()), cancellationToken);

    /// <inheritdoc />
    public Task<bool> PreparedAsync(QueuedMessage message, string documentKey, int pages, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        if (!QueueRows.DropClaim(s, message, options.Value.Node))
            return false;
        var changed = s.Execute("UPDATE message SET message_status = 'R', document_key = ?2, message_pages = ?3 WHERE message_id = ?1 AND message_status = 'P'",
            message.Id.Value, documentKey, pages);
        if (changed == 0)
            throw new InvalidOperationException($"Message {message.Id} was prepared, but is not pending.");
        var due = message.Due.ToUnixTimeMilliseconds();
        QueueRows.Enqueue(s, message.Id.Value, Lanes.For(message.Type), (int)message.Priority, due, due);
        SqliteEvents.Append(s, time.GetUtcNow().ToUnixTimeMilliseconds(), message.SubmissionId.Value, message.Id.Value, "prepared", $"{pages} pages");
        return true;
    }, cancellationToken);
}
