using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Resource.Spool;

namespace Trunkline.Resource.Exchange;

/// <summary>
/// Answers one exchange: reads the fields, checks the password, and only then takes the message in, straight to disk. A delivery is answered
/// once it is durable in Inbox.
/// </summary>
internal sealed class ExchangeHandler(
    ResourceOptions options, MessageSpool spool, PasswordFile passwords, Func<ResourceMode> mode, Func<ResourceMessage, ResourceMessage> withState,
    Action arrived, ILogger log)
{
    public async Task<ExchangeAnswer> HandleAsync(PipeReader body, CancellationToken cancellationToken)
    {
        var bytes = await ReadHeadAsync(body, cancellationToken);
        if (bytes is null)
            return ExchangeAnswer.Refuse(400, $"The fields are longer than {ResourceMessageFormat.MaxHeadLength} bytes.");
        if (!ResourceMessageFormat.TryRead(bytes, out var head, out var error))
            return ExchangeAnswer.Refuse(400, error);
        if (passwords.RouterOf(head.Password) is not { } router)
            return ExchangeAnswer.Refuse(401, "The password is not one of this resource's routers.");
        if (Refusal(head) is { } why)
            return ExchangeAnswer.Refuse(400, why);
        if (head.IsAttached)
            return await ReceiveAsync(head, body, router, cancellationToken);
        if (!await IsEmptyAsync(body, cancellationToken))
            return ExchangeAnswer.Refuse(400, "A message follows, but MessageAttachStatus is NA.");
        if (head.MessageId is not { } id)
            return Answer(head, null);
        var enquiry = spool.Enquire(id);
        // Never 200 with NA in doubt: to the router that is the proof that it may send the message anew.
        return enquiry.Kind == EnquiryKind.InDoubt ? StillArriving : Answer(head, enquiry.Status);
    }

    // Not 503, which says that it is not here: the router would send it anew under another id, and two calls would be placed.
    private static ExchangeAnswer StillArriving => ExchangeAnswer.Refuse(409, "The same message is just coming in; ask again.");

    private string? Refusal(ResourceMessage head)
    {
        if (head.MessageId is { } id && !MessageIds.IsValid(id))
            return $"MessageID is not of letters, digits, dots and dashes, or longer than {MessageIds.MaxLength}.";
        if (head.ResourceId is { } resource && resource != options.ResourceId)
            return $"ResourceID is of another resource; this is {options.ResourceId}.";
        if (!head.IsAttached)
            return head.MessageStatus is null ? null : "An enquiry has MessageStatus=NA; a delivery has MessageAttachStatus=A.";
        if (head.MessageStatus != MessageStatus.Exchanged)
            return "A delivery has MessageStatus=X.";
        if (head.MessageId is null)
            return "A delivery needs a MessageID, which the router makes.";
        if (head.ResourceId is null)
            return "A delivery needs the ResourceID.";
        return head.MessageDestination is { } to && to.StartsWith('+') && PhoneNumber.TryParse(to, "ZZ", out _)
            ? null
            : "MessageDestination is no telephone number in E.164 form, such as +12025550100.";
    }

    private async Task<ExchangeAnswer> ReceiveAsync(ResourceMessage head, PipeReader body, string router, CancellationToken cancellationToken)
    {
        var id = head.MessageId!;
        var outcome = spool.Reserve(id);
        switch (outcome.Kind)
        {
            case ReceiveKind.Seen:
                // Changes nothing, not even when no new ones are taken.
                return Answer(head, outcome.Status);
            case ReceiveKind.Arriving:
                return StillArriving;
            case ReceiveKind.Denied:
                return ExchangeAnswer.Refuse(400, "An enquiry for this MessageID was answered NA; it comes too late.");
            case ReceiveKind.Full:
                return ExchangeAnswer.Refuse(503, string.Create(CultureInfo.InvariantCulture,
                    $"The resource is full: {spool.InboxCount} messages in Inbox, {spool.OutboxCount} in Outbox."));
            case ReceiveKind.Reserved:
                break;
        }
        var current = mode();
        if (current != ResourceMode.Active)
        {
            spool.Forget(id);
            return ExchangeAnswer.Refuse(503, $"The resource is {current.ToString().ToLowerInvariant()} and takes no new messages.");
        }

        var temporary = spool.Paths.NewTemporary();
        var isCommitted = false;
        try
        {
            var length = await StoreAsync(head, body, temporary, cancellationToken);
            if (length is null)
                return ExchangeAnswer.Refuse(413, string.Create(CultureInfo.InvariantCulture, $"The message is longer than {options.MaxMessageBytes} bytes."));
            var message = spool.Commit(head, temporary);
            isCommitted = true;
            ResourceLog.Accepted(log, id, Shortened(message.Destination), router, length.Value);
        }
        finally
        {
            if (!isCommitted)
            {
                spool.Forget(id);
                File.Delete(temporary);
            }
        }
        arrived();
        return Answer(head, MessageStatus.Acknowledged);
    }

    /// <summary>Null when it is longer than allowed.</summary>
    private async Task<long?> StoreAsync(ResourceMessage head, PipeReader body, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        // The router's password has no business on disk.
        await file.WriteAsync(ResourceMessageFormat.Write(head with { Password = null }), cancellationToken);
        long length = 0;
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            length += read.Buffer.Length;
            if (length > options.MaxMessageBytes)
            {
                body.AdvanceTo(read.Buffer.End);
                return null;
            }
            foreach (var segment in read.Buffer)
                await file.WriteAsync(segment, cancellationToken);
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }
        file.Flush(flushToDisk: true);
        return length;
    }

    /// <summary>The fields are echoed but for those that the resource fills; there is nothing of the message in an answer.</summary>
    private ExchangeAnswer Answer(ResourceMessage request, MessageStatus? status) =>
        ExchangeAnswer.Of(withState(request with { MessageStatus = status, IsAttached = false, MessageBoundary = null }));

    /// <summary>The head, or all there is when it ends before the head does; null when it is too long.</summary>
    internal static async Task<byte[]?> ReadHeadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            var start = buffer.Slice(0, Math.Min(buffer.Length, ResourceMessageFormat.MaxHeadLength)).ToArray();
            var length = ResourceMessageFormat.HeadLength(start);
            if (length >= 0)
            {
                body.AdvanceTo(buffer.GetPosition(length));
                return start[..length];
            }
            if (buffer.Length >= ResourceMessageFormat.MaxHeadLength || read.IsCompleted)
            {
                body.AdvanceTo(buffer.End);
                return buffer.Length >= ResourceMessageFormat.MaxHeadLength ? null : start;
            }
            body.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static async Task<bool> IsEmptyAsync(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var isBlank = true;
            foreach (var segment in read.Buffer)
                isBlank &= !segment.Span.ContainsAnyExcept((byte)'\r', (byte)'\n');
            body.AdvanceTo(read.Buffer.End);
            if (!isBlank || read.IsCompleted)
                return isBlank;
        }
    }

    private static string Shortened(string destination) => PhoneNumber.TryParse(destination, "ZZ", out var number) ? number.Shortened : "?";
}
