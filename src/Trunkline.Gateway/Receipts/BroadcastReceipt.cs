using System.Globalization;
using System.IO.Compression;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Utils;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Customers;

namespace Trunkline.Gateway.Receipts;

/// <summary>
/// The one receipt of a broadcast: how many went and how, for people; a delivery report of those that did not arrive, for programs, as far as that
/// is of use; and the results of each row as CSV.
/// </summary>
public sealed class BroadcastReceipt(IBroadcastStore store, BroadcastCsv csv, CustomerDirectory customers, ReceiptTexts texts, MessageIdSource ids, TimeProvider time,
    IOptions<GatewayOptions> options)
{
    private const int MaxCauses = 30;

    /// <summary>The summary, or null when nobody is to have one.</summary>
    public async Task<OutgoingMail?> ComposeAsync(BroadcastReceiptDue due, CancellationToken cancellationToken)
    {
        var (broadcast, isCorrection) = (due.Broadcast, due.IsCorrection);
        if (broadcast.ReceiptTo.Length == 0 || !MailboxAddress.TryParse(broadcast.ReceiptTo, out var sender))
            return null;
        var facts = new BroadcastReceiptFacts(
            broadcast, await store.CountAsync(broadcast, cancellationToken), await store.CausesAsync(broadcast.Id, MaxCauses, cancellationToken), isCorrection);
        var words = new BroadcastReceiptText(facts, customers.Find(broadcast.CustomerKey), texts);
        var mail = new MimeMessage
        {
            Subject = words.Subject,
            Date = time.GetUtcNow(),
            MessageId = $"{broadcast.Id}.{(isCorrection ? "correction" : "receipt")}@{options.Value.Domain}",
            Body = new MultipartReport("delivery-status")
            {
                new Multipart("mixed")
                {
                    new MultipartAlternative
                    {
                        new TextPart("plain") { Text = words.Plain() },
                        new TextPart("html") { Text = words.Html() },
                    },
                    await ResultsAsync(broadcast, cancellationToken),
                },
                await ForProgramsAsync(broadcast, cancellationToken),
            },
        };
        mail.From.Add(new MailboxAddress("Trunkline", $"postmaster@{options.Value.Domain}"));
        mail.To.Add(sender);
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-replied");
        mail.Headers.Add("X-Trunkline-Submission", broadcast.Id.ToString());
        mail.Headers.Add("X-Trunkline-Broadcast", broadcast.Id.ToString());
        ReceiptComposer.Thread(mail, due.MailMessageId, due.References);
        return OutgoingMail.Of(ids.Next(), mail, broadcast.ReceiptTo);
    }

    private async Task<MimePart> ResultsAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        var plain = new MemoryStream();
        if (await csv.WriteAsync(broadcast, plain, cancellationToken) <= options.Value.Broadcast.MaxPlainResults)
            return Attachment("text", "csv", "results.csv", plain);
        var zipped = new MemoryStream();
        await using (var archive = new ZipArchive(zipped, ZipArchiveMode.Create, leaveOpen: true))
        {
            plain.Position = 0;
            await using var entry = await archive.CreateEntry("results.csv").OpenAsync(cancellationToken);
            await plain.CopyToAsync(entry, cancellationToken);
        }
        return Attachment("application", "zip", "results.zip", zipped);
    }

    private static MimePart Attachment(string type, string subtype, string name, MemoryStream content)
    {
        content.Position = 0;
        var part = new MimePart(type, subtype)
        {
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = name },
            ContentTransferEncoding = ContentEncoding.Base64,
            Content = new MimeContent(content),
        };
        if (type == "text")
            part.ContentType.Charset = "utf-8";
        return part;
    }

    private async Task<MessageDeliveryStatus> ForProgramsAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        var undelivered = await store.UndeliveredAsync(broadcast.Id, options.Value.Broadcast.MaxReportedRecipients, cancellationToken);
        var report = new MessageDeliveryStatus();
        report.StatusGroups.Add(new HeaderList
        {
            { "Reporting-MTA", "dns; " + options.Value.Domain },
            { "Arrival-Date", DateUtils.FormatDate(broadcast.CreatedAt) },
            { "X-Trunkline-Submission", broadcast.Id.ToString() },
            { "X-Trunkline-Broadcast", broadcast.Id.ToString() },
            // How many there are, since not all of them follow.
            { "X-Trunkline-Recipients", broadcast.Numbers.ToString(CultureInfo.InvariantCulture) },
            { "X-Trunkline-Reported", undelivered.Count.ToString(CultureInfo.InvariantCulture) },
        });
        foreach (var row in undelivered)
        {
            var words = CallOutcomes.Of(CallOutcomes.TryParse(row.Outcome, out var outcome) ? outcome : CallOutcome.Expired);
            report.StatusGroups.Add(new HeaderList
            {
                { "Final-Recipient", $"rfc822; {row.Number}@fax.{options.Value.Domain}" },
                // Not "failed" for one that may have arrived: a program would send it again.
                { "Action", row.Status == MessageStatus.Uncertain ? "relayed" : "failed" },
                { "Status", words.DeliveryStatus },
                { "Diagnostic-Code", $"X-Trunkline; {words.Code}" },
                { MessageHeaders.Outcome, words.Code },
                { "X-Trunkline-Message", row.Message?.ToString() ?? "" },
            });
        }
        return report;
    }
}

/// <summary>What the summary of a broadcast tells.</summary>
/// <param name="Causes">How its messages ended, the most frequent first.</param>
/// <param name="IsCorrection">True when a summary was written before, and something became known since.</param>
public sealed record BroadcastReceiptFacts(Broadcast Broadcast, BroadcastCounts Counts, IReadOnlyList<BroadcastCause> Causes, bool IsCorrection);
