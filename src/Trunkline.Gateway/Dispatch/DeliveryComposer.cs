using System.Globalization;
using Microsoft.Extensions.Options;
using MimeKit;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Text;

namespace Trunkline.Gateway.Dispatch;

/// <summary>Composes what goes to a resource: the fields, and the pages, the text or the sound in a MIME message.</summary>
public sealed class DeliveryComposer(DocumentPress press, IPreparingStore store, CustomerDirectory customers, TimeProvider time, IOptions<GatewayOptions> options)
{
    /// <summary>False when the pages are not there any more.</summary>
    public bool CanCompose(QueuedMessage message) => message.Type != MessageType.Fax || (message.DocumentKey is { } key && press.HasPages(key)
        && (message.CoverKey is null ? message.Cover is null : press.HasPages(message.CoverKey)));

    /// <summary>A delivery of this attempt (status X, attached).</summary>
    public async Task<ResourceMessage> DeliveryAsync(QueuedMessage message, ResourceState resource, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var sender = customers.FindSender(message.CustomerKey, message.UserKey);
        var boundary = "=_" + Guid.NewGuid().ToString("N");
        return Enquiry(message, resource) with
        {
            MessageStatus = MessageStatus.Exchanged,
            MessageSourceCsid = sender?.SourceCsid ?? (options.Value.SourceCsid.Length > 0 ? options.Value.SourceCsid : null),
            IsAttached = true,
            MessageDestination = message.Destination,
            ResourceExpiryDuration = Remaining(message.ExpiresAt - now),
            MessageBoundary = boundary,
            Message = await MimeAsync(message, sender, boundary, cancellationToken),
        };
    }

    /// <summary>An enquiry about this attempt (status NA, nothing attached).</summary>
    public ResourceMessage Enquiry(QueuedMessage message, ResourceState resource) =>
        Probe(resource) with { MessageId = message.Attempt.ToString() };

    /// <summary>An enquiry about the resource itself.</summary>
    public ResourceMessage Probe(ResourceState resource) => new()
    {
        Password = resource.Model.RouterPassword,
        ResourceId = resource.Model.Name,
        ResourceLastCommTimeStamp = resource.LastContact > DateTimeOffset.MinValue ? resource.LastContact : null,
    };

    private async Task<ReadOnlyMemory<byte>> MimeAsync(QueuedMessage message, Sender? sender, string boundary, CancellationToken cancellationToken)
    {
        switch (message.Type)
        {
            case MessageType.Fax:
                return FaxMime(message, await press.ReadPagesAsync(message.CoverKey, message.DocumentKey!, cancellationToken), sender, boundary);
            case MessageType.Notification:
                return PageMime(message, await store.PageAsync(message.Id, cancellationToken), boundary);
            default:
                using (var mime = Begin(message, boundary, 0))
                {
                    mime.Header(MessageHeaders.Duration, Seconds(message));
                    mime.Header(MessageHeaders.Language, sender?.Language ?? "en");
                    mime.BeginParts();
                    await AddFragmentsAsync(mime, message, cancellationToken);
                    return mime.End();
                }
        }
    }

    private DeliveryMime Begin(QueuedMessage message, string boundary, int size)
    {
        var mime = new DeliveryMime(boundary, size);
        mime.Header("Subject", message.Subject);
        mime.Header("Date", time.GetUtcNow().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        mime.Header("Message-Id", $"<{message.Attempt}@{options.Value.Domain}>");
        mime.Header("From", $"postmaster@{options.Value.Domain}");
        mime.Header(MessageHeaders.Type, message.Type.ToString().ToLowerInvariant());
        return mime;
    }

    private ReadOnlyMemory<byte> FaxMime(QueuedMessage message, byte[] pages, Sender? sender, string boundary)
    {
        using var mime = Begin(message, boundary, pages.Length);
        mime.Header(MessageHeaders.Pages, message.Pages);
        mime.Header(MessageHeaders.FirstPage, message.PagesConfirmed + 1);
        mime.Header(MessageHeaders.HeaderLine, HeaderLine(sender));
        mime.BeginParts();
        mime.Pages(pages);
        return mime.End();
    }

    private ReadOnlyMemory<byte> PageMime(QueuedMessage message, StoredPage page, string boundary)
    {
        using var mime = Begin(message, boundary, 0);
        mime.Header(MessageHeaders.Duration, Seconds(message));
        if (page.Pager is { } pager)
        {
            mime.Header(MessageHeaders.PagerType, pager.Type);
            mime.Header(MessageHeaders.PagerNumber, pager.Number);
            mime.Header(MessageHeaders.PagerDisplay, pager.Display);
            if (pager.Pin is { } pin)
                mime.Header(MessageHeaders.PagerPin, pin);
        }
        mime.BeginParts();
        using var text = new TextPart("plain") { Text = page.Text ?? "", ContentTransferEncoding = ContentEncoding.EightBit };
        mime.Part(text);
        return mime.End();
    }

    // In the order of the mail: the text is spoken, then the sound is played. HTML goes as the text that it shows.
    private async Task AddFragmentsAsync(DeliveryMime mime, QueuedMessage message, CancellationToken cancellationToken)
    {
        foreach (var fragment in await store.FragmentsAsync(message.SubmissionId, message.Type, cancellationToken))
        {
            var body = await store.ReadBodyAsync(fragment.BodyHash, cancellationToken);
            using MimePart part = UnpagedPress.IsText(fragment)
                ? new TextPart("plain") { Text = PlainText.Of(body, fragment.ContentType, fragment.Charset), ContentTransferEncoding = ContentEncoding.EightBit }
                : Part(fragment.ContentType, fragment.Name, body);
            mime.Part(part);
        }
    }

    private static MimePart Part(string contentType, string name, byte[] content) => new(ContentType.Parse(contentType))
    {
        // Binary and not base64: the body of a POST carries any byte, and a third less of them.
        ContentTransferEncoding = ContentEncoding.Binary,
        ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = name },
        Content = new MimeContent(new MemoryStream(content)),
    };

    private static long Seconds(QueuedMessage message) => (long)message.EstimatedDuration.TotalSeconds;

    private string HeaderLine(Sender? sender) =>
        sender?.HeaderLine ?? (options.Value.HeaderLine.Length > 0 ? options.Value.HeaderLine : options.Value.Domain);

    // Whole minutes go over the protocol; less than one would be none at all.
    private static TimeSpan Remaining(TimeSpan time) => TimeSpan.FromMinutes(Math.Max(1, Math.Ceiling(time.TotalMinutes)));
}
