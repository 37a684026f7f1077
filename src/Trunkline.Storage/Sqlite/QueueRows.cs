using System.Globalization;
using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>Where a message stands, or is to stand, in the narrow tables.</summary>
internal readonly record struct QueuePlace(long Id, Lane Lane, int Priority, long Customer, long Due)
{
    /// <summary>A message in this lane.</summary>
    public static QueuePlace Of(QueuedMessage m, Lane lane, long due) => new(m.Id.Value, lane, (int)m.Priority, m.CustomerKey, due);

    /// <summary>Where its status and its due time put it.</summary>
    public static QueuePlace Of(QueuedMessage m) => Of(m, QueueRows.LaneOf(m.Status, m.Type), m.Due.ToUnixTimeMilliseconds());
}

/// <summary>The statements on the queue's narrow tables that several stores share; always within the writer's transaction.</summary>
internal static class QueueRows
{
    private const string Columns = """
        m.message_id, m.submission_id, m.message_status, m.message_type, m.message_priority, m.message_scheduled_date, m.expires_at, m.destination,
        m.resolution, m.customer_key, m.message_subject, m.document_key, m.message_pages, m.pages_confirmed, m.attempt_count, m.resource_id, m.user_key,
        m.estimated_seconds, m.failed_resources, m.coverpage_id, m.cover_key
        """;

    /// <summary>Takes the claim away, if it still is this one.</summary>
    public static bool DropClaim(SqliteConnectionSession s, QueuedMessage message, string owner) => DropClaim(s, message, owner, out _);

    /// <summary>Takes the claim away, if it still is this one, and gives the turn with which it was claimed.</summary>
    public static bool DropClaim(SqliteConnectionSession s, QueuedMessage message, string owner, out long turn)
    {
        turn = s.Number("SELECT turn FROM inflight WHERE id = ?1", message.Id.Value);
        return s.Execute("DELETE FROM inflight WHERE id = ?1 AND owner = ?2 AND lease_until = ?3",
            message.Id.Value, owner, message.LeaseUntil.ToUnixTimeMilliseconds()) == 1;
    }

    /// <summary>True while the claim is this one.</summary>
    public static bool HoldsClaim(SqliteConnectionSession s, QueuedMessage message, string owner) => s.Number(
        "SELECT count(*) FROM inflight WHERE id = ?1 AND owner = ?2 AND lease_until = ?3",
        message.Id.Value, owner, message.LeaseUntil.ToUnixTimeMilliseconds()) == 1;

    /// <summary>Puts a message into its lane, now or when it is due. With the turn that it had, it takes its customer back to that place of the line.</summary>
    public static void Enqueue(SqliteConnectionSession s, QueuePlace place, long now, long turn = 0)
    {
        if (place.Due <= now)
            MakeReady(s, place, turn);
        else
        {
            s.Execute("INSERT INTO scheduled (due, id, lane, priority, customer_key) VALUES (?1, ?2, ?3, ?4, ?5)",
                place.Due, place.Id, (int)place.Lane, place.Priority, place.Customer);
        }
        s.Execute("UPDATE message SET message_scheduled_date = ?2 WHERE message_id = ?1 AND message_scheduled_date IS NOT ?2", place.Id, place.Due);
    }

    /// <summary>Puts a message behind those of its customer, and the customer into the line if it does not stand there: at the end, or where it stood.</summary>
    public static void MakeReady(SqliteConnectionSession s, QueuePlace place, long turn = 0)
    {
        s.Execute("INSERT INTO ready (lane, priority, customer_key, due, id) VALUES (?1, ?2, ?3, ?4, ?5)",
            (int)place.Lane, place.Priority, place.Customer, place.Due, place.Id);
        if (turn > 0)
        {
            s.Execute("""
                INSERT INTO line (lane, priority, customer_key, turn) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET turn = min(turn, ?4)
                """, (int)place.Lane, place.Priority, place.Customer, turn);
        }
        else
        {
            s.Execute("INSERT OR IGNORE INTO line (lane, priority, customer_key, turn) VALUES (?1, ?2, ?3, ?4)",
                (int)place.Lane, place.Priority, place.Customer, NextTurn(s));
        }
    }

    /// <summary>A place at the end of every line.</summary>
    public static long NextTurn(SqliteConnectionSession s)
    {
        // Counted in memory, since a number that is lost with a transaction leaves a gap and nothing else; after a start, from the highest that is in use.
        if (s.LastTurn == 0)
        {
            s.LastTurn = s.Number("""
                SELECT max((SELECT coalesce(max(turn), 0) FROM line), (SELECT coalesce(max(turn), 0) FROM inflight), (SELECT coalesce(max(turn), 0) FROM waiting))
                """);
        }
        return ++s.LastTurn;
    }

    /// <summary>Takes a message out of the queue, wherever it stands: in one place at most.</summary>
    public static void Remove(SqliteConnectionSession s, QueuedMessage m)
    {
        var (id, lane, priority, customer, due) = QueuePlace.Of(m);
        if (s.Execute("DELETE FROM inflight WHERE id = ?1", id) == 1 || s.Execute("DELETE FROM scheduled WHERE due = ?1 AND id = ?2", due, id) == 1)
            return;
        if (s.Execute("DELETE FROM ready WHERE lane = ?1 AND priority = ?2 AND customer_key = ?3 AND due = ?4 AND id = ?5",
            (int)lane, priority, customer, due, id) == 1)
        {
            s.Execute("""
                DELETE FROM line WHERE lane = ?1 AND priority = ?2 AND customer_key = ?3
                    AND NOT EXISTS (SELECT 1 FROM ready WHERE lane = ?1 AND priority = ?2 AND customer_key = ?3)
                """, (int)lane, priority, customer);
            return;
        }
        s.Execute("DELETE FROM waiting WHERE destination = ?1 AND customer_key = ?2 AND priority = ?3 AND due = ?4 AND id = ?5",
            m.Destination, customer, priority, due, id);
    }

    /// <summary>
    /// This message has no more business with a destination: when nobody engages it, the next that waits for it may go, and has it from now on, so that
    /// none that comes later is faster. The customers that wait for a destination take turns, by their keys, so that none waits for all of another's.
    /// </summary>
    public static void FreeDestination(SqliteConnectionSession s, QueuedMessage m)
    {
        s.Execute("DELETE FROM engaged WHERE destination = ?1 AND id = ?2", m.Destination, m.Id.Value);
        // Nobody waits for most numbers.
        var (first, ofFirst) = NextWaiting(s, m.Destination, long.MinValue);
        // Also when this message never engaged it: one that was woken and then expired must pass the turn on.
        if (first.Id == 0 || s.Number("SELECT count(*) FROM engaged WHERE destination = ?1", m.Destination) > 0)
            return;
        var (next, turn) = NextWaiting(s, m.Destination, m.CustomerKey);
        if (next.Id == 0)
            (next, turn) = (first, ofFirst);
        s.Execute("DELETE FROM waiting WHERE destination = ?1 AND customer_key = ?2 AND priority = ?3 AND due = ?4 AND id = ?5",
            m.Destination, next.Customer, next.Priority, next.Due, next.Id);
        s.Execute("INSERT INTO engaged (destination, id) VALUES (?1, ?2)", m.Destination, next.Id);
        MakeReady(s, next, turn);
    }

    /// <summary>True when somebody asked to cancel it while a resource had it.</summary>
    public static bool IsCancelAsked(SqliteConnectionSession s, QueuedMessage m) =>
        s.Number("SELECT cancel_asked FROM message WHERE message_id = ?1", m.Id.Value) == 1;

    /// <summary>Ends a message that is out of the queue already, and its submission with it when it was the last.</summary>
    public static void End(SqliteConnectionSession s, QueuedMessage m, MessageStatus status, CallOutcome outcome, string cause, long now)
    {
        var changed = s.Execute("""
            UPDATE message SET message_status = ?2, outcome = ?3, cause = ?4, ended_at = ?5 WHERE message_id = ?1 AND message_status = ?6
            """, m.Id.Value, Names.Of(status), outcome.Code(), cause, now, Names.Of(m.Status));
        if (changed != 1)
            throw new InvalidOperationException($"Message {m.Id} was no longer in status {m.Status} when it was to end.");
        if (SqliteReservations.Release(s, m.Id.Value) is { } release)
            SqliteLedger.Append(s, now, [release]);
        FreeDestination(s, m);
        CloseSubmission(s, m.SubmissionId.Value);
        SqliteEvents.Append(s, now, m.SubmissionId.Value, m.Id.Value, "ended", $"{Names.Of(status)} {outcome.Code()}: {cause}");
    }

    /// <summary>One message less; with the last, the receipt is due.</summary>
    public static void CloseSubmission(SqliteConnectionSession s, long submission)
    {
        s.Execute("UPDATE submission SET open_count = open_count - 1 WHERE submission_id = ?1", submission);
        s.Execute("INSERT OR IGNORE INTO receipt_due (submission_id) SELECT submission_id FROM submission WHERE submission_id = ?1 AND open_count = 0", submission);
    }

    /// <summary>A message as workers see it, or null.</summary>
    public static QueuedMessage? Load(SqliteConnectionSession s, long id, long leaseUntil) =>
        s.First($"SELECT {Columns} FROM message m WHERE m.message_id = ?1", r => Read(r, leaseUntil), id);

    /// <summary>Where a message waits by its status.</summary>
    public static Lane LaneOf(MessageStatus status, MessageType type) => status switch
    {
        MessageStatus.Pending => Lane.Prepare,
        MessageStatus.Exchanged or MessageStatus.Acknowledged => Lane.Ask,
        _ => Lanes.For(type),
    };

    /// <summary>Writes the resources that failed in a round.</summary>
    public static string Text(IReadOnlyList<long> ids) => string.Join(' ', ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));

    private static long[] Ids(string text) =>
        text.Length == 0 ? [] : [.. text.Split(' ').Select(id => long.Parse(id, CultureInfo.InvariantCulture))];

    private static (QueuePlace Place, long Turn) NextWaiting(SqliteConnectionSession s, string destination, long behindCustomer) => s.First("""
        SELECT id, lane, priority, customer_key, due, turn FROM waiting WHERE destination = ?1 AND customer_key > ?2
        ORDER BY customer_key, priority, due, id LIMIT 1
        """, r => (new QueuePlace(r.GetInt64(0), (Lane)r.GetInt32(1), r.GetInt32(2), r.GetInt64(3), r.GetInt64(4)), r.GetInt64(5)), destination, behindCustomer);

    private static QueuedMessage Read(SqliteStatement r, long leaseUntil)
    {
        var status = Names.StatusOf(r.GetString(2));
        var type = Names.MessageTypeOf(r.GetString(3));
        return new QueuedMessage
        {
            Id = new MessageId(r.GetInt64(0)),
            SubmissionId = new MessageId(r.GetInt64(1)),
            Status = status,
            Type = type,
            Lane = LaneOf(status, type),
            Priority = (Priority)r.GetInt32(4),
            Due = DateTimeOffset.FromUnixTimeMilliseconds(r.IsDBNull(5) ? 0 : r.GetInt64(5)),
            ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(6)),
            Destination = r.GetString(7),
            Resolution = Names.ResolutionOf(r.GetString(8)),
            CustomerKey = r.GetInt64(9),
            Subject = r.GetString(10),
            LeaseUntil = DateTimeOffset.FromUnixTimeMilliseconds(leaseUntil),
            DocumentKey = r.IsDBNull(11) ? null : r.GetString(11),
            Pages = r.IsDBNull(12) ? 0 : r.GetInt32(12),
            PagesConfirmed = r.GetInt32(13),
            AttemptCount = r.GetInt32(14),
            ResourceId = r.IsDBNull(15) ? null : r.GetInt64(15),
            UserKey = r.IsDBNull(16) ? null : r.GetInt64(16),
            EstimatedDuration = TimeSpan.FromSeconds(r.IsDBNull(17) ? 0 : r.GetInt64(17)),
            FailedResources = Ids(r.GetString(18)),
            Cover = r.IsDBNull(19) ? null : r.GetInt64(19),
            CoverKey = r.IsDBNull(20) ? null : r.GetString(20),
        };
    }
}
