using Trunkline.Core;
using Trunkline.Gateway.Record;

namespace Trunkline.Storage.Sqlite;

/// <summary>Events and overviews.</summary>
public sealed class SqliteRecordStore(SqliteDatabase database) : IRecordStore
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<RecordedEvent>> EventsAsync(long after, int max, CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query(
        "SELECT event_id, at, submission_id, message_id, code, detail FROM event WHERE event_id > ?1 ORDER BY event_id LIMIT ?2",
        r => new RecordedEvent(r.GetInt64(0), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(1)), new MessageId(r.GetInt64(2)),
            r.IsDBNull(3) ? null : new MessageId(r.GetInt64(3)), r.GetString(4), r.GetString(5)), after, max), cancellationToken);

    /// <inheritdoc />
    public Task<long> NewestEventAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(s => s.Number("SELECT max(event_id) FROM event"), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<MessageOverview>> MessagesAsync(MessageId? before, MessageId? submission, int max, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query("""
            SELECT message_id, submission_id, message_status, message_type, message_to_email_address, message_from_email_address, message_subject,
                message_pages, pages_confirmed, attempt_count, cause, message_creation_date, message_scheduled_date, ended_at
            FROM message WHERE message_id < ?1 AND (?2 IS NULL OR submission_id = ?2) ORDER BY message_id DESC LIMIT ?3
            """, r => new MessageOverview(new MessageId(r.GetInt64(0)), new MessageId(r.GetInt64(1)), Names.StatusOf(r.GetString(2)),
                Names.MessageTypeOf(r.GetString(3)), r.GetString(4), r.GetString(5), r.GetString(6), r.IsDBNull(7) ? 0 : r.GetInt32(7), r.GetInt32(8),
                r.GetInt32(9), r.IsDBNull(10) ? "" : r.GetString(10), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(11)),
                r.IsDBNull(12) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(12)),
                r.IsDBNull(13) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(13))),
            before?.Value ?? long.MaxValue, submission?.Value, max), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<MessageStatus, int>> OpenCountsAsync(CancellationToken cancellationToken) => await database.ReadAsync(
        s => (IReadOnlyDictionary<MessageStatus, int>)s.Query(
            "SELECT message_status, count(*) FROM message WHERE message_status IN ('P', 'H', 'D', 'R', 'X', 'A') GROUP BY message_status",
            r => (Status: Names.StatusOf(r.GetString(0)), Count: r.GetInt32(1))).ToDictionary(r => r.Status, r => r.Count), cancellationToken);

    /// <inheritdoc />
    public async Task<MessageId> NewestIdAsync(CancellationToken cancellationToken) => new(await database.ReadAsync(s => Math.Max(
        Math.Max(s.Number("SELECT max(submission_id) FROM submission"), s.Number("SELECT max(message_id) FROM message")),
        s.Number("SELECT max(mail_id) FROM mail_out")), cancellationToken));
}
