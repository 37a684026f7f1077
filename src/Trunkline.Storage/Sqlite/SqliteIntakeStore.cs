using System.Text.Json;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>Accepted mail, into the store.</summary>
public sealed class SqliteIntakeStore(SqliteDatabase database, SqliteBodies bodies) : IIntakeStore
{
    /// <inheritdoc />
    public async Task AcceptAsync(NewSubmission submission, CancellationToken cancellationToken)
    {
        using var kept = await bodies.KeepLargeAsync(Contents(submission), cancellationToken);
        // Once the work is queued it is done: whoever hangs up now must not make the answer differ from the store.
        await database.WriteAsync(session => Insert(session, submission), cancellationToken);
    }

    private bool Insert(SqliteConnectionSession s, NewSubmission n)
    {
        var received = n.ReceivedAt.ToUnixTimeMilliseconds();
        if (s.Execute("""
            INSERT OR IGNORE INTO submission (submission_id, customer_key, received_at, source, remote_address, envelope_from, subject,
                mail_message_id, mail_references, is_automatic, size, headers, message_count, open_count, user_key, envelope_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13, ?14, ?15)
            """, n.Id.Value, n.CustomerKey, received, n.Source, n.RemoteAddress, n.EnvelopeFrom, n.Subject, n.MailMessageId,
            n.References.Count == 0 ? null : string.Join(' ', n.References), n.IsAutomatic, n.Size, n.Headers.ToArray(), n.Messages.Count, n.UserKey, n.EnvelopeId) == 0)
            return false;
        foreach (var content in Contents(n))
            bodies.Insert(s, content);
        for (var i = 0; i < n.Fragments.Count; i++)
        {
            var fragment = n.Fragments[i];
            s.Execute("""
                INSERT INTO fragment (submission_id, ordinal, name, content_type, charset, is_body, body_hash, message_type) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                """, n.Id.Value, i, fragment.Name, fragment.ContentType, fragment.Charset, fragment.IsBody, fragment.Content.Sha256,
                fragment.MessageType is { } type ? Names.Of(type) : null);
        }
        for (var i = 0; i < n.Messages.Count; i++)
            InsertMessage(s, n, n.Messages[i], i, received);
        foreach (var mail in n.LocalMail)
        {
            s.Execute("""
                INSERT INTO mail_out (mail_id, submission_id, envelope_from, recipient, body_hash, created_at, due, prefix)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)
                """, mail.Id.Value, n.Id.Value, mail.EnvelopeFrom, mail.Recipient, mail.Content.Sha256, received, mail.Prefix);
        }
        foreach (var made in n.OfRules)
            Insert(s, made);
        if (n.Claim is { } claim)
            SqliteRequestClaims.Insert(s, claim, received);
        SqliteEvents.Append(s, received, n.Id.Value, null, "accepted", $"{n.Messages.Count} {(n.Messages.Count == 1 ? "message" : "messages")} from {n.EnvelopeFrom}");
        foreach (var (code, detail) in n.Events)
            SqliteEvents.Append(s, received, n.Id.Value, null, code, detail);
        return true;
    }

    /// <summary>A message and its place in the queue; <paramref name="received"/> is when it was accepted.</summary>
    internal static void InsertMessage(SqliteConnectionSession s, NewSubmission n, NewMessage message, int ordinal, long received)
    {
        var expiry = (long)message.ExpiryDuration.TotalSeconds;
        var notBefore = message.NotBefore?.ToUnixTimeMilliseconds();
        s.Execute("""
            INSERT INTO message (message_id, submission_id, ordinal, resource_type, message_to_email_address, message_from_email_address,
                message_location, message_size, message_priority, message_creation_date, message_expiry_duration, message_scheduled_date,
                message_status, customer_key, message_subject, message_type, message_language_code, destination, expires_at, resolution,
                coverpage_id, cover_fields, broadcast_id, message_part_of_broadcast, reference, page_text, pager, user_key, not_before, report_wishes,
                original_recipient)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?10, 'P', ?12, ?13, ?4, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?20 IS NOT NULL,
                ?21, ?22, ?23, ?24, ?25, ?26, ?27)
            """, message.Id.Value, n.Id.Value, ordinal, Names.Of(message.Type), message.ToAddress, n.EnvelopeFrom, n.Id.ToString(), n.Size,
            (int)message.Priority, received, expiry, n.CustomerKey, n.Subject, message.Language, message.Destination.E164,
            (notBefore ?? received) + expiry * 1000, Names.Of(message.Resolution), message.Cover, message.Cover is null ? null : message.CoverFields?.ToJson(),
            message.BroadcastId?.Value, message.Reference, message.PageText, message.Pager is null ? null : JsonSerializer.Serialize(message.Pager), n.UserKey,
            notBefore, (int)(message.Report?.Wishes ?? default), message.Report?.OriginalRecipient);
        // Prepared at once, whenever it is to be sent: what is wrong with its document is told now.
        QueueRows.MakeReady(s, new QueuePlace(message.Id.Value, Lane.Prepare, (int)message.Priority, n.CustomerKey, received));
    }

    private static IEnumerable<MailContent> Contents(NewSubmission n) =>
        n.Fragments.Select(f => f.Content).Concat(n.LocalMail.Select(m => m.Content)).Concat(n.OfRules.SelectMany(Contents));
}
