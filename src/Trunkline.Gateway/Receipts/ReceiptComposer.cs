using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Utils;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Preparing;

namespace Trunkline.Gateway.Receipts;

/// <summary>
/// Composes the receipt of a submission: <c>multipart/report</c> (RFC 6522) with words and the first page for people, a
/// <c>message/delivery-status</c> (RFC 3464) for programs, and the headers of the mail that it answers.
/// </summary>
public sealed partial class ReceiptComposer(
    DocumentPress press,
    CustomerDirectory customers,
    ReceiptTexts texts,
    MoneyFormat money,
    MessageIdSource ids,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<ReceiptComposer> logger)
{
    private const int MaxReferences = 20;

    /// <summary>
    /// The receipt, or null when nobody is to have one: a null sender, which RFC 3834 and RFC 3464 forbid to answer, or one that does not want to
    /// hear of what came of it.
    /// </summary>
    public async Task<OutgoingMail?> ComposeAsync(EndedSubmission whole, CancellationToken cancellationToken)
    {
        if (whole.EnvelopeFrom.Length == 0 || !MailboxAddress.TryParse(whole.EnvelopeFrom, out var sender))
            return null;
        var submission = whole with { Messages = [.. whole.Messages.Where(m => m.IsWanted)] };
        if (submission.Messages.Count == 0)
            return null;
        var words = new ReceiptText(submission, customers.Find(submission.CustomerKey), texts, m => money.Exact(m, submission.Language));
        var mail = new MimeMessage
        {
            Subject = words.Subject,
            Date = time.GetUtcNow(),
            MessageId = $"{submission.Id}.{(submission.IsCorrection ? "correction" : "receipt")}@{options.Value.Domain}",
            Body = new MultipartReport("delivery-status")
            {
                await ForPeopleAsync(submission, words, cancellationToken),
                ForPrograms(submission),
                OriginalHeaders(submission),
            },
        };
        mail.From.Add(new MailboxAddress("Trunkline", $"postmaster@{options.Value.Domain}"));
        mail.To.Add(sender);
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-replied");
        mail.Headers.Add("X-Trunkline-Submission", submission.Id.ToString());
        Thread(mail, submission.MailMessageId, submission.References);
        return OutgoingMail.Of(ids.Next(), mail, submission.EnvelopeFrom);
    }

    /// <summary>Puts a receipt behind the mail that it answers (RFC 5322 3.6.4).</summary>
    /// <param name="messageId">Of that mail; null where there was none.</param>
    internal static void Thread(MimeMessage mail, string? messageId, IReadOnlyList<string> references)
    {
        if (messageId is null || MimeUtils.ParseMessageId(messageId) is not { } original)
            return;
        mail.InReplyTo = original;
        foreach (var reference in references.TakeLast(MaxReferences))
        {
            if (MimeUtils.ParseMessageId(reference) is { } id)
                mail.References.Add(id);
        }
        mail.References.Add(original);
    }

    private async Task<MimeEntity> ForPeopleAsync(EndedSubmission submission, ReceiptText text, CancellationToken cancellationToken)
    {
        var picture = await PictureAsync(submission, cancellationToken);
        var words = new MultipartAlternative
        {
            new TextPart("plain") { Text = text.Plain() },
            new TextPart("html") { Text = text.Html(picture?.ContentId) },
        };
        if (picture is null)
            return words;
        return new MultipartRelated { words, picture };
    }

    private async Task<MimePart?> PictureAsync(EndedSubmission submission, CancellationToken cancellationToken)
    {
        if (!options.Value.ReceiptPicture)
            return null;
        var first = submission.Messages.FirstOrDefault(m => m.DocumentKey is not null);
        var key = first?.CoverKey ?? first?.DocumentKey;
        if (key is null || !File.Exists(press.PathOf(key)))
            return null;
        try
        {
            return new MimePart("image", "png")
            {
                ContentId = $"{submission.Id}.page1@{options.Value.Domain}",
                ContentDisposition = new ContentDisposition(ContentDisposition.Inline) { FileName = "page-1.png" },
                ContentTransferEncoding = ContentEncoding.Base64,
                Content = new MimeContent(new MemoryStream(await press.ReadPictureAsync(key, cancellationToken))),
            };
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or InvalidOperationException)
        {
            // A receipt without its picture is better than none.
            LogNoPicture(fault, submission.Id);
            return null;
        }
    }

    private MessageDeliveryStatus ForPrograms(EndedSubmission submission)
    {
        var status = new MessageDeliveryStatus();
        var whole = new HeaderList
        {
            { "Reporting-MTA", "dns; " + options.Value.Domain },
            { "Arrival-Date", DateUtils.FormatDate(submission.ReceivedAt) },
            { "X-Trunkline-Submission", submission.Id.ToString() },
        };
        if (submission.EnvelopeId is { } envelopeId)
            whole.Insert(0, "Original-Envelope-Id", envelopeId);
        status.StatusGroups.Add(whole);
        foreach (var message in submission.Messages)
        {
            var words = CallOutcomes.Of(message.Outcome);
            var last = message.Attempts is [.., var newest] ? newest : null;
            var group = new HeaderList
            {
                { "Final-Recipient", "rfc822; " + message.ToAddress },
                { "Action", Action(message.Status) },
                { "Status", words.DeliveryStatus },
                { "Diagnostic-Code", $"X-Trunkline; {words.Code}{(last is { Detail.Length: > 0 } ? " " + last.Detail : "")}" },
                { "Last-Attempt-Date", DateUtils.FormatDate(last?.BegunAt ?? message.EndedAt) },
                { MessageHeaders.Outcome, words.Code },
                { MessageHeaders.Pages, message.Pages.ToString(CultureInfo.InvariantCulture) },
                { MessageHeaders.PagesConfirmed, message.PagesConfirmed.ToString(CultureInfo.InvariantCulture) },
                { "X-Trunkline-Message", message.Id.ToString() },
                { "X-Trunkline-Status", message.Status.Code().ToString() },
                { "X-Trunkline-Attempts", message.Attempts.Count.ToString(CultureInfo.InvariantCulture) },
                { "X-Trunkline-Duration", ((int)message.Duration.TotalSeconds).ToString(CultureInfo.InvariantCulture) },
            };
            if (message.OriginalRecipient is { } original)
                group.Insert(0, "Original-Recipient", original);
            if (message.RemoteCsid.Length > 0)
                group.Add("X-Trunkline-Remote-CSID", message.RemoteCsid);
            status.StatusGroups.Add(group);
        }
        return status;
    }

    // Not "failed" for one that may have arrived: a program would send it again (RFC 3464 2.3.3 has no word for uncertain).
    private static string Action(MessageStatus status) => status switch
    {
        MessageStatus.Sent => "delivered",
        MessageStatus.Uncertain => "relayed",
        _ => "failed",
    };

    private static MimeEntity OriginalHeaders(EndedSubmission submission) => new MimePart("text", "rfc822-headers")
    {
        ContentTransferEncoding = ContentEncoding.QuotedPrintable,
        Content = new MimeContent(new MemoryStream(submission.Headers)),
    };

    [LoggerMessage(6600, LogLevel.Warning, "The receipt of {Submission} has no picture of its first page")]
    private partial void LogNoPicture(Exception fault, MessageId submission);
}
