using Trunkline.Core;
using Trunkline.Gateway.Record;
using Trunkline.Gateway.Webhooks;

namespace Trunkline.Storage.Sqlite;

/// <summary>Webhooks, the events that wait for them, and up to which event they were handed out.</summary>
public sealed class SqliteWebhookStore(SqliteDatabase database) : IWebhookStore
{
    // What one transaction may take from all others.
    private const int DeletedAtOnce = 5000;

    /// <inheritdoc />
    public async Task<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query("""
        SELECT webhook_id, customer_key, url, events, description, secret, created_at, since_event, failing_since, disabled_at, disabled_reason
        FROM webhook ORDER BY webhook_id
        """, r => new Webhook
    {
        Id = r.GetInt64(0),
        CustomerKey = r.IsDBNull(1) ? null : r.GetInt64(1),
        Url = new Uri(r.GetString(2)),
        Events = r.GetString(3).Split(' '),
        Description = r.GetString(4),
        Secret = r.GetString(5),
        CreatedAt = Time(r, 6)!.Value,
        SinceEvent = r.GetInt64(7),
        FailingSince = Time(r, 8),
        DisabledAt = Time(r, 9),
        DisabledReason = r.IsDBNull(10) ? null : r.GetString(10),
    }), cancellationToken);

    /// <inheritdoc />
    public Task<Webhook?> AddAsync(Webhook webhook, int atMost, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        var newest = Follow(s);
        return s.Execute("""
            INSERT INTO webhook (customer_key, url, events, description, secret, created_at, since_event)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE (SELECT count(*) FROM webhook WHERE customer_key IS ?1) < ?8
            """, webhook.CustomerKey, webhook.Url.AbsoluteUri, string.Join(' ', webhook.Events), webhook.Description, webhook.Secret,
            webhook.CreatedAt.ToUnixTimeMilliseconds(), newest, atMost) == 1
            ? webhook with { Id = s.Number("SELECT last_insert_rowid()"), SinceEvent = newest }
            : null;
    }, cancellationToken);

    /// <inheritdoc />
    public async Task<bool> RemoveAsync(long id, CancellationToken cancellationToken)
    {
        await ForgetAsync(id, cancellationToken);
        return await database.WriteAsync(s =>
        {
            // What was handed out since; not many.
            s.Execute("DELETE FROM webhook_delivery WHERE webhook_id = ?1", id);
            return s.Execute("DELETE FROM webhook WHERE webhook_id = ?1", id) == 1;
        }, cancellationToken);
    }

    /// <inheritdoc />
    public Task<bool> EnableAsync(long id, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        var newest = Follow(s);
        return s.Execute("""
            UPDATE webhook SET disabled_at = NULL, disabled_reason = NULL, failing_since = NULL, since_event = ?2 WHERE webhook_id = ?1 AND disabled_at IS NOT NULL
            """, id, newest) == 1;
    }, cancellationToken);

    /// <inheritdoc />
    public async Task DisableAsync(long id, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await database.WriteAsync(s => s.Execute("UPDATE webhook SET disabled_at = ?2, disabled_reason = ?3 WHERE webhook_id = ?1 AND disabled_at IS NULL",
            id, now.ToUnixTimeMilliseconds(), reason), cancellationToken);
        await ForgetAsync(id, cancellationToken);
    }

    /// <inheritdoc />
    public Task<(long Cursor, IReadOnlyList<HandedEvent> Events)> NewEventsAsync(int max, CancellationToken cancellationToken) => database.ReadAsync(s =>
    {
        var cursor = s.Number("SELECT event_id FROM webhook_cursor");
        return (cursor, (IReadOnlyList<HandedEvent>)s.Query("""
            SELECT e.event_id, coalesce(s.customer_key, 0), e.code FROM event e LEFT JOIN submission s ON s.submission_id = e.submission_id
            WHERE e.event_id > ?1 ORDER BY e.event_id LIMIT ?2
            """, r => new HandedEvent(r.GetInt64(0), r.GetInt64(1), r.GetString(2)), cursor, max));
    }, cancellationToken);

    /// <inheritdoc />
    public Task<bool> HandOutAsync(long from, long to, IReadOnlyList<(long Webhook, long Event)> wanted, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(s =>
        {
            if (s.Execute("UPDATE webhook_cursor SET event_id = ?2 WHERE event_id = ?1", from, to) == 0)
                return false;
            foreach (var (webhook, number) in wanted)
            {
                // One that was taken away or given up meanwhile is told nothing.
                s.Execute("""
                    INSERT OR IGNORE INTO webhook_delivery (webhook_id, event_id, due, created_at)
                    SELECT webhook_id, ?2, ?3, ?3 FROM webhook WHERE webhook_id = ?1 AND disabled_at IS NULL
                    """, webhook, number, now.ToUnixTimeMilliseconds());
            }
            return true;
        }, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<WaitingDelivery>> DueAsync(long webhook, DateTimeOffset now, int max, CancellationToken cancellationToken) => await database.ReadAsync(s =>
        s.Query("""
            SELECT e.event_id, e.at, e.submission_id, e.message_id, e.code, e.detail, d.attempts, d.created_at, coalesce(c.emailaddress, '')
            FROM webhook_delivery d JOIN event e ON e.event_id = d.event_id LEFT JOIN submission s ON s.submission_id = e.submission_id
                LEFT JOIN customer c ON c.customer_key = s.customer_key
            WHERE d.webhook_id = ?1 AND d.due <= ?2 ORDER BY d.due, d.event_id LIMIT ?3
            """, r => new WaitingDelivery(webhook, new RecordedEvent(r.GetInt64(0), Time(r, 1)!.Value, new MessageId(r.GetInt64(2)),
                r.IsDBNull(3) ? null : new MessageId(r.GetInt64(3)), r.GetString(4), r.GetString(5)), r.GetString(8), null, r.GetInt32(6), Time(r, 7)!.Value),
            webhook, now.ToUnixTimeMilliseconds(), max)
        .ConvertAll(d => d.Event.Message is { } id ? d with { Message = SqliteMessageRecords.Find(s, id) } : d), cancellationToken);

    /// <inheritdoc />
    public Task<DateTimeOffset?> NextDueAsync(long webhook, CancellationToken cancellationToken) => database.ReadAsync(
        s => s.First("SELECT min(due) FROM webhook_delivery WHERE webhook_id = ?1", r => Time(r, 0), webhook), cancellationToken);

    /// <inheritdoc />
    public async Task<int> WaitingAsync(long webhook, CancellationToken cancellationToken) => (int)await database.ReadAsync(
        s => s.Number("SELECT count(*) FROM webhook_delivery WHERE webhook_id = ?1", webhook), cancellationToken);

    /// <inheritdoc />
    public Task DoneAsync(long webhook, long eventNumber, bool isWell, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        s.Execute("DELETE FROM webhook_delivery WHERE webhook_id = ?1 AND event_id = ?2", webhook, eventNumber);
        return isWell && s.Execute("UPDATE webhook SET failing_since = NULL WHERE webhook_id = ?1 AND failing_since IS NOT NULL", webhook) == 1;
    }, cancellationToken);

    /// <inheritdoc />
    public Task<DateTimeOffset> FailedAsync(long webhook, long eventNumber, string error, DateTimeOffset due, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(s =>
        {
            s.Execute("UPDATE webhook_delivery SET attempts = attempts + 1, due = ?3, last_error = ?4 WHERE webhook_id = ?1 AND event_id = ?2",
                webhook, eventNumber, due.ToUnixTimeMilliseconds(), error);
            s.Execute("UPDATE webhook SET failing_since = ?2 WHERE webhook_id = ?1 AND failing_since IS NULL", webhook, now.ToUnixTimeMilliseconds());
            return s.First("SELECT failing_since FROM webhook WHERE webhook_id = ?1", r => Time(r, 0), webhook) ?? now;
        }, cancellationToken);

    /// <summary>The newest event. While nobody was told the cursor stood still; what happened meanwhile is nobody's, and need not be read.</summary>
    private static long Follow(SqliteConnectionSession s)
    {
        var newest = s.Number("SELECT max(event_id) FROM event");
        s.Execute("UPDATE webhook_cursor SET event_id = ?1 WHERE event_id < ?1 AND NOT EXISTS (SELECT 1 FROM webhook WHERE disabled_at IS NULL)", newest);
        return newest;
    }

    private async Task ForgetAsync(long id, CancellationToken cancellationToken)
    {
        int deleted;
        do
        {
            deleted = await database.WriteAsync(s => s.Execute("""
                DELETE FROM webhook_delivery WHERE webhook_id = ?1 AND event_id IN (SELECT event_id FROM webhook_delivery WHERE webhook_id = ?1 LIMIT ?2)
                """, id, DeletedAtOnce), cancellationToken);
        }
        while (deleted == DeletedAtOnce);
    }

    private static DateTimeOffset? Time(SqliteStatement r, int column) => r.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(column));
}
