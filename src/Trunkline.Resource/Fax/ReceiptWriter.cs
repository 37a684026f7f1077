using System.Globalization;
using System.Text;
using MimeKit;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Telephony.Calls;

namespace Trunkline.Resource.Fax;

/// <summary>
/// Writes the receipt of a fax: the fields, and the reply message, a <c>multipart/report</c> (RFC 6522) with plain words and the session log, the
/// machine-readable outcome (RFC 3464) and the first page as a picture.
/// </summary>
internal static class ReceiptWriter
{
    // RFC 5322 section 2.1.1: no line of a mail is longer than 998 characters; ours stay well below.
    private const int MaxLine = 400;
    private const int MaxEncodedLine = 78;

    /// <summary>The status that a receipt carries for an outcome: S, U, D when trying again makes sense, F when not.</summary>
    public static MessageStatus StatusOf(CallOutcome outcome)
    {
        if (outcome == CallOutcome.Delivered)
            return MessageStatus.Sent;
        if (outcome == CallOutcome.Uncertain)
            return MessageStatus.Uncertain;
        return CallOutcomes.Of(outcome).Retry == RetryPolicyName.Never ? MessageStatus.Failed : MessageStatus.Deferred;
    }

    /// <param name="delivery">The fields of the delivery.</param>
    /// <param name="endedAt">When the call ended, or was found not to be placed.</param>
    /// <param name="firstPage">The first page as PNG, or empty.</param>
    public static ResourceMessage Write(ResourceMessage delivery, FaxCallResult result, DateTimeOffset endedAt, ReadOnlyMemory<byte> firstPage)
    {
        var boundary = "trunk-" + delivery.MessageId;
        var status = StatusOf(result.Outcome);
        return delivery with
        {
            Password = null,
            MessageStatus = status,
            MessageSentTimeStamp = status == MessageStatus.Sent ? endedAt : null,
            MessageDuration = result.Duration,
            MessageLength = result.PagesConfirmed,
            MessageRemoteCsid = result.RemoteIdent,
            IsAttached = true,
            MessageBoundary = boundary,
            Message = Report(delivery, result, status, endedAt, boundary, firstPage),
        };
    }

    private static byte[] Report(
        ResourceMessage delivery, FaxCallResult result, MessageStatus status, DateTimeOffset endedAt, string boundary, ReadOnlyMemory<byte> firstPage)
    {
        using var report = new MultipartReport("delivery-status") { Boundary = boundary };
        report.Headers.Add("MIME-Version", "1.0");
        report.Add(new TextPart("plain") { Text = Words(delivery, result, endedAt) });
        report.Add(DeliveryStatus(delivery, result, status, endedAt));
        if (!firstPage.IsEmpty)
        {
            report.Add(new MimePart("image", "png")
            {
                Content = new MimeContent(new MemoryStream(firstPage.ToArray())),
                ContentTransferEncoding = ContentEncoding.Base64,
                ContentDisposition = new ContentDisposition(ContentDisposition.Inline) { FileName = "page-1.png" },
            });
        }
        report.Prepare(EncodingConstraint.SevenBit, MaxEncodedLine);
        using var bytes = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        report.WriteTo(format, bytes);
        return bytes.ToArray();
    }

    private static MessageDeliveryStatus DeliveryStatus(ResourceMessage delivery, FaxCallResult result, MessageStatus status, DateTimeOffset endedAt)
    {
        var part = new MessageDeliveryStatus();
        part.StatusGroups.Add(new HeaderList { { "Reporting-MTA", "x-resource; " + OneLine(delivery.ResourceId ?? "") } });
        var recipient = new HeaderList
        {
            { "Final-Recipient", "tel; " + OneLine(delivery.MessageDestination ?? "") },
            { "Action", Action(status) },
            { "Status", CallOutcomes.Of(result.Outcome).DeliveryStatus },
            { "Last-Attempt-Date", MimeKit.Utils.DateUtils.FormatDate(endedAt) },
            { MessageHeaders.Outcome, result.Outcome.Code() },
            { MessageHeaders.PagesConfirmed, result.PagesConfirmed.ToString(CultureInfo.InvariantCulture) },
            { MessageHeaders.CallPlaced, result.CallPlaced ? "true" : "false" },
            { MessageHeaders.Detail, OneLine(result.Detail) },
        };
        if (result.RetryAfter is { } wait)
            recipient.Add(MessageHeaders.RetryAfter, ((long)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        if (Transport(result) is { Length: > 0 } transport)
            recipient.Add(MessageHeaders.Transport, transport);
        part.StatusGroups.Add(recipient);
        return part;
    }

    private static string Action(MessageStatus status)
    {
        if (status == MessageStatus.Sent)
            return "delivered";
        if (status == MessageStatus.Deferred)
            return "delayed";
        // RFC 3464 has no word for "not known"; "failed" would ask a program to send it again.
        return status == MessageStatus.Uncertain ? "relayed" : "failed";
    }

    private static string Transport(FaxCallResult result) => result.BitRate == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{(result.T38 ? "T.38" : "G.711")}{(result.InternetAware ? " Internet-aware" : "")} {result.BitRate} bit/s{(result.Ecm ? " ECM" : "")}");

    private static string Words(ResourceMessage delivery, FaxCallResult result, DateTimeOffset endedAt)
    {
        var words = CallOutcomes.Of(result.Outcome);
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"Fax to {delivery.MessageDestination}: {words.Sentence}\n{words.Advice}\n\n")
            .Append(CultureInfo.InvariantCulture, $"Ended:           {endedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC\n")
            .Append(CultureInfo.InvariantCulture, $"Pages confirmed: {result.PagesConfirmed}\n")
            .Append(CultureInfo.InvariantCulture, $"Duration:        {result.Duration.TotalSeconds:F0} s\n");
        if (result.RemoteIdent.Length > 0)
            text.Append("Remote station:  ").Append(OneLine(result.RemoteIdent)).Append('\n');
        if (Transport(result) is { Length: > 0 } transport)
            text.Append("Transport:       ").Append(transport).Append('\n');
        text.Append("Detail:          ").Append(OneLine(result.Detail)).Append('\n');
        if (result.Events.Count > 0)
            text.Append("\nThe call:\n");
        foreach (var line in result.Events)
            text.Append(CultureInfo.InvariantCulture, $"{line.At.TotalSeconds,9:F3} s  {OneLine(line.Layer),-5}  {OneLine(line.Text)}\n");
        return text.ToString();
    }

    private static string OneLine(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length > MaxLine ? line[..MaxLine] : line;
    }
}
