using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>A submission made of a stored one: the same documents by their hashes, new ids.</summary>
internal static class ResendRows
{
    public static ResendAnswer Resend(
        SqliteConnectionSession s, List<MessageId> found, MessageId id, bool evenUncertain, int max, Func<Resending, string?> refuse, Func<MessageId> newId, long now)
    {
        if (found.Count == 0)
            return Refused(OperationResult.Unknown, $"There is no message and no submission {id}.");
        if (found.Count > max)
            return Refused(OperationResult.Refused, $"{id} has more than {max} messages. Name the messages.");
        var messages = found.ConvertAll(m => QueueRows.Load(s, m.Value, 0)!);
        if (messages.Exists(m => !m.Status.IsFinal()))
            return Refused(OperationResult.Refused, $"{id} has not ended yet.");
        // Who names one message means it; of a whole submission, what was delivered needs nothing.
        var isOne = messages.Count == 1 && messages[0].Id == id;
        var again = messages.FindAll(m => (isOne || m.Status != MessageStatus.Sent) && (evenUncertain || m.Status != MessageStatus.Uncertain));
        if (again.Count == 0)
        {
            return Refused(OperationResult.Refused, messages.Exists(m => m.Status == MessageStatus.Uncertain)
                ? "It may have arrived: whether it did is not known. Ask the recipient, or say that it is to be sent even so."
                : "All of it was delivered. Name the message that is to be sent again.");
        }
        var from = again[0].SubmissionId.Value;
        if (s.Number("SELECT count(*) FROM fragment f WHERE submission_id = ?1 AND NOT EXISTS (SELECT 1 FROM body b WHERE b.hash = f.body_hash)", from) > 0
            || s.Number("""
                SELECT NOT EXISTS (SELECT 1 FROM fragment WHERE submission_id = ?1) AND EXISTS (SELECT 1 FROM message WHERE submission_id = ?1 AND page_text IS NULL)
                """, from) == 1)
            return Refused(OperationResult.Refused, "Its documents are no longer kept.");
        if (refuse(new Resending(again[0].CustomerKey, again[0].UserKey, again.Count)) is { } reason)
            return Refused(OperationResult.Refused, reason);
        return new ResendAnswer(OperationResult.Done, "", Insert(s, from, again, newId, now, out var made), made);
    }

    private static MessageId Insert(SqliteConnectionSession s, long from, List<QueuedMessage> again, Func<MessageId> newId, long now, out List<MessageId> made)
    {
        var submission = newId();
        s.Execute("""
            INSERT INTO submission (submission_id, customer_key, received_at, source, remote_address, envelope_from, subject, mail_message_id, mail_references,
                is_automatic, size, headers, message_count, open_count, user_key, envelope_id)
            SELECT ?2, customer_key, ?3, 'resend', remote_address, envelope_from, subject, mail_message_id, mail_references, is_automatic, size, headers, ?4, ?4,
                user_key, envelope_id
            FROM submission WHERE submission_id = ?1
            """, from, submission.Value, now, again.Count);
        s.Execute("""
            INSERT INTO fragment (submission_id, ordinal, name, content_type, charset, is_body, body_hash, message_type)
            SELECT ?2, ordinal, name, content_type, charset, is_body, body_hash, message_type FROM fragment WHERE submission_id = ?1
            """, from, submission.Value);
        made = [];
        foreach (var m in again)
        {
            var id = newId();
            s.Execute("""
                INSERT INTO message (message_id, submission_id, ordinal, resource_type, message_to_email_address, message_from_email_address,
                    message_location, message_size, message_priority, message_creation_date, message_expiry_duration, message_scheduled_date,
                    message_status, customer_key, message_subject, message_type, message_language_code, destination, expires_at, resolution, coverpage_id,
                    cover_fields, user_key, report_wishes, original_recipient, reference, page_text, pager, resent_from)
                SELECT ?2, ?3, ?4, resource_type, message_to_email_address, message_from_email_address, ?5, message_size, message_priority, ?6,
                    message_expiry_duration, ?6, 'P', customer_key, message_subject, message_type, message_language_code, destination,
                    ?6 + message_expiry_duration * 1000, resolution, coverpage_id, cover_fields, user_key, report_wishes, original_recipient, reference, page_text, pager,
                    message_id
                FROM message WHERE message_id = ?1
                """, m.Id.Value, id.Value, submission.Value, made.Count, submission.ToString(), now);
            QueueRows.MakeReady(s, new QueuePlace(id.Value, Lane.Prepare, (int)m.Priority, m.CustomerKey, now));
            SqliteEvents.Append(s, now, m.SubmissionId.Value, m.Id.Value, "resent", id.ToString());
            made.Add(id);
        }
        SqliteEvents.Append(s, now, submission.Value, null, "accepted", $"{again.Count} messages again, of {new MessageId(from)}");
        return submission;
    }

    private static ResendAnswer Refused(OperationResult result, string reason) => new(result, reason, null, []);
}
