using Trunkline.Core;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Record;

namespace Trunkline.Storage.Sqlite;

/// <summary>Messages to look at.</summary>
public sealed class SqliteMessageRecords(SqliteDatabase database, SqliteBodies bodies) : IMessageRecords
{
    // A filter that fits nothing must not read the whole table, which holds all that ever ended.
    private const int MaxScanned = 20_000;

    private const string Columns = """
        m.message_id, m.submission_id, m.customer_key, m.message_status, m.message_type, m.destination, m.message_to_email_address,
        m.message_from_email_address, m.message_subject, m.message_priority, s.source, m.message_pages, m.pages_confirmed, m.attempt_count, m.outcome,
        m.cause, m.message_creation_date, m.message_scheduled_date, m.expires_at, m.ended_at, m.message_duration, m.message_remote_csid, m.document_key,
        m.message_currency, m.message_price, m.message_estimated_cost, m.cover_key
        """;

    /// <inheritdoc />
    public Task<(IReadOnlyList<MessageRecord> Messages, MessageId? Next)> ListAsync(
        MessageFilter filter, MessageId? before, int max, CancellationToken cancellationToken) => database.ReadAsync(s =>
        {
            var scanned = filter switch
            {
                { Submission: not null } => "SELECT message_id FROM message WHERE submission_id = ?2 AND message_id < ?1 AND (?3 IS NULL OR customer_key = ?3)",
                { Customer: not null } => "SELECT message_id FROM message WHERE customer_key = ?3 AND message_id < ?1 AND (?2 IS NULL OR submission_id = ?2)",
                _ => "SELECT message_id FROM message WHERE message_id < ?1 AND (?2 IS NULL OR submission_id = ?2) AND (?3 IS NULL OR customer_key = ?3)",
            };
            scanned += " ORDER BY message_id DESC LIMIT ?4";
            var isFiltered = filter is not { Status: null, Type: null, To: null, Since: null };
            object?[] which = [before?.Value ?? long.MaxValue, filter.Submission?.Value, filter.Customer, isFiltered ? MaxScanned : max];
            var found = s.Query($"""
                SELECT {Columns} FROM ({scanned}) AS n JOIN message m ON m.message_id = n.message_id JOIN submission s ON s.submission_id = m.submission_id
                WHERE (?5 IS NULL OR m.message_status = ?5) AND (?6 IS NULL OR m.message_type = ?6) AND (?7 IS NULL OR m.destination = ?7)
                    AND (?8 IS NULL OR m.message_creation_date >= ?8)
                ORDER BY m.message_id DESC LIMIT ?9
                """, Read, [.. which, filter.Status is { } status ? Names.Of(status) : null, filter.Type is { } type ? Names.Of(type) : null, filter.To,
                filter.Since?.ToUnixTimeMilliseconds(), max]);
            if (found.Count == max)
                return ((IReadOnlyList<MessageRecord>)found, (MessageId?)found[^1].Id);
            // Fewer fit than were asked for: either there are no more, or the rows that may be looked at are used up.
            var (count, last) = s.First($"SELECT count(*), min(message_id) FROM ({scanned})", r => (r.GetInt32(0), r.IsDBNull(1) ? 0 : r.GetInt64(1)), which);
            return (found, count < MaxScanned ? null : new MessageId(last));
        }, cancellationToken);

    /// <inheritdoc />
    public Task<MessageRecord?> FindAsync(MessageId id, CancellationToken cancellationToken) => database.ReadAsync(s => Find(s, id), cancellationToken);

    internal static MessageRecord? Find(SqliteConnectionSession session, MessageId id) => session.First(
        $"SELECT {Columns} FROM message m JOIN submission s ON s.submission_id = m.submission_id WHERE m.message_id = ?1", Read, id.Value);

    /// <inheritdoc />
    public async Task<IReadOnlyList<AttemptRecord>> AttemptsAsync(MessageId id, CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query("""
        SELECT a.number, coalesce(r.resource_name, a.resource_id), a.begun_at, a.acknowledged_at, a.ended_at, a.status, a.outcome, a.detail, a.transport,
            a.call_placed, a.pages_confirmed, a.duration, a.remote_csid, d.price, d.price_currency
        FROM attempt a LEFT JOIN resource r ON r.resource_id = a.resource_id
            LEFT JOIN call_detail d ON d.message_id = a.message_id AND d.attempt = a.number
                AND d.revision = (SELECT max(revision) FROM call_detail n WHERE n.message_id = a.message_id AND n.attempt = a.number)
        WHERE a.message_id = ?1 ORDER BY a.number
        """, r => new AttemptRecord(r.GetInt32(0), r.GetString(1), Time(r, 2)!.Value, Time(r, 3), Time(r, 4),
            !r.IsDBNull(5) && MessageStatuses.TryParse(r.GetString(5), out var status) ? status : null, Text(r, 6), Text(r, 7) ?? "", Text(r, 8) ?? "",
            !r.IsDBNull(9) && r.GetBoolean(9), r.IsDBNull(10) ? 0 : r.GetInt32(10), Seconds(r, 11), Text(r, 12), Amount(r, 13, 14)), id.Value), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<RecordedEvent>> EventsAsync(MessageId submission, MessageId message, int max, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query("""
            SELECT event_id, at, submission_id, message_id, code, detail FROM event
            WHERE submission_id = ?1 AND (message_id IS NULL OR message_id = ?2) ORDER BY event_id LIMIT ?3
            """, r => new RecordedEvent(r.GetInt64(0), Time(r, 1)!.Value, new MessageId(r.GetInt64(2)), r.IsDBNull(3) ? null : new MessageId(r.GetInt64(3)),
                r.GetString(4), r.GetString(5)), submission.Value, message.Value, max), cancellationToken);

    /// <inheritdoc />
    public async Task<ReceiptRecord?> ReceiptAsync(MessageId submission, CancellationToken cancellationToken)
    {
        var row = await database.ReadAsync(s => s.First(
            "SELECT r.recipient, r.written_at, r.body_hash, b.hash IS NOT NULL FROM receipt_body r LEFT JOIN body b ON b.hash = r.body_hash WHERE r.submission_id = ?1",
            r => (Recipient: r.GetString(0), At: Time(r, 1)!.Value, Hash: r.GetBytes(2), IsKept: r.GetBoolean(3)), submission.Value), cancellationToken);
        if (row.Hash is null)
            return null;
        return new ReceiptRecord(submission, row.Recipient, row.At, row.IsKept ? await bodies.ReadAsync(row.Hash, cancellationToken) : null);
    }

    private static MessageRecord Read(SqliteStatement r) => new()
    {
        Id = new MessageId(r.GetInt64(0)),
        Submission = new MessageId(r.GetInt64(1)),
        CustomerKey = r.GetInt64(2),
        Status = Names.StatusOf(r.GetString(3)),
        Type = Names.MessageTypeOf(r.GetString(4)),
        Destination = r.GetString(5),
        ToAddress = r.GetString(6),
        From = r.GetString(7),
        Subject = r.GetString(8),
        Priority = (Priority)r.GetInt32(9),
        Source = r.GetString(10),
        Pages = r.IsDBNull(11) ? null : r.GetInt32(11),
        PagesConfirmed = r.GetInt32(12),
        AttemptCount = r.GetInt32(13),
        Outcome = Text(r, 14),
        Cause = Text(r, 15) ?? "",
        CreatedAt = Time(r, 16)!.Value,
        Due = Time(r, 17),
        ExpiresAt = Time(r, 18)!.Value,
        EndedAt = Time(r, 19),
        Duration = Seconds(r, 20),
        RemoteCsid = Text(r, 21),
        DocumentKey = Text(r, 22),
        Price = Amount(r, 24, 23),
        EstimatedPrice = Amount(r, 25, 23),
        CoverKey = Text(r, 26),
    };

    private static Money? Amount(SqliteStatement r, int amount, int currency) =>
        r.IsDBNull(amount) || r.IsDBNull(currency) ? null : new Money(r.GetInt64(amount), r.GetString(currency));

    private static string? Text(SqliteStatement r, int column) => r.IsDBNull(column) || r.GetString(column).Length == 0 ? null : r.GetString(column);

    private static DateTimeOffset? Time(SqliteStatement r, int column) => r.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(column));

    private static TimeSpan? Seconds(SqliteStatement r, int column) => r.IsDBNull(column) ? null : TimeSpan.FromSeconds(r.GetInt64(column));
}
