using System.Text;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway;
using Trunkline.Gateway.Receipts;

namespace Trunkline.Storage.Sqlite;

/// <summary>Receipts due, written, and on their way out.</summary>
public sealed class SqliteReceiptStore(SqliteDatabase database, SqliteBodies bodies, IOptions<GatewayOptions> options) : IReceiptStore
{
    // What one round of the mail carrier holds in memory.
    private const long MaxBytesARound = 64 * 1024 * 1024;

    /// <inheritdoc />
    public async Task<IReadOnlyList<EndedSubmission>> DueAsync(int max, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query("SELECT submission_id FROM receipt_due WHERE submission_id NOT IN (SELECT broadcast_id FROM broadcast) ORDER BY submission_id LIMIT ?1", r => r.GetInt64(0), max)
            .ConvertAll(id => Load(s, id)), cancellationToken);

    /// <inheritdoc />
    public async Task WrittenAsync(MessageId submission, OutgoingMail? receipt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var kept = receipt is null ? null : await bodies.KeepLargeAsync([receipt.Content], cancellationToken);
        await database.WriteAsync(s =>
        {
            if (s.Execute("DELETE FROM receipt_due WHERE submission_id = ?1", submission.Value) == 0)
                return false;
            var at = now.ToUnixTimeMilliseconds();
            if (receipt is not null)
            {
                bodies.Insert(s, receipt.Content);
                s.Execute("""
                    INSERT INTO mail_out (mail_id, submission_id, envelope_from, recipient, body_hash, created_at, due) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
                    """, receipt.Id.Value, submission.Value, receipt.EnvelopeFrom, receipt.Recipient, receipt.Content.Sha256, at);
                s.Execute("INSERT OR REPLACE INTO receipt_body (submission_id, body_hash, recipient, written_at) VALUES (?1, ?2, ?3, ?4)",
                    submission.Value, receipt.Content.Sha256, receipt.Recipient, at);
                s.Execute("UPDATE submission SET receipt_id = ?2 WHERE submission_id = ?1", submission.Value, receipt.Id.Value);
            }
            SqliteEvents.Append(s, at, submission.Value, null, "receipt", receipt is null ? "none: the sender is null" : "to " + receipt.Recipient);
            return true;
        }, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<WaitingMail>> MailDueAsync(DateTimeOffset now, bool isLocal, int max, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(s => s.Query("""
            SELECT mail_id, o.submission_id, envelope_from, recipient, body_hash, created_at, attempts, b.size, prefix
            FROM mail_out o JOIN body b ON b.hash = o.body_hash WHERE due <= ?1 AND (lower(substr(recipient, -length(?3))) = ?3) = ?4 ORDER BY due LIMIT ?2
            """,
            r => (Mail: new WaitingMail(new MessageId(r.GetInt64(0)), r.IsDBNull(1) ? null : new MessageId(r.GetInt64(1)), r.GetString(2), r.GetString(3),
                [], DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(5)), r.GetInt32(6)), Hash: r.GetBytes(4), Size: r.GetInt64(7),
                Prefix: r.IsDBNull(8) ? "" : r.GetString(8)),
            now.ToUnixTimeMilliseconds(), max, "@" + options.Value.Domain.ToLowerInvariant(), isLocal), cancellationToken);
        var mails = new List<WaitingMail>();
        long bytes = 0;
        foreach (var (mail, hash, size, prefix) in rows)
        {
            bytes += size;
            if (bytes > MaxBytesARound && mails.Count > 0)
                break;
            try
            {
                var content = await bodies.ReadAsync(hash, cancellationToken);
                mails.Add(mail with { Content = prefix.Length == 0 ? content : [.. Encoding.UTF8.GetBytes(prefix), .. content] });
            }
            catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException or InvalidDataException)
            {
                // One mail whose content is lost must not keep all others; that it is lost stands in the record.
                await LeftAsync(mail, "its content is not in the store any more", now, cancellationToken);
            }
        }
        return mails;
    }

    /// <inheritdoc />
    public Task LeftAsync(WaitingMail mail, string? failure, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        if (s.Execute("DELETE FROM mail_out WHERE mail_id = ?1", mail.Id.Value) == 1 && mail.Submission is { } submission)
        {
            SqliteEvents.Append(s, now.ToUnixTimeMilliseconds(), submission.Value, null, failure is null ? "mail-delivered" : "mail-failed",
                failure is null ? mail.Recipient : $"{mail.Recipient}: {failure}");
        }
        return true;
    }, cancellationToken);

    /// <inheritdoc />
    public Task MailDeferredAsync(WaitingMail mail, string reason, DateTimeOffset due, CancellationToken cancellationToken) => database.WriteAsync(
        s => s.Execute("UPDATE mail_out SET due = ?2, attempts = attempts + 1, last_error = ?3 WHERE mail_id = ?1",
            mail.Id.Value, due.ToUnixTimeMilliseconds(), reason), cancellationToken);

    private static EndedSubmission Load(SqliteConnectionSession s, long id) => s.First("""
        SELECT submission_id, customer_key, received_at, envelope_from, subject, mail_message_id, mail_references, headers, receipt_id, envelope_id,
            (SELECT message_language_code FROM message m WHERE m.submission_id = submission.submission_id ORDER BY ordinal LIMIT 1)
        FROM submission WHERE submission_id = ?1
        """, r => new EndedSubmission
    {
        Id = new MessageId(r.GetInt64(0)),
        CustomerKey = r.GetInt64(1),
        ReceivedAt = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(2)),
        EnvelopeFrom = r.GetString(3),
        Subject = r.GetString(4),
        MailMessageId = r.IsDBNull(5) ? null : r.GetString(5),
        References = r.IsDBNull(6) ? [] : r.GetString(6).Split(' '),
        Headers = r.GetBytes(7),
        Messages = Messages(s, id),
        IsCorrection = !r.IsDBNull(8),
        EnvelopeId = r.IsDBNull(9) ? null : r.GetString(9),
        Language = r.IsDBNull(10) ? "en" : r.GetString(10),
    }, id)!;

    private static List<EndedMessage> Messages(SqliteConnectionSession s, long submission) => s.Query("""
        SELECT message_id, message_status, message_type, message_to_email_address, destination, message_pages, pages_confirmed, document_key, outcome,
            cause, ended_at, message_duration, message_remote_csid, report_wishes, original_recipient, message_price, message_currency, reference,
            cover_key
        FROM message WHERE submission_id = ?1 ORDER BY ordinal
        """, r => new EndedMessage
    {
        Id = new MessageId(r.GetInt64(0)),
        Status = Names.StatusOf(r.GetString(1)),
        Type = Names.MessageTypeOf(r.GetString(2)),
        ToAddress = r.GetString(3),
        Destination = r.GetString(4),
        Pages = r.IsDBNull(5) ? 0 : r.GetInt32(5),
        PagesConfirmed = r.GetInt32(6),
        DocumentKey = r.IsDBNull(7) ? null : r.GetString(7),
        Outcome = Outcome(r, 8) ?? CallOutcome.Expired,
        Cause = r.IsDBNull(9) ? "" : r.GetString(9),
        EndedAt = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(10)),
        Duration = TimeSpan.FromSeconds(r.IsDBNull(11) ? 0 : r.GetInt64(11)),
        RemoteCsid = r.IsDBNull(12) ? "" : r.GetString(12),
        CoverKey = r.IsDBNull(18) ? null : r.GetString(18),
        Attempts = Attempts(s, r.GetInt64(0)),
        Wishes = (ReportWishes)r.GetInt32(13),
        OriginalRecipient = r.IsDBNull(14) ? null : r.GetString(14),
        Price = r.IsDBNull(15) ? null : new Money(r.GetInt64(15), r.GetString(16)),
        Reference = Text(r, 17),
    }, submission);

    private static List<EndedAttempt> Attempts(SqliteConnectionSession s, long message) => s.Query("""
        SELECT number, begun_at, ended_at, outcome, detail, transport, call_placed, pages_confirmed, duration, remote_csid
        FROM attempt WHERE message_id = ?1 ORDER BY number
        """, r => new EndedAttempt(r.GetInt32(0), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(1)),
            r.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(2)), Outcome(r, 3), Text(r, 4), Text(r, 5),
            !r.IsDBNull(6) && r.GetBoolean(6), r.IsDBNull(7) ? 0 : r.GetInt32(7), TimeSpan.FromSeconds(r.IsDBNull(8) ? 0 : r.GetInt64(8)), Text(r, 9)), message);

    private static CallOutcome? Outcome(SqliteStatement r, int column) =>
        !r.IsDBNull(column) && CallOutcomes.TryParse(r.GetString(column), out var outcome) ? outcome : null;

    private static string Text(SqliteStatement r, int column) => r.IsDBNull(column) ? "" : r.GetString(column);
}
