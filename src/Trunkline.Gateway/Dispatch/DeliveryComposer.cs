using System.Globalization;
using Microsoft.Extensions.Options;
using MimeKit;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;

namespace Trunkline.Gateway.Dispatch;

/// <summary>Composes what goes to a resource: the fields, and the pages in a MIME message.</summary>
public sealed class DeliveryComposer(DocumentPress press, CustomerDirectory customers, TimeProvider time, IOptions<GatewayOptions> options)
{
    private static readonly FormatOptions CrLf = MakeCrLf();

    /// <summary>False when the pages are not there any more.</summary>
    public bool CanCompose(QueuedMessage message) => message.DocumentKey is { } key && press.HasPages(key);

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
        var tiff = new MimePart("image", "tiff")
        {
            // 8bit and not base64: the body of a POST carries any byte, and a third less of them.
            ContentTransferEncoding = ContentEncoding.Binary,
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = "fax.tif" },
            Content = new MimeContent(new MemoryStream(await File.ReadAllBytesAsync(press.PathOf(message.DocumentKey!), cancellationToken))),
        };
        var multipart = new Multipart("mixed") { tiff };
        multipart.Boundary = boundary;
        var mime = new MimeMessage
        {
            Subject = message.Subject,
            Body = multipart,
            Date = time.GetUtcNow(),
            MessageId = $"{message.Attempt}@{options.Value.Domain}",
        };
        mime.From.Add(new MailboxAddress("", $"postmaster@{options.Value.Domain}"));
        mime.Headers.Add(MessageHeaders.Type, message.Type.ToString().ToLowerInvariant());
        mime.Headers.Add(MessageHeaders.Pages, message.Pages.ToString(CultureInfo.InvariantCulture));
        mime.Headers.Add(MessageHeaders.FirstPage, (message.PagesConfirmed + 1).ToString(CultureInfo.InvariantCulture));
        mime.Headers.Add(MessageHeaders.HeaderLine, HeaderLine(sender));
        using var memory = new MemoryStream();
        await mime.WriteToAsync(CrLf, memory, cancellationToken);
        return memory.ToArray();
    }

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
