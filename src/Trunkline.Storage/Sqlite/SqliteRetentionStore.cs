using Trunkline.Core;
using Trunkline.Gateway.Retention;
using Trunkline.Storage.Bodies;

namespace Trunkline.Storage.Sqlite;

/// <summary>
/// What has been kept long enough. Looked for by readers, which stand in nobody's way; what they found is asked again in the transaction that
/// deletes it, since meanwhile somebody may have come to need it.
/// </summary>
public sealed class SqliteRetentionStore(SqliteDatabase database, SqliteBodies bodies, BodyFiles files) : IRetentionStore
{
    private const int SubmissionsAPage = 100;

    /// <inheritdoc />
    public async Task<BodyStep> DeleteBodiesAsync(byte[]? after, int max, DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        var cutoff = endedBefore.ToUnixTimeMilliseconds();
        var (seen, unneeded) = await database.ReadAsync(s =>
        {
            var page = s.Query("SELECT hash FROM body WHERE hash > ?1 ORDER BY hash LIMIT ?2", r => r.GetBytes(0), after ?? [], max);
            return (page, page.Where(hash => !IsNeeded(s, hash, cutoff)).ToList());
        }, cancellationToken);
        var deleted = 0;
        if (unneeded.Count > 0)
            deleted = await DeleteAsync(unneeded, cutoff, cancellationToken);
        return new BodyStep(deleted, seen.Count < max ? null : seen[^1]);
    }

    /// <inheritdoc />
    public async Task<int> DeleteOrphanedBodiesAsync(DateTimeOffset writtenBefore, CancellationToken cancellationToken)
    {
        var deleted = 0;
        for (var folder = 0; folder < 256; folder++)
        {
            var old = files.WrittenBefore(folder, writtenBefore);
            if (old.Count == 0)
                continue;
            var orphans = await database.ReadAsync(s => old.Where(f => f.Hash is null || !IsNamed(s, f.Hash)).ToList(), cancellationToken);
            foreach (var (path, hash) in orphans)
            {
                using var claim = hash is null ? null : bodies.Holds.TryClaim(hash);
                // Claimed, so that from here on nobody is between the file and its row; whoever was has a row by now.
                if (hash is not null && (claim is null || await database.ReadAsync(s => IsNamed(s, hash), cancellationToken)))
                    continue;
                File.Delete(path);
                deleted++;
            }
        }
        return deleted;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<UnusedRendering>> UnusedRenderingsAsync(DateTimeOffset usedBefore, int max, CancellationToken cancellationToken) =>
        await database.ReadAsync(s =>
        {
            var cutoff = usedBefore.ToUnixTimeMilliseconds();
            if (s.Number("SELECT EXISTS (SELECT 1 FROM rendering WHERE used_at < ?1)", cutoff) == 0)
                return [];
            var held = Held(s, cutoff);
            return s.Query("SELECT document_key, used_at FROM rendering WHERE used_at < ?1 ORDER BY used_at LIMIT ?2",
                r => new UnusedRendering(r.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(1))), cutoff, max + held.Count)
                .Where(u => !held.Contains(u.DocumentKey)).Take(max).ToList();
        }, cancellationToken);

    /// <inheritdoc />
    public Task<bool> ForgetRenderingAsync(UnusedRendering rendering, CancellationToken cancellationToken) => database.WriteAsync(
        s => s.Execute("DELETE FROM rendering WHERE document_key = ?1 AND used_at = ?2",
            rendering.DocumentKey, rendering.UsedAt.ToUnixTimeMilliseconds()) == 1, cancellationToken);

    /// <inheritdoc />
    public Task<bool> KnowsRenderingAsync(string documentKey, CancellationToken cancellationToken) => database.ReadAsync(
        s => s.Number("SELECT count(*) FROM rendering WHERE document_key = ?1", documentKey) > 0, cancellationToken);

    /// <inheritdoc />
    public async Task<RecordStep> DeleteRecordsAsync(MessageId? after, int maxRows, DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        var cutoff = endedBefore.ToUnixTimeMilliseconds();
        var first = after?.Value ?? 0;
        // Ids rise with time: the first that came too late ends the walk, and the rest of the table is never looked at.
        var old = await database.ReadAsync(s => s.Query(
            "SELECT submission_id, received_at FROM submission WHERE submission_id > ?1 ORDER BY submission_id LIMIT ?2",
            r => (Id: r.GetInt64(0), ReceivedAt: r.GetInt64(1)), first, SubmissionsAPage).TakeWhile(r => r.ReceivedAt < cutoff).ToList(), cancellationToken);
        if (old.Count == 0)
            return new RecordStep(0, null);
        return await database.WriteAsync(s =>
        {
            var rows = 0;
            var next = first;
            foreach (var (id, _) in old)
            {
                if (IsOver(s, id, cutoff) && !TryDelete(s, id, maxRows, ref rows))
                    break;
                next = id;
            }
            return new RecordStep(rows, new MessageId(next));
        }, cancellationToken);
    }

    private async Task<int> DeleteAsync(List<byte[]> hashes, long cutoff, CancellationToken cancellationToken)
    {
        var claims = new List<(byte[] Hash, IDisposable Claim)>();
        try
        {
            foreach (var hash in hashes)
            {
                // Whoever stores it now will need it.
                if (bodies.Holds.TryClaim(hash) is { } claim)
                    claims.Add((hash, claim));
            }
            var deleted = await database.WriteAsync(s => claims.Select(c => c.Hash).Where(hash => !IsNeeded(s, hash, cutoff)
                && s.Execute("DELETE FROM body WHERE hash = ?1", hash) == 1).ToList(), cancellationToken);
            // Small ones have no file; deleting none is cheaper than knowing.
            foreach (var hash in deleted)
                files.Delete(hash);
            return deleted.Count;
        }
        finally
        {
            foreach (var (_, claim) in claims)
                claim.Dispose();
        }
    }

    /// <summary>
    /// Documents long unused that are still wanted, found through the narrow indexes of what is open: the table of messages holds all that ever
    /// ended. A message takes up a document just after its use was noted, so that none can have taken up one of these since.
    /// </summary>
    private static HashSet<string> Held(SqliteConnectionSession s, long cutoff) => s.Query("""
        SELECT document_key FROM rendering r WHERE used_at < ?1 AND document_key IN (
            SELECT document_key FROM message WHERE message_status IN ('P', 'H', 'D', 'R')
            UNION SELECT cover_key FROM message WHERE message_status IN ('P', 'H', 'D', 'R')
            UNION SELECT m.document_key FROM attempt a JOIN message m ON m.message_id = a.message_id WHERE a.ended_at IS NULL
            UNION SELECT m.cover_key FROM attempt a JOIN message m ON m.message_id = a.message_id WHERE a.ended_at IS NULL
            UNION SELECT m.document_key FROM receipt_due d JOIN message m ON m.submission_id = d.submission_id
            UNION SELECT m.cover_key FROM receipt_due d JOIN message m ON m.submission_id = d.submission_id)
        """, r => r.GetString(0), cutoff).ToHashSet(StringComparer.Ordinal);

    /// <summary>True when a mail waits with it, or a submission has it that is open, has no receipt yet, or ended after the time given.</summary>
    private static bool IsNeeded(SqliteConnectionSession s, byte[] hash, long cutoff) =>
        s.Number("SELECT EXISTS (SELECT 1 FROM mail_out WHERE body_hash = ?1)", hash) == 1
        // The newest first: of a form that is sent every day, it alone answers for thousands.
        || s.Number("""
            SELECT s.received_at >= ?2 FROM fragment f JOIN submission s ON s.submission_id = f.submission_id
            WHERE f.body_hash = ?1 ORDER BY f.submission_id DESC LIMIT 1
            """, hash, cutoff) == 1
        || s.Query("SELECT DISTINCT submission_id FROM fragment WHERE body_hash = ?1", r => r.GetInt64(0), hash).Exists(id => !IsOver(s, id, cutoff))
        || s.Query("SELECT submission_id FROM receipt_body WHERE body_hash = ?1", r => r.GetInt64(0), hash).Exists(id => !IsOver(s, id, cutoff));

    /// <summary>True when a submission and all its messages ended before the time given and nothing of it waits to leave.</summary>
    private static bool IsOver(SqliteConnectionSession s, long submission, long cutoff) => s.Number("""
        SELECT NOT EXISTS (SELECT 1 FROM submission WHERE submission_id = ?1 AND (open_count > 0 OR received_at >= ?2))
            AND NOT EXISTS (SELECT 1 FROM receipt_due WHERE submission_id = ?1)
            AND NOT EXISTS (SELECT 1 FROM mail_out WHERE submission_id = ?1)
            AND NOT EXISTS (SELECT 1 FROM message WHERE submission_id = ?1 AND (ended_at IS NULL OR ended_at >= ?2))
        """, submission, cutoff) == 1;

    private static bool IsNamed(SqliteConnectionSession s, byte[] hash) =>
        s.Number("SELECT EXISTS (SELECT 1 FROM body WHERE hash = ?1 AND content IS NULL)", hash) == 1;

    /// <summary>False when there was more of it than one step may delete: the submission itself goes last, so that the rest is found again.</summary>
    private static bool TryDelete(SqliteConnectionSession s, long submission, int maxRows, ref int rows)
    {
        rows += s.Execute("DELETE FROM event WHERE event_id IN (SELECT event_id FROM event WHERE submission_id = ?1 LIMIT ?2)", submission, maxRows - rows);
        if (rows >= maxRows)
            return false;
        foreach (var id in s.Query("SELECT message_id FROM message WHERE submission_id = ?1 LIMIT ?2", r => r.GetInt64(0), submission, maxRows - rows))
        {
            rows += s.Execute("DELETE FROM attempt WHERE message_id = ?1", id);
            rows += s.Execute("DELETE FROM message WHERE message_id = ?1", id);
            if (rows >= maxRows)
                return false;
        }
        rows += s.Execute("DELETE FROM broadcast_recipient WHERE broadcast_id = ?1 AND ordinal IN (SELECT ordinal FROM broadcast_recipient WHERE broadcast_id = ?1 LIMIT ?2)",
            submission, maxRows - rows);
        if (rows >= maxRows)
            return false;
        rows += s.Execute("DELETE FROM broadcast WHERE broadcast_id = ?1", submission);
        rows += s.Execute("DELETE FROM fragment WHERE submission_id = ?1", submission);
        rows += s.Execute("DELETE FROM receipt_body WHERE submission_id = ?1", submission);
        rows += s.Execute("DELETE FROM submission WHERE submission_id = ?1", submission);
        return true;
    }
}
