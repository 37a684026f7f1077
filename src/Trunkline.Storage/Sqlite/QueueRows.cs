using System.Globalization;
using Microsoft.Data.Sqlite;
using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>The statements on the queue's narrow tables that several stores share; always within the writer's transaction.</summary>
internal static class QueueRows
{
    private const string Columns = """
        m.message_id, m.submission_id, m.message_status, m.message_type, m.message_priority, m.message_scheduled_date, m.expires_at, m.destination,
        m.resolution, m.customer_key, m.message_subject, m.document_key, m.message_pages, m.pages_confirmed, m.attempt_count, m.resource_id, m.user_key,
        m.estimated_seconds, m.failed_resources, m.coverpage_id, m.cover_key
        """;

    /// <summary>Takes the claim away, if it still is this one.</summary>
    public static bool DropClaim(SqliteConnectionSession s, QueuedMessage message, string owner) => s.Execute(
        "DELETE FROM inflight WHERE id = ?1 AND owner = ?2 AND lease_until = ?3",
        message.Id.Value, owner, message.LeaseUntil.ToUnixTimeMilliseconds()) == 1;

    /// <summary>True while the claim is this one.</summary>
    public static bool HoldsClaim(SqliteConnectionSession s, QueuedMessage message, string owner) => s.Number(
        "SELECT count(*) FROM inflight WHERE id = ?1 AND owner = ?2 AND lease_until = ?3",
        message.Id.Value, owner, message.LeaseUntil.ToUnixTimeMilliseconds()) == 1;

    /// <summary>Puts a message into its lane, now or when it is due.</summary>
    public static void Enqueue(SqliteConnectionSession s, long id, Lane lane, int priority, long due, long now)
    {
        if (due <= now)
            s.Execute("INSERT INTO ready (lane, priority, due, id) VALUES (?1, ?2, ?3, ?4)", (int)lane, priority, due, id);
        else
            s.Execute("INSERT INTO scheduled (due, id, lane, priority) VALUES (?1, ?2, ?3, ?4)", due, id, (int)lane, priority);
        s.Execute("UPDATE message SET message_scheduled_date = ?2 WHERE message_id = ?1 AND message_scheduled_date IS NOT ?2", id, due);
    }

    /// <summary>Takes a message out of the queue, wherever it stands.</summary>
    public static void Remove(SqliteConnectionSession s, QueuedMessage m)
    {
        var due = m.Due.ToUnixTimeMilliseconds();
        s.Execute("DELETE FROM inflight WHERE id = ?1", m.Id.Value);
        s.Execute("DELETE FROM scheduled WHERE due = ?1 AND id = ?2", due, m.Id.Value);
        s.Execute("DELETE FROM ready WHERE lane = ?1 AND priority = ?2 AND due = ?3 AND id = ?4", (int)LaneOf(m), (int)m.Priority, due, m.Id.Value);
        s.Execute("DELETE FROM waiting WHERE destination = ?1 AND priority = ?2 AND due = ?3 AND id = ?4", m.Destination, (int)m.Priority, due, m.Id.Value);
    }

    /// <summary>This message has no more business with a destination: when nobody engages it, the next that waits for it may go.</summary>
    public static void FreeDestination(SqliteConnectionSession s, string destination, long id)
    {
        s.Execute("DELETE FROM engaged WHERE destination = ?1 AND id = ?2", destination, id);
        // Also when this message never engaged it: one that was woken and then expired must pass the turn on.
        if (s.Number("SELECT count(*) FROM engaged WHERE destination = ?1", destination) > 0)
            return;
        var next = s.First("SELECT id, lane, priority, due FROM waiting WHERE destination = ?1 ORDER BY priority, due, id LIMIT 1",
            r => (Id: r.GetInt64(0), Lane: r.GetInt32(1), Priority: r.GetInt32(2), Due: r.GetInt64(3)), destination);
        if (next.Id == 0)
            return;
        s.Execute("DELETE FROM waiting WHERE destination = ?1 AND priority = ?2 AND due = ?3 AND id = ?4", destination, next.Priority, next.Due, next.Id);
        s.Execute("INSERT INTO ready (lane, priority, due, id) VALUES (?1, ?2, ?3, ?4)", next.Lane, next.Priority, next.Due, next.Id);
    }

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
        FreeDestination(s, m.Destination, m.Id.Value);
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

    private static Lane LaneOf(QueuedMessage m) => LaneOf(m.Status, m.Type);

    private static QueuedMessage Read(SqliteDataReader r, long leaseUntil)
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
