using Trunkline.Core;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>Numbers of a broadcast on their way into the queue and out of it; always within the writer's transaction.</summary>
internal static class BroadcastFeeding
{
    private const string Open = "'P', 'R', 'D'";

    /// <summary>True when this customer's broadcasts do not call the number.</summary>
    public static bool IsNotToBeCalled(SqliteConnectionSession s, long customer, string number) => s.Number(
        "SELECT EXISTS (SELECT 1 FROM do_not_call WHERE customer_key IN (0, ?1) AND destination = ?2)", customer, number) == 1;

    /// <summary>Each number becomes one message: row and message are written together, so that a crash does both or neither.</summary>
    public static FeedStep Feed(SqliteConnectionSession s, Broadcast broadcast, int max, Func<MessageId> nextId, long now, string domain)
    {
        var id = broadcast.Id.Value;
        if (s.Number("SELECT count(*) FROM broadcast WHERE broadcast_id = ?1 AND state = 'running'", id) == 0)
            return new FeedStep(0, 0, 0);
        var submission = Submission(s, broadcast);
        var rows = s.Query("""
            SELECT ordinal, destination, fields FROM broadcast_recipient
            WHERE broadcast_id = ?1 AND message_id IS NULL AND left_out IS NULL ORDER BY ordinal LIMIT ?2
            """, r => (Ordinal: r.GetInt32(0), Number: r.GetString(1), Fields: r.IsDBNull(2) ? null : r.GetString(2)), id, max);
        var leftOut = 0;
        foreach (var row in rows)
        {
            if (IsNotToBeCalled(s, broadcast.CustomerKey, row.Number))
            {
                s.Execute("UPDATE broadcast_recipient SET left_out = 'do-not-call' WHERE broadcast_id = ?1 AND ordinal = ?2", id, row.Ordinal);
                leftOut++;
                continue;
            }
            if (!PhoneNumber.TryParse(row.Number, "US", out var number))
                throw new InvalidDataException($"Row {row.Ordinal} of broadcast {broadcast.Id} holds {row.Number}, which is no number.");
            var message = new NewMessage
            {
                Id = nextId(),
                Type = MessageType.Fax,
                ToAddress = $"{row.Number}@fax.{domain}",
                Destination = number,
                Priority = broadcast.Priority,
                Resolution = broadcast.Resolution,
                ExpiryDuration = broadcast.ExpiryDuration,
                Language = broadcast.Language,
                Cover = broadcast.Cover,
                CoverFields = CoverFields.FromJson(row.Fields).Or(broadcast.CoverFields),
                BroadcastId = broadcast.Id,
            };
            SqliteIntakeStore.InsertMessage(s, submission, message, row.Ordinal, now);
            s.Execute("UPDATE broadcast_recipient SET message_id = ?3 WHERE broadcast_id = ?1 AND ordinal = ?2", id, row.Ordinal, message.Id.Value);
        }
        s.Execute("UPDATE broadcast SET fed = fed + ?2, do_not_call = do_not_call + ?3 WHERE broadcast_id = ?1", id, rows.Count - leftOut, leftOut);
        if (leftOut > 0)
        {
            s.Execute("UPDATE submission SET message_count = message_count - ?2, open_count = open_count - ?2 WHERE submission_id = ?1", id, leftOut);
            BroadcastRows.Close(s, id, 0);
        }
        return new FeedStep(rows.Count - leftOut, leftOut, (int)s.Number(
            "SELECT recipients - duplicates - do_not_call - cancelled - fed FROM broadcast WHERE broadcast_id = ?1", id));
    }

    /// <summary>Rows that are not in the queue yet, and messages in it that no worker holds. What is on the line is asked not to be tried again.</summary>
    public static int Cancel(SqliteConnectionSession s, long id, int max, long now)
    {
        if (s.Number("SELECT count(*) FROM broadcast WHERE broadcast_id = ?1 AND state = 'cancelling'", id) == 0)
            return 0;
        // A row is cheap, and a message is not.
        const int rowsForEach = 20;
        var rows = s.Execute("""
            UPDATE broadcast_recipient SET left_out = 'cancelled' WHERE broadcast_id = ?1 AND ordinal IN (
                SELECT ordinal FROM broadcast_recipient WHERE broadcast_id = ?1 AND message_id IS NULL AND left_out IS NULL ORDER BY ordinal LIMIT ?2)
            """, id, max * rowsForEach);
        s.Execute("UPDATE broadcast SET cancelled = cancelled + ?2 WHERE broadcast_id = ?1", id, rows);
        BroadcastRows.Close(s, id, rows);
        s.Execute("UPDATE message SET cancel_asked = 1 WHERE broadcast_id = ?1 AND message_status IN ('X', 'A') AND cancel_asked = 0", id);
        var messages = Unclaimed(s, id, $"{Open}, 'H'", max);
        foreach (var message in messages)
        {
            QueueRows.Remove(s, message);
            QueueRows.End(s, message, MessageStatus.Cancelled, CallOutcome.Cancelled, "The broadcast was cancelled.", now);
        }
        return rows + messages.Count;
    }

    /// <summary>Into H and out of it, those that no worker holds.</summary>
    public static int Hold(SqliteConnectionSession s, long id, bool isHeld, int max, long now)
    {
        var messages = Unclaimed(s, id, isHeld ? Open : "'H'", max);
        foreach (var message in messages)
        {
            if (isHeld)
                HeldRows.Hold(s, message);
            else
                HeldRows.Release(s, message, now);
        }
        return messages.Count;
    }

    private static List<QueuedMessage> Unclaimed(SqliteConnectionSession s, long id, string statuses, int max) => s.Query($"""
        SELECT message_id FROM message WHERE broadcast_id = ?1 AND message_status IN ({statuses})
            AND NOT EXISTS (SELECT 1 FROM inflight WHERE id = message_id) LIMIT ?2
        """, r => r.GetInt64(0), id, max).ConvertAll(m => QueueRows.Load(s, m, 0)!);

    /// <summary>What a message has of its submission.</summary>
    private static NewSubmission Submission(SqliteConnectionSession s, Broadcast broadcast) => s.First(
        "SELECT envelope_from, subject, size, remote_address, source FROM submission WHERE submission_id = ?1", r => new NewSubmission
        {
            Id = broadcast.Id,
            CustomerKey = broadcast.CustomerKey,
            UserKey = broadcast.UserKey,
            ReceivedAt = broadcast.CreatedAt,
            Source = r.GetString(4),
            RemoteAddress = r.GetString(3),
            EnvelopeFrom = r.GetString(0),
            Subject = r.GetString(1),
            MailMessageId = null,
            References = [],
            IsAutomatic = false,
            Size = r.GetInt64(2),
            Headers = default,
            Fragments = [],
            Messages = [],
        }, broadcast.Id.Value) ?? throw new InvalidDataException($"Broadcast {broadcast.Id} has no submission.");
}
