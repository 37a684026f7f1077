using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>The queue on SQLite: narrow tables that deletes keep small, so that a claim costs the same with ten messages waiting as with a million.</summary>
public sealed class SqliteQueueStore(SqliteDatabase database, IOptions<GatewayOptions> options) : IQueueStore
{
    private readonly string _owner = options.Value.Node;

    /// <inheritdoc />
    public Task<(IReadOnlySet<Lane> Lanes, DateTimeOffset? NextDue)> PromoteAsync(DateTimeOffset now, int max, CancellationToken cancellationToken) =>
        database.WriteAsync(s => Promote(s, now.ToUnixTimeMilliseconds(), max), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<QueuedMessage>> ClaimAsync(Lane lane, DateTimeOffset now, TimeSpan lease, int max, CancellationToken cancellationToken) =>
        database.WriteAsync(s => Claim(s, lane, (now + lease).ToUnixTimeMilliseconds(), max), cancellationToken);

    /// <inheritdoc />
    public Task<int> ReclaimAsync(DateTimeOffset now, bool ofThisNode, CancellationToken cancellationToken) =>
        database.WriteAsync(s => Reclaim(s, now.ToUnixTimeMilliseconds(), ofThisNode), cancellationToken);

    /// <inheritdoc />
    public Task ReleaseAsync(QueuedMessage message, DateTimeOffset due, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        if (!QueueRows.DropClaim(s, message, _owner))
            return false;
        var at = due.ToUnixTimeMilliseconds();
        // A due time that lies behind the one it had is a wait; any other gives it back at once, in the place it had.
        QueueRows.Enqueue(s, message.Id.Value, message.Lane, (int)message.Priority, at, due > message.Due ? at - 1 : at);
        return true;
    }, cancellationToken);

    /// <inheritdoc />
    public Task<int> ExpireAsync(DateTimeOffset now, int max, CancellationToken cancellationToken) =>
        database.WriteAsync(s => Expire(s, now.ToUnixTimeMilliseconds(), max), cancellationToken);

    /// <inheritdoc />
    public Task<bool> EndAsync(
        QueuedMessage message, MessageStatus status, CallOutcome outcome, string cause, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(s =>
        {
            if (!QueueRows.DropClaim(s, message, _owner))
                return false;
            var at = now.ToUnixTimeMilliseconds();
            // What the call cost is not known: it is booked when its receipt comes after all.
            if (s.Execute("UPDATE attempt SET ended_at = ?3, status = ?4, outcome = ?5, detail = ?6 WHERE message_id = ?1 AND number = ?2 AND ended_at IS NULL",
                message.Id.Value, message.AttemptCount, at, Names.Of(status), outcome.Code(), cause) == 1)
                SqliteCallDetails.Append(s, message.Attempt, 0, null, 0, 0, null, at);
            QueueRows.End(s, message, status, outcome, cause, at);
            return true;
        }, cancellationToken);

    private static (IReadOnlySet<Lane>, DateTimeOffset?) Promote(SqliteConnectionSession s, long now, int max)
    {
        var lanes = new HashSet<Lane>();
        var due = s.Query("SELECT due, id, lane, priority FROM scheduled WHERE due <= ?1 ORDER BY due LIMIT ?2",
            r => (Due: r.GetInt64(0), Id: r.GetInt64(1), Lane: (Lane)r.GetInt32(2), Priority: r.GetInt32(3)), now, max);
        foreach (var row in due)
        {
            s.Execute("DELETE FROM scheduled WHERE due = ?1 AND id = ?2", row.Due, row.Id);
            s.Execute("INSERT INTO ready (lane, priority, due, id) VALUES (?1, ?2, ?3, ?4)", (int)row.Lane, row.Priority, row.Due, row.Id);
            s.Execute("UPDATE message SET message_status = 'R' WHERE message_id = ?1 AND message_status = 'D'", row.Id);
            lanes.Add(row.Lane);
        }
        var next = s.Number("SELECT due FROM scheduled ORDER BY due LIMIT 1");
        return (lanes, next == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(next));
    }

    private IReadOnlyList<QueuedMessage> Claim(SqliteConnectionSession s, Lane lane, long leaseUntil, int max)
    {
        var claimed = new List<QueuedMessage>();
        // What stands in a lane is due, whatever the clock says by now: it may have been set back.
        foreach (var priority in Enum.GetValues<Priority>())
        {
            var rows = s.Query("SELECT due, id FROM ready WHERE lane = ?1 AND priority = ?2 ORDER BY due, id LIMIT ?3",
                r => (Due: r.GetInt64(0), Id: r.GetInt64(1)), (int)lane, (int)priority, max - claimed.Count);
            foreach (var (due, id) in rows)
            {
                s.Execute("DELETE FROM ready WHERE lane = ?1 AND priority = ?2 AND due = ?3 AND id = ?4", (int)lane, (int)priority, due, id);
                s.Execute("INSERT INTO inflight (id, owner, lease_until, lane, priority, due) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    id, _owner, leaseUntil, (int)lane, (int)priority, due);
                claimed.Add(QueueRows.Load(s, id, leaseUntil) ?? throw new InvalidDataException($"The queue holds {id}, which is no message."));
            }
            if (claimed.Count == max)
                break;
        }
        return claimed;
    }

    private int Reclaim(SqliteConnectionSession s, long now, bool ofThisNode)
    {
        var held = ofThisNode
            ? s.Query("SELECT id FROM inflight WHERE owner = ?1", r => r.GetInt64(0), _owner)
            : s.Query("SELECT id FROM inflight WHERE lease_until < ?1", r => r.GetInt64(0), now);
        foreach (var id in held)
        {
            s.Execute("DELETE FROM inflight WHERE id = ?1", id);
            var message = QueueRows.Load(s, id, 0)!;
            // What a worker held when it stopped goes first among its equals: its place is that of when it fell due.
            QueueRows.Enqueue(s, id, message.Lane, (int)message.Priority, Math.Min(message.Due.ToUnixTimeMilliseconds(), now), now);
        }
        return held.Count;
    }

    private static int Expire(SqliteConnectionSession s, long now, int max)
    {
        var ids = s.Query("""
            SELECT message_id FROM message WHERE message_status IN ('P', 'H', 'D', 'R') AND expires_at <= ?1
                AND NOT EXISTS (SELECT 1 FROM inflight WHERE id = message_id) LIMIT ?2
            """, r => r.GetInt64(0), now, max);
        foreach (var id in ids)
        {
            var message = QueueRows.Load(s, id, 0)!;
            QueueRows.Remove(s, message);
            var last = s.First("SELECT cause FROM message WHERE message_id = ?1", r => r.IsDBNull(0) ? null : r.GetString(0), id);
            var cause = last is null ? "Its time ran out before it could be sent." : $"{last} Its time ran out before another attempt.";
            QueueRows.End(s, message, MessageStatus.Expired, CallOutcome.Expired, cause, now);
        }
        return ids.Count;
    }
}
