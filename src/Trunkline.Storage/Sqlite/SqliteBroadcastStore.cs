using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Intake;

namespace Trunkline.Storage.Sqlite;

/// <summary>Broadcasts: taken in, fed into the queue, cancelled, counted. The narrow index of what waits keeps each step as cheap at the end as at the beginning.</summary>
public sealed class SqliteBroadcastStore(SqliteDatabase database, SqliteIntakeStore intake, IOptions<GatewayOptions> options) : IBroadcastStore
{
    /// <inheritdoc />
    public Task AddAsync(Broadcast broadcast, CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute("""
        INSERT INTO broadcast (broadcast_id, customer_key, name, state, starts_itself, created_at, scheduled_at, expiry_duration, message_priority, resolution,
            language, coverpage_id, cover_fields, per_minute, at_once, currency, receipt_to, user_key)
        VALUES (?1, ?2, ?3, 'loading', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
        """, broadcast.Id.Value, broadcast.CustomerKey, broadcast.Name, broadcast.StartsItself, broadcast.CreatedAt.ToUnixTimeMilliseconds(),
        broadcast.ScheduledAt?.ToUnixTimeMilliseconds(), (long)broadcast.ExpiryDuration.TotalSeconds, (int)broadcast.Priority, Names.Of(broadcast.Resolution),
        broadcast.Language, broadcast.Cover, broadcast.CoverFields.ToJson(), broadcast.PerMinute, broadcast.AtOnce, broadcast.Currency, broadcast.ReceiptTo, broadcast.UserKey),
        cancellationToken);

    /// <inheritdoc />
    public Task AddRecipientsAsync(MessageId broadcast, int firstOrdinal, IReadOnlyList<BroadcastRow> rows, CancellationToken cancellationToken) =>
        database.WriteAsync(s => AddRecipients(s, broadcast.Value, firstOrdinal, rows), cancellationToken);

    /// <inheritdoc />
    public async Task<bool> AcceptAsync(MessageId broadcast, NewSubmission submission, CancellationToken cancellationToken)
    {
        // Without messages it is only a record; a crash before the next step leaves one that nobody waits for.
        await intake.AcceptAsync(submission with { Id = broadcast, Messages = [], Claim = null }, cancellationToken);
        return await database.WriteAsync(s =>
        {
            if (s.Execute("UPDATE broadcast SET state = 'preparing' WHERE broadcast_id = ?1 AND state = 'loading'", broadcast.Value) == 0)
                return false;
            s.Execute("""
                UPDATE submission SET message_count = b.numbers, open_count = b.numbers
                FROM (SELECT broadcast_id, recipients - duplicates - do_not_call AS numbers FROM broadcast) b
                WHERE submission_id = ?1 AND b.broadcast_id = ?1
                """, broadcast.Value);
            if (submission.Claim is { } claim)
                SqliteRequestClaims.Insert(s, claim, submission.ReceivedAt.ToUnixTimeMilliseconds());
            return true;
        }, cancellationToken);
    }

    /// <inheritdoc />
    public Task<int> DropUnfinishedAsync(MessageId? broadcast, int maxRows, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        var rows = 0;
        foreach (var id in s.Query("SELECT broadcast_id FROM broadcast WHERE state = 'loading' AND (?1 IS NULL OR broadcast_id = ?1)", r => r.GetInt64(0), broadcast?.Value))
        {
            rows += s.Execute("DELETE FROM broadcast_recipient WHERE broadcast_id = ?1 AND ordinal IN (SELECT ordinal FROM broadcast_recipient WHERE broadcast_id = ?1 LIMIT ?2)",
                id, maxRows - rows);
            if (rows >= maxRows)
                return rows;
            rows += s.Execute("DELETE FROM broadcast WHERE broadcast_id = ?1", id);
        }
        foreach (var id in broadcast is null ? s.Query("SELECT list_id FROM broadcast_list WHERE is_ready = 0 OR removed_at IS NOT NULL", r => r.GetInt64(0)) : [])
        {
            rows += s.Execute("DELETE FROM broadcast_list_row WHERE list_id = ?1 AND ordinal IN (SELECT ordinal FROM broadcast_list_row WHERE list_id = ?1 LIMIT ?2)",
                id, maxRows - rows);
            if (rows >= maxRows)
                return rows;
            rows += s.Execute("DELETE FROM broadcast_list WHERE list_id = ?1", id);
        }
        return rows;
    }, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Broadcast>> OpenAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query(
        $"SELECT {BroadcastRows.Columns} FROM broadcast WHERE state NOT IN ('ended', 'cancelled', 'failed') ORDER BY broadcast_id", BroadcastRows.Read), cancellationToken);

    /// <inheritdoc />
    public Task<Broadcast?> FindAsync(MessageId broadcast, CancellationToken cancellationToken) => database.ReadAsync(
        s => s.First($"SELECT {BroadcastRows.Columns} FROM broadcast WHERE broadcast_id = ?1", BroadcastRows.Read, broadcast.Value), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Broadcast>> ListAsync(long? customerKey, MessageId? before, int max, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => customerKey is { } key
            ? s.Query($"SELECT {BroadcastRows.Columns} FROM broadcast WHERE customer_key = ?1 AND broadcast_id < ?2 ORDER BY broadcast_id DESC LIMIT ?3",
                BroadcastRows.Read, key, before?.Value ?? long.MaxValue, max)
            : s.Query($"SELECT {BroadcastRows.Columns} FROM broadcast WHERE broadcast_id < ?1 ORDER BY broadcast_id DESC LIMIT ?2",
                BroadcastRows.Read, before?.Value ?? long.MaxValue, max), cancellationToken);

    /// <inheritdoc />
    public async Task<BroadcastCounts> CountAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        var (b, byStatus) = await database.ReadAsync(s =>
        {
            // One reading of both, so that the sum is right while messages move.
            s.Execute("BEGIN");
            try
            {
                return (s.First($"SELECT {BroadcastRows.Columns} FROM broadcast WHERE broadcast_id = ?1", BroadcastRows.Read, broadcast.Id.Value) ?? broadcast,
                    s.Query("SELECT message_status, count(*) FROM message WHERE broadcast_id = ?1 GROUP BY message_status",
                        r => (Status: Names.StatusOf(r.GetString(0)), Count: r.GetInt32(1)), broadcast.Id.Value).ToDictionary(r => r.Status, r => r.Count));
            }
            finally
            {
                s.Execute("COMMIT");
            }
        }, cancellationToken);
        var isFailed = b.State == BroadcastState.Failed;
        return new BroadcastCounts(
            isFailed ? 0 : b.Unfed,
            Of(MessageStatus.Pending) + Of(MessageStatus.Ready) + Of(MessageStatus.OnHold),
            Of(MessageStatus.Deferred),
            Of(MessageStatus.Exchanged) + Of(MessageStatus.Acknowledged),
            Of(MessageStatus.Sent),
            Of(MessageStatus.Failed) + (isFailed ? b.Unfed : 0),
            Of(MessageStatus.Expired),
            Of(MessageStatus.Cancelled) + b.CancelledRows,
            Of(MessageStatus.Uncertain));

        int Of(MessageStatus status) => byStatus.GetValueOrDefault(status);
    }

    /// <inheritdoc />
    public Task<bool> PreparedAsync(MessageId broadcast, int pages, Money price, int unpriced, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(s => s.Execute("""
            UPDATE broadcast SET pages = ?2, price = ?3, unpriced = ?4, started_at = CASE starts_itself WHEN 1 THEN ?5 END,
                state = CASE starts_itself WHEN 1 THEN 'running' ELSE 'waiting' END
            WHERE broadcast_id = ?1 AND state = 'preparing'
            """, broadcast.Value, pages, price.MicroUnits, unpriced, now.ToUnixTimeMilliseconds()) == 1, cancellationToken);

    /// <inheritdoc />
    public Task<bool> MoveAsync(
        MessageId broadcast, IReadOnlyList<BroadcastState> from, BroadcastState to, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
            s => from.Any(state => s.Execute("""
                UPDATE broadcast SET state = ?3, started_at = coalesce(started_at, CASE ?3 WHEN 'running' THEN ?4 END) WHERE broadcast_id = ?1 AND state = ?2
                """, broadcast.Value, BroadcastRows.Of(state), BroadcastRows.Of(to), now.ToUnixTimeMilliseconds()) == 1), cancellationToken);

    /// <inheritdoc />
    public Task<bool> FailAsync(MessageId broadcast, string cause, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        var at = now.ToUnixTimeMilliseconds();
        if (s.Execute("UPDATE broadcast SET state = 'failed', cause = ?2, ended_at = ?3 WHERE broadcast_id = ?1 AND state IN ('preparing', 'waiting')",
            broadcast.Value, cause, at) == 0)
            return false;
        var open = (int)s.Number("SELECT open_count FROM submission WHERE submission_id = ?1", broadcast.Value);
        BroadcastRows.Close(s, broadcast.Value, open);
        SqliteEvents.Append(s, at, broadcast.Value, null, "broadcast-failed", cause);
        return true;
    }, cancellationToken);

    /// <inheritdoc />
    public Task<FeedStep> FeedAsync(Broadcast broadcast, int max, Func<MessageId> nextId, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(s => BroadcastFeeding.Feed(s, broadcast, max, nextId, now.ToUnixTimeMilliseconds(), options.Value.Domain), cancellationToken);

    /// <inheritdoc />
    public Task<int> CancelAsync(MessageId broadcast, int max, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(s => BroadcastFeeding.Cancel(s, broadcast.Value, max, now.ToUnixTimeMilliseconds()), cancellationToken);

    /// <inheritdoc />
    public Task<int> HoldAsync(MessageId broadcast, bool isHeld, int max, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(s => BroadcastFeeding.Hold(s, broadcast.Value, isHeld, max, now.ToUnixTimeMilliseconds()), cancellationToken);

    /// <inheritdoc />
    public Task<bool> FinishAsync(MessageId broadcast, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute("""
        UPDATE broadcast SET state = CASE state WHEN 'cancelling' THEN 'cancelled' ELSE 'ended' END, ended_at = ?2
        WHERE broadcast_id = ?1 AND state IN ('running', 'paused', 'cancelling')
            AND (SELECT open_count FROM submission WHERE submission_id = ?1) = 0
        """, broadcast.Value, now.ToUnixTimeMilliseconds()) == 1, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<BroadcastResult>> ResultsAsync(MessageId broadcast, int afterOrdinal, int max, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query($"{Result} WHERE p.broadcast_id = ?1 AND p.ordinal > ?2 ORDER BY p.ordinal LIMIT ?3",
            ReadResult, broadcast.Value, afterOrdinal, max), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<BroadcastCause>> CausesAsync(MessageId broadcast, int max, CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query("""
        SELECT message_status, coalesce(outcome, ''), max(coalesce(cause, '')), count(*) AS n FROM message
        WHERE broadcast_id = ?1 AND message_status IN ('S', 'F', 'E', 'C', 'U') GROUP BY message_status, outcome ORDER BY n DESC LIMIT ?2
        """, r => new BroadcastCause(Names.StatusOf(r.GetString(0)), r.GetString(1), r.GetString(2), r.GetInt32(3)), broadcast.Value, max), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<BroadcastResult>> UndeliveredAsync(MessageId broadcast, int max, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query($"""
            {Result} WHERE p.broadcast_id = ?1 AND m.message_status IN ('F', 'E', 'C', 'U') ORDER BY p.ordinal LIMIT ?2
            """, ReadResult, broadcast.Value, max), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<BroadcastReceiptDue>> ReceiptsDueAsync(int max, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query($"""
            SELECT {BroadcastRows.Columns}, (SELECT receipt_id IS NOT NULL FROM submission WHERE submission_id = broadcast_id),
                (SELECT mail_message_id FROM submission WHERE submission_id = broadcast_id),
                (SELECT mail_references FROM submission WHERE submission_id = broadcast_id) FROM broadcast
            WHERE broadcast_id IN (SELECT submission_id FROM receipt_due) AND state IN ('ended', 'cancelled', 'failed') ORDER BY broadcast_id LIMIT ?1
            """, r => new BroadcastReceiptDue(BroadcastRows.Read(r), r.GetBoolean(29), r.IsDBNull(30) ? null : r.GetString(30), r.IsDBNull(31) ? [] : r.GetString(31).Split(' ')), max), cancellationToken);

    private const string Result = """
        SELECT p.ordinal, p.line, p.destination, p.fields, p.left_out, p.message_id, m.message_status, m.outcome, m.cause, m.message_pages, m.pages_confirmed,
            m.message_duration, m.attempt_count, m.ended_at, m.message_price
        FROM broadcast_recipient p LEFT JOIN message m ON m.message_id = p.message_id
        """;

    private static BroadcastResult ReadResult(SqliteStatement r)
    {
        var fields = CoverFields.FromJson(r.IsDBNull(3) ? null : r.GetString(3));
        return new BroadcastResult(r.GetInt32(0), r.GetInt32(1), r.GetString(2), fields.ToName ?? "", fields.ToCompany ?? "", r.IsDBNull(4) ? null : r.GetString(4),
            r.IsDBNull(5) ? null : new MessageId(r.GetInt64(5)), r.IsDBNull(6) ? null : Names.StatusOf(r.GetString(6)), r.IsDBNull(7) ? "" : r.GetString(7),
            r.IsDBNull(8) ? "" : r.GetString(8), r.IsDBNull(9) ? 0 : r.GetInt32(9), r.IsDBNull(10) ? 0 : r.GetInt32(10),
            TimeSpan.FromSeconds(r.IsDBNull(11) ? 0 : r.GetInt64(11)), r.IsDBNull(12) ? 0 : r.GetInt32(12), r.IsDBNull(14) ? null : r.GetInt64(14), BroadcastRows.Time(r, 13));
    }

    private static int AddRecipients(SqliteConnectionSession s, long broadcast, int firstOrdinal, IReadOnlyList<BroadcastRow> rows)
    {
        var customer = s.First("SELECT customer_key FROM broadcast WHERE broadcast_id = ?1 AND state = 'loading'", r => (long?)r.GetInt64(0), broadcast)
            ?? throw new InvalidOperationException($"Broadcast {new MessageId(broadcast)} is not being loaded.");
        var (duplicates, doNotCall) = (0, 0);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var number = row.Number.E164;
            string? leftOut = null;
            if (BroadcastFeeding.IsNotToBeCalled(s, customer, number))
                (leftOut, doNotCall) = ("do-not-call", doNotCall + 1);
            else if (s.Number("SELECT count(*) FROM broadcast_recipient WHERE broadcast_id = ?1 AND destination = ?2 AND left_out IS NULL", broadcast, number) > 0)
                (leftOut, duplicates) = ("duplicate", duplicates + 1);
            s.Execute("INSERT INTO broadcast_recipient (broadcast_id, ordinal, line, destination, fields, left_out) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                broadcast, firstOrdinal + i, row.Line, number, row.Fields == CoverFields.None ? null : row.Fields.ToJson(), leftOut);
        }
        return s.Execute("""
            UPDATE broadcast SET recipients = recipients + ?2, duplicates = duplicates + ?3, do_not_call = do_not_call + ?4 WHERE broadcast_id = ?1
            """, broadcast, rows.Count, duplicates, doNotCall);
    }
}
