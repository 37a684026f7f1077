using MimeKit;

namespace Trunkline.Mail.Mime;

/// <summary>Reads a mail (RFC 5322, 2045–2049, 2183, 2231, 2387) into the parts that can become pages or sound.</summary>
public static class MailReader
{
    /// <summary>
    /// Reads <paramref name="message"/>, a seekable stream at its beginning. Whatever the bytes are, the answer is a value; exceptions are faults of this
    /// machine (<see cref="IOException"/>) or the cancellation. Parts larger than the limits keep in memory are written to new files in
    /// <paramref name="temporaryDirectory"/>, not synced.
    /// </summary>
    public static MailReadResult Read(Stream message, MimeLimits limits, string temporaryDirectory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(limits);
        var writer = new PartWriter(message, limits, temporaryDirectory, cancellationToken);
        var isRead = false;
        try
        {
            var structure = new MailStructure(message, limits);
            Walk(structure, cancellationToken);
            if (structure.HeadersEnd > limits.MaxHeaderBytes)
                return new MailReadResult.Refused("The header of the message is too large.");
            if (structure.Root is { } root)
                writer.WriteAll(PartSelection.Of(root));
            new NestedMail(limits, temporaryDirectory, cancellationToken).Open(writer.Parts);
            var mail = MailHeaders.Read(structure.Headers, structure.Root, RawHeaders(message, structure.HeadersEnd), writer.Parts);
            isRead = true;
            return new MailReadResult.Read(mail);
        }
        catch (MimeLimitException e)
        {
            return new MailReadResult.Refused(e.Message);
        }
        finally
        {
            if (!isRead)
                writer.RemoveFiles();
        }
    }

    /// <summary>As the other, for a message in memory; nothing in the result points into <paramref name="message"/>.</summary>
    public static MailReadResult Read(
        ReadOnlyMemory<byte> message, MimeLimits limits, string temporaryDirectory, CancellationToken cancellationToken)
    {
        using var stream = new ReadOnlyMemoryStream(message);
        return Read(stream, limits, temporaryDirectory, cancellationToken);
    }

    private static void Walk(MailStructure structure, CancellationToken cancellationToken)
    {
        try
        {
            structure.ReadMessage(cancellationToken);
        }
        catch (FormatException)
        {
            // The header breaks off in the middle: what was read until there is the mail.
        }
    }

    private static byte[] RawHeaders(Stream message, long end)
    {
        if (end <= 0)
            return [];
        var raw = new byte[end];
        message.Position = 0;
        message.ReadExactly(raw);
        return raw;
    }
}
