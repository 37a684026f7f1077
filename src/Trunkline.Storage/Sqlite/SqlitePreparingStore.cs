using System.Text.Json;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>Fragments to be made into pages, and what came of them.</summary>
public sealed class SqlitePreparingStore(SqliteDatabase database, SqliteBodies bodies, TimeProvider time, IOptions<GatewayOptions> options) : IPreparingStore
{
    // A write for each use would cost a form that is sent all day a write each time; retention counts in days.
    private static readonly long UseNotedEach = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    /// <inheritdoc />
    public async Task<IReadOnlyList<StoredFragment>> FragmentsAsync(MessageId submission, MessageType type, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query("""
            SELECT f.name, f.content_type, f.charset, f.body_hash, b.size FROM fragment f JOIN body b ON b.hash = f.body_hash
            WHERE f.submission_id = ?1 AND (f.message_type IS NULL OR f.message_type = ?2) ORDER BY f.ordinal
            """,
            r => new StoredFragment(r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), r.GetBytes(3), r.GetInt64(4)),
            submission.Value, Names.Of(type)), cancellationToken);

    /// <inheritdoc />
    public Task<byte[]> ReadBodyAsync(byte[] hash, CancellationToken cancellationToken) => bodies.ReadAsync(hash, cancellationToken);

    /// <inheritdoc />
    public async Task<StoredPage> PageAsync(MessageId message, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.First("SELECT page_text, pager FROM message WHERE message_id = ?1", r => new StoredPage(
            r.IsDBNull(0) ? null : r.GetString(0), r.IsDBNull(1) ? null : JsonSerializer.Deserialize<PagerTarget>(r.GetString(1))), message.Value),
            cancellationToken) ?? new StoredPage(null, null);

    /// <inheritdoc />
    public Task CopyBodyAsync(byte[] hash, string path, CancellationToken cancellationToken) => bodies.CopyAsync(hash, path, cancellationToken);

    /// <inheritdoc />
    public async Task<Rendering?> FindRenderingAsync(string documentKey, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (found, usedAt) = await database.ReadAsync(s => s.First("SELECT pages, cause, used_at FROM rendering WHERE document_key = ?1",
            r => ((Rendering?)new Rendering(r.IsDBNull(0) ? 0 : r.GetInt32(0), r.IsDBNull(1) ? null : r.GetString(1)), r.GetInt64(2)), documentKey),
            cancellationToken);
        if (found is null || now.ToUnixTimeMilliseconds() - usedAt < UseNotedEach)
            return found;
        // No row: it was discarded since it was read.
        return await database.WriteAsync(s => s.Execute("UPDATE rendering SET used_at = ?2 WHERE document_key = ?1",
            documentKey, now.ToUnixTimeMilliseconds()), cancellationToken) == 1 ? found : null;
    }

    /// <inheritdoc />
    public Task SaveRenderingAsync(string documentKey, Rendering rendering, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        s => s.Execute("INSERT OR REPLACE INTO rendering (document_key, pages, cause, created_at, used_at) VALUES (?1, ?2, ?3, ?4, ?4)",
            documentKey, rendering.Cause is null ? rendering.Pages : null, rendering.Cause, now.ToUnixTimeMilliseconds()), cancellationToken);

    /// <inheritdoc />
    public Task<(PrepareResult Result, MoneyRefusal? Refusal)> PreparedAsync(
        QueuedMessage message, string documentKey, int pages, Estimate estimate, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        if (!QueueRows.DropClaim(s, message, options.Value.Node))
            return (PrepareResult.ClaimLost, null);
        return Reserve(s, message, estimate, pages == 1 ? "1 page" : $"{pages} pages", "document_key = ?7, message_pages = ?8, cover_key = ?9", documentKey, pages, message.CoverKey);
    }, cancellationToken);

    /// <inheritdoc />
    public Task<(PrepareResult Result, MoneyRefusal? Refusal)> PreparedUnpagedAsync(
        QueuedMessage message, TimeSpan duration, string? pageText, Estimate estimate, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        if (!QueueRows.DropClaim(s, message, options.Value.Node))
            return (PrepareResult.ClaimLost, null);
        var seconds = (long)Math.Ceiling(duration.TotalSeconds);
        return Reserve(s, message, estimate, $"about {seconds} s", "estimated_seconds = ?7, page_text = ?8", seconds, pageText);
    }, cancellationToken);

    /// <summary>Holds the money, and makes the message ready: what was found out of it is written once, with its price.</summary>
    /// <param name="found">Columns, and their values from the seventh parameter on.</param>
    private (PrepareResult, MoneyRefusal?) Reserve(
        SqliteConnectionSession s, QueuedMessage message, Estimate estimate, string detail, string found, params ReadOnlySpan<object?> values)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var id = message.Id.Value;
        var refusal = estimate.Reservation is { } reservation ? SqliteReservations.Reserve(s, message, reservation, now) : null;
        var changed = s.Execute($"""
            UPDATE message SET message_status = ?2, message_estimated_cost = ?3, message_currency = ?4, destination_country = ?5, price_prefix = ?6, {found}
            WHERE message_id = ?1 AND message_status = 'P'
            """, [id, Names.Of(refusal is null ? MessageStatus.Ready : MessageStatus.Pending), estimate.Price.MicroUnits,
            estimate.Price.Currency, estimate.Country, estimate.Prefix, .. values]);
        if (changed == 0)
            throw new InvalidOperationException($"Message {message.Id} was prepared, but is not pending.");
        if (refusal is not null)
        {
            QueueRows.End(s, message, MessageStatus.Failed, CallOutcome.NoCredit, refusal.Reason, now);
            return (PrepareResult.NoCredit, refusal);
        }
        var due = message.Due.ToUnixTimeMilliseconds();
        var notBefore = s.Number("SELECT not_before FROM message WHERE message_id = ?1", id);
        // What is due has its place by the time when it fell due, also when the clock was set back since.
        QueueRows.Enqueue(s, QueuePlace.Of(message, Lanes.For(message.Type), notBefore > now ? notBefore : due), notBefore > now ? now : due);
        SqliteEvents.Append(s, now, message.SubmissionId.Value, id, "prepared", detail);
        return (PrepareResult.Prepared, null);
    }
}
