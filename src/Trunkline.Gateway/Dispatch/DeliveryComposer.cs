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
    // About as long as the headers of a delivery are; where they are longer, the buffer grows.
    private const int MaxHeaders = 2048;
    private static readonly FormatOptions CrLf = MakeCrLf();

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
        var multipart = new Multipart("mixed");
        var length = MaxHeaders;
        var mime = new MimeMessage
        {
            Subject = message.Subject,
            Body = multipart,
            Date = time.GetUtcNow(),
            MessageId = $"{message.Attempt}@{options.Value.Domain}",
        };
        multipart.Boundary = boundary;
        mime.From.Add(new MailboxAddress("", $"postmaster@{options.Value.Domain}"));
        mime.Headers.Add(MessageHeaders.Type, message.Type.ToString().ToLowerInvariant());
        switch (message.Type)
        {
            case MessageType.Fax:
                var pages = await press.ReadPagesAsync(message.CoverKey, message.DocumentKey!, cancellationToken);
                length += pages.Length;
                multipart.Add(Part("image/tiff", "fax.tif", pages));
                mime.Headers.Add(MessageHeaders.Pages, message.Pages.ToString(CultureInfo.InvariantCulture));
                mime.Headers.Add(MessageHeaders.FirstPage, (message.PagesConfirmed + 1).ToString(CultureInfo.InvariantCulture));
                mime.Headers.Add(MessageHeaders.HeaderLine, HeaderLine(sender));
                break;
            case MessageType.Notification:
                await AddPageAsync(mime, multipart, message, cancellationToken);
                break;
            case MessageType.Voice or MessageType.Video:
                mime.Headers.Add(MessageHeaders.Duration, Seconds(message));
                mime.Headers.Add(MessageHeaders.Language, sender?.Language ?? "en");
                await AddFragmentsAsync(multipart, message, cancellationToken);
                break;
        }
        using var memory = new MemoryStream(length);
        await mime.WriteToAsync(CrLf, memory, cancellationToken);
        return memory.GetBuffer().AsMemory(0, (int)memory.Length);
    }

    private async Task AddPageAsync(MimeMessage mime, Multipart multipart, QueuedMessage message, CancellationToken cancellationToken)
    {
        var page = await store.PageAsync(message.Id, cancellationToken);
        multipart.Add(new TextPart("plain") { Text = page.Text ?? "", ContentTransferEncoding = ContentEncoding.EightBit });
        mime.Headers.Add(MessageHeaders.Duration, Seconds(message));
        if (page.Pager is not { } pager)
            return;
        mime.Headers.Add(MessageHeaders.PagerType, pager.Type);
        mime.Headers.Add(MessageHeaders.PagerNumber, pager.Number);
        mime.Headers.Add(MessageHeaders.PagerDisplay, pager.Display);
        if (pager.Pin is { } pin)
            mime.Headers.Add(MessageHeaders.PagerPin, pin);
    }

    // In the order of the mail: the text is spoken, then the sound is played. HTML goes as the text that it shows.
    private async Task AddFragmentsAsync(Multipart multipart, QueuedMessage message, CancellationToken cancellationToken)
    {
        foreach (var fragment in await store.FragmentsAsync(message.SubmissionId, message.Type, cancellationToken))
        {
            var body = await store.ReadBodyAsync(fragment.BodyHash, cancellationToken);
            multipart.Add(UnpagedPress.IsText(fragment)
                ? new TextPart("plain") { Text = PlainText.Of(body, fragment.ContentType, fragment.Charset), ContentTransferEncoding = ContentEncoding.EightBit }
                : Part(fragment.ContentType, fragment.Name, body));
        }
    }

    private static MimePart Part(string contentType, string name, byte[] content) => new(ContentType.Parse(contentType))
    {
        // Binary and not base64: the body of a POST carries any byte, and a third less of them.
        ContentTransferEncoding = ContentEncoding.Binary,
        ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = name },
        Content = new MimeContent(new MemoryStream(content)),
    };

    private static string Seconds(QueuedMessage message) => ((long)message.EstimatedDuration.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static FormatOptions MakeCrLf()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        return format;
    }

    private string HeaderLine(Sender? sender) =>
        sender?.HeaderLine ?? (options.Value.HeaderLine.Length > 0 ? options.Value.HeaderLine : options.Value.Domain);

    // Whole minutes go over the protocol; less than one would be none at all.
    private static TimeSpan Remaining(TimeSpan time) => TimeSpan.FromMinutes(Math.Max(1, Math.Ceiling(time.TotalMinutes)));
}
