using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>
/// The queue on SQLite: narrow tables that deletes keep small, so that a claim costs the same with ten messages waiting as with a million. Customers
/// stand in a line for each lane and priority; a claim serves the head, and who was served goes to the end.
/// </summary>
public sealed class SqliteQueueStore(SqliteDatabase database, IOptions<GatewayOptions> options) : IQueueStore
{
    // Of this many messages that a lane gives out, one is of a lower priority when there is one: a customer whose every message is urgent slows the
    // others down and does not stop them.
    private const int LowerEach = 8;

    // Of so many, one is of the lowest.
    private const int LowestEach = LowerEach * LowerEach;

    private readonly string _owner = options.Value.Node;

    // Of each lane, how many it gave out. These two are touched by the writer's thread only.
    private readonly int[] _given = new int[(int)Lane.Ask + 1];
    private long _lastLease;

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
        if (!QueueRows.DropClaim(s, message, _owner, out var turn))
            return false;
        var at = due.ToUnixTimeMilliseconds();
        // A due time that lies behind the one it had is a wait; any other gives it back at once, in the place it had.
        QueueRows.Enqueue(s, QueuePlace.Of(message, message.Lane, at), due > message.Due ? at - 1 : at, turn);
        // It may have been its turn at a number that others wait for.
        if (message.Lane != Lane.Ask)
            QueueRows.FreeDestination(s, message);
        return true;
    }, cancellationToken);

    /// <inheritdoc />
    public Task PostponeAsync(QueuedMessage message, DateTimeOffset due, string cause, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(s =>
        {
            if (!QueueRows.DropClaim(s, message, _owner))
                return false;
            var (at, until) = (now.ToUnixTimeMilliseconds(), due.ToUnixTimeMilliseconds());
            s.Execute("UPDATE message SET cause = ?2 WHERE message_id = ?1", message.Id.Value, cause);
            QueueRows.Enqueue(s, QueuePlace.Of(message, message.Lane, until), Math.Min(at, until - 1));
            if (message.Lane != Lane.Ask)
                QueueRows.FreeDestination(s, message);
            SqliteEvents.Append(s, at, message.SubmissionId.Value, message.Id.Value, "postponed", cause);
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
        var due = s.Query("SELECT due, id, lane, priority, customer_key FROM scheduled WHERE due <= ?1 ORDER BY due LIMIT ?2",
            r => new QueuePlace(r.GetInt64(1), (Lane)r.GetInt32(2), r.GetInt32(3), r.GetInt64(4), r.GetInt64(0)), now, max);
        foreach (var place in due)
        {
            s.Execute("DELETE FROM scheduled WHERE due = ?1 AND id = ?2", place.Due, place.Id);
            QueueRows.MakeReady(s, place);
            s.Execute("UPDATE message SET message_status = 'R' WHERE message_id = ?1 AND message_status = 'D'", place.Id);
            lanes.Add(place.Lane);
        }
        var next = s.Number("SELECT due FROM scheduled ORDER BY due LIMIT 1");
        return (lanes, next == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(next));
    }

    private IReadOnlyList<QueuedMessage> Claim(SqliteConnectionSession s, Lane lane, long leaseUntil, int max)
    {
        // No two claims have the same: it is what tells a claim that was taken away from the next one on the same message.
        leaseUntil = _lastLease = Math.Max(leaseUntil, _lastLease + 1);
        var claimed = new List<QueuedMessage>();
        // What stands in a lane is due, whatever the clock says by now: it may have been set back.
        while (claimed.Count < max && Head(s, lane) is { Turn: > 0 } head)
        {
            var (id, due, hasMore) = First(s, lane, head);
            s.Execute("DELETE FROM ready WHERE lane = ?1 AND priority = ?2 AND customer_key = ?3 AND due = ?4 AND id = ?5",
                (int)lane, head.Priority, head.Customer, due, id);
            s.Execute("INSERT INTO inflight (id, owner, lease_until, lane, priority, due, turn) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                id, _owner, leaseUntil, (int)lane, head.Priority, due, head.Turn);
            if (hasMore)
            {
                s.Execute("UPDATE line SET turn = ?4 WHERE lane = ?1 AND priority = ?2 AND customer_key = ?3",
                    (int)lane, head.Priority, head.Customer, QueueRows.NextTurn(s));
            }
            else
                s.Execute("DELETE FROM line WHERE lane = ?1 AND priority = ?2 AND customer_key = ?3", (int)lane, head.Priority, head.Customer);
            claimed.Add(QueueRows.Load(s, id, leaseUntil) ?? throw new InvalidDataException($"The queue holds {id}, which is no message."));
            _given[(int)lane] = (_given[(int)lane] + 1) % LowestEach;
        }
        return claimed;
    }

    /// <summary>Whose turn it is in a lane; turn 0 when nobody stands there.</summary>
    private (int Priority, long Customer, long Turn) Head(SqliteConnectionSession s, Lane lane)
    {
        var given = _given[(int)lane] + 1;
        if (given % LowerEach == 0)
        {
            var lower = s.First("SELECT priority, customer_key, turn FROM line WHERE lane = ?1 AND priority = ?2 ORDER BY turn LIMIT 1",
                r => (Priority: r.GetInt32(0), Customer: r.GetInt64(1), Turn: r.GetInt64(2)),
                (int)lane, (int)(given % LowestEach == 0 ? Priority.Low : Priority.Medium));
            if (lower.Turn > 0)
                return lower;
        }
        return s.First("SELECT priority, customer_key, turn FROM line WHERE lane = ?1 ORDER BY priority, turn LIMIT 1",
            r => (r.GetInt32(0), r.GetInt64(1), r.GetInt64(2)), (int)lane);
    }

    private static (long Id, long Due, bool HasMore) First(SqliteConnectionSession s, Lane lane, (int Priority, long Customer, long Turn) head)
    {
        var rows = s.Query("SELECT id, due FROM ready WHERE lane = ?1 AND priority = ?2 AND customer_key = ?3 ORDER BY due, id LIMIT 2",
            r => (Id: r.GetInt64(0), Due: r.GetInt64(1)), (int)lane, head.Priority, head.Customer);
        return rows.Count == 0
            ? throw new InvalidDataException($"Customer {head.Customer} stands in the line of {lane} and has nothing there.")
            : (rows[0].Id, rows[0].Due, rows.Count == 2);
    }

    private int Reclaim(SqliteConnectionSession s, long now, bool ofThisNode)
    {
        var held = ofThisNode
            ? s.Query("SELECT id, turn FROM inflight WHERE owner = ?1", r => (Id: r.GetInt64(0), Turn: r.GetInt64(1)), _owner)
            : s.Query("SELECT id, turn FROM inflight WHERE lease_until < ?1", r => (Id: r.GetInt64(0), Turn: r.GetInt64(1)), now);
        foreach (var (id, turn) in held)
        {
            s.Execute("DELETE FROM inflight WHERE id = ?1", id);
            var message = QueueRows.Load(s, id, 0)!;
            // What a worker held when it stopped goes first among its equals: its place is that of when it fell due. A message that went to a resource
            // has used its turn.
            QueueRows.Enqueue(s, QueuePlace.Of(message, message.Lane, Math.Min(message.Due.ToUnixTimeMilliseconds(), now)), now,
                message.Lane == Lane.Ask ? 0 : turn);
        }
        return held.Count;
    }

    private static int Expire(SqliteConnectionSession s, long now, int max)
    {
        var ids = s.Query("""
            SELECT message_id FROM message WHERE message_status GLOB '[PHDR]' AND expires_at <= ?1
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
