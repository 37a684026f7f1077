using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Record;

namespace Trunkline.Storage.Sqlite;

/// <summary>The record and the queue in figures.</summary>
public sealed class SqliteRecordCounts(SqliteDatabase database) : IRecordCounts
{
    /// <inheritdoc />
    public Task<(long Last, IReadOnlyList<EventCount> Counts)> CountAsync(long after, int max, CancellationToken cancellationToken) => database.ReadAsync(s =>
    {
        // One snapshot for both: numbers rise in the order of commits, so nothing comes in below the last one later.
        var last = Math.Min(Math.Max(s.Number("SELECT max(event_id) FROM event"), after), after + max);
        return (last, (IReadOnlyList<EventCount>)s.Query("""
            SELECT e.code, m.message_type, m.message_status, m.outcome, sum(CASE WHEN e.code = 'accepted' THEN s.message_count ELSE 1 END)
            FROM event e LEFT JOIN message m ON m.message_id = e.message_id LEFT JOIN submission s ON e.code = 'accepted' AND s.submission_id = e.submission_id
            WHERE e.event_id > ?1 AND e.event_id <= ?2 GROUP BY e.code, m.message_type, m.message_status, m.outcome
            """, r => new EventCount(r.GetString(0), r.IsDBNull(1) ? null : Names.MessageTypeOf(r.GetString(1)), r.IsDBNull(2) ? null : Names.StatusOf(r.GetString(2)),
                r.IsDBNull(3) ? null : r.GetString(3), r.IsDBNull(4) ? 0 : r.GetInt64(4)), after, last));
    }, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<QueueDepth>> DepthsAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query("""
        SELECT lane, 'ready', count(*) FROM ready GROUP BY lane UNION ALL SELECT lane, 'scheduled', count(*) FROM scheduled GROUP BY lane
        UNION ALL SELECT lane, 'claimed', count(*) FROM inflight GROUP BY lane UNION ALL SELECT lane, 'waiting', count(*) FROM waiting GROUP BY lane
        """, r => new QueueDepth((Lane)r.GetInt32(0), r.GetString(1), r.GetInt64(2))), cancellationToken);
}
