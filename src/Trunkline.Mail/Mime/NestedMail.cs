using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;
using MimeKit;
using MimeKit.Tnef;
using Trunkline.Core.Mail;

namespace Trunkline.Mail.Mime;

/// <summary>
/// Opens what is a mail within a mail: a forwarded message (RFC 2046, 5.2.1), whose text and attachments take its place, headed by who wrote it to whom;
/// the winmail.dat of Outlook (TNEF), of which the attachments are taken; and a mail within its S/MIME signature (RFC 8551, 3.5.2), which is not checked: it
/// proves something to a mail program, and who may send is known otherwise.
/// </summary>
internal sealed class NestedMail(MimeLimits limits, string directory, CancellationToken cancellationToken)
{
    /// <summary>Text of a forwarded message that gets a heading: more is no letter.</summary>
    private const int MaxHeadedBytes = 4 * 1024 * 1024;

    private const int MaxHeadingCharacters = 1000;

    /// <summary>How a TNEF file begins (MS-OXTNEF, 2.1.3.1).</summary>
    private static ReadOnlySpan<byte> TnefSignature => [0x78, 0x9F, 0x3E, 0x22];

    private static readonly HeaderId[] Heading = [HeaderId.From, HeaderId.To, HeaderId.Date, HeaderId.Subject];

    /// <summary>Replaces parts of <paramref name="parts"/> by what is in them. What cannot be opened stays as it is, to be refused by its name.</summary>
    public void Open(List<MailPart> parts)
    {
        if (limits.MaxNesting == 0)
            return;
        for (var i = 0; i < parts.Count; i++)
        {
            var inner = parts[i].ContentType switch
            {
                "message/rfc822" or "message/global" => Forwarded(parts[i], parts),
                "application/octet-stream" when IsMail(parts[i].FileName) => Forwarded(parts[i], parts),
                "application/ms-tnef" or "application/vnd.ms-tnef" => OfTnef(parts[i], parts),
                "application/pkcs7-mime" or "application/x-pkcs7-mime" => OfSigned(parts[i], parts),
                _ => null,
            };
            if (inner is null)
                continue;
            Forget(parts[i]);
            parts.RemoveAt(i);
            parts.InsertRange(i, inner);
            i += inner.Count - 1;
        }
    }

    /// <summary>Programs that do not know what a saved mail is attach it as octets.</summary>
    private static bool IsMail(string? name) => name is not null && name.EndsWith(".eml", StringComparison.OrdinalIgnoreCase);

    private List<MailPart>? Forwarded(MailPart part, List<MailPart> parts)
    {
        using var stream = Stream(part);
        if (Read(stream, parts) is not { } mail)
            return null;
        var heading = HeadingOf(mail.RawHeaders);
        var inner = mail.Parts.Select(p => p with { IsBody = false, FileName = p.FileName ?? "the forwarded message" }).ToList();
        var text = inner.FindIndex(p => p.ContentType is "text/plain" or "text/html");
        if (text >= 0 && heading.Length > 0)
            inner[text] = WithHeading(inner[text], heading);
        return inner;
    }

    /// <summary>Its text is that of the mail around it, once more.</summary>
    private List<MailPart>? OfTnef(MailPart part, List<MailPart> parts)
    {
        var path = Path.Combine(directory, Guid.NewGuid().ToString("N") + ".tnef");
        Directory.CreateDirectory(directory);
        using var unpacked = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
        using (var stream = Stream(part))
        {
            if (!TryUnpack(stream, unpacked))
                return null;
        }

        unpacked.Position = 0;
        if (Read(unpacked, parts) is not { } mail)
            return null;
        var hasText = parts.Exists(p => p.IsBody && p.Content.Size > 0);
        var (kept, left) = (new List<MailPart>(), new List<MailPart>());
        foreach (var p in mail.Parts)
            (p.FileName is null && p.ContentType.StartsWith("text/", StringComparison.Ordinal) && (hasText || !p.IsBody) ? left : kept).Add(p);
        left.ForEach(Forget);
        return kept;
    }

    private List<MailPart>? OfSigned(MailPart part, List<MailPart> parts)
    {
        using var stream = Stream(part);
        var signed = new byte[part.Content.Size];
        stream.ReadExactly(signed);
        var envelope = new SignedCms();
        try
        {
            envelope.Decode(signed);
        }
        catch (CryptographicException)
        {
            // Enciphered, or damaged: it stays, and is refused by its name.
            return null;
        }

        using var content = new ReadOnlyMemoryStream(envelope.ContentInfo.Content);
        return Read(content, parts) is { Parts: { Count: > 0 } inner } ? [.. inner] : null;
    }

    private bool TryUnpack(Stream stream, Stream unpacked)
    {
        try
        {
            Span<byte> start = stackalloc byte[TnefSignature.Length];
            stream.ReadExactly(start);
            if (!start.SequenceEqual(TnefSignature))
                return false;
            stream.Position = 0;
            using var content = new MimeContent(stream);
            using var tnef = new TnefPart { Content = content };
            using var message = tnef.ConvertToMessage();
            message.WriteTo(unpacked, cancellationToken);
            return unpacked.Length <= limits.MaxDecodedBytes;
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or ArgumentException or NotSupportedException
            or EndOfStreamException or TnefException or OverflowException or IndexOutOfRangeException)
        {
            // MimeKit throws what its parser meets in a broken file; the part stays what it was, and is refused by its name.
            return false;
        }
    }

    /// <summary>Reads a mail with what is left of the limits; null, and the part stays, when it is nested too deep.</summary>
    private ParsedMail? Read(Stream stream, List<MailPart> parts)
    {
        var rest = limits with
        {
            MaxNesting = limits.MaxNesting - 1,
            MaxParts = limits.MaxParts - parts.Count,
            MaxDecodedBytes = limits.MaxDecodedBytes - parts.Sum(p => p.Content.Size),
        };
        return MailReader.Read(stream, rest, directory, cancellationToken) switch
        {
            MailReadResult.Read { Mail: var mail } => mail,
            MailReadResult.Refused { Cause: var cause } => throw new MimeLimitException(cause),
            _ => null,
        };
    }

    private static string HeadingOf(ReadOnlyMemory<byte> rawHeaders)
    {
        var heading = new StringBuilder();
        foreach (var line in HeaderLines(rawHeaders))
        {
            if (Array.IndexOf(Heading, line.Id) >= 0 && heading.Length < MaxHeadingCharacters)
                heading.Append(line.Field).Append(": ").Append(line.Value.ReplaceLineEndings(" ").Trim()).Append('\n');
        }

        return heading.ToString();
    }

    private static HeaderList HeaderLines(ReadOnlyMemory<byte> rawHeaders)
    {
        try
        {
            using var stream = new ReadOnlyMemoryStream(rawHeaders);
            return HeaderList.Load(stream);
        }
        catch (FormatException)
        {
            // A message without a header that can be read goes without a heading.
            return [];
        }
    }

    /// <summary>The text with who wrote it to whom before it, in its own charset.</summary>
    private MailPart WithHeading(MailPart part, string heading)
    {
        if (part.Content.Size > MaxHeadedBytes || Encodings.Find(part.Charset) is not { } encoding)
            return part;
        var before = part.ContentType == "text/html"
            ? Encoding.ASCII.GetBytes($"<pre>{Escaped(heading)}</pre><hr>")
            : encoding.GetBytes(heading + "\n");
        using var sink = new ContentSink(limits, new DecodedBudget(long.MaxValue), directory);
        sink.Write(before);
        using (var stream = Stream(part))
        {
            var piece = new byte[32 * 1024];
            for (int read; (read = stream.Read(piece)) > 0;)
                sink.Write(piece.AsSpan(0, read));
        }

        Forget(part);
        return part with { Content = sink.Complete() };
    }

    /// <summary>Letters beyond ASCII as numbers, whatever the charset of the page.</summary>
    private static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && rune.Value is not ('<' or '>' or '&'))
                escaped.Append((char)rune.Value);
            else
                escaped.Append("&#").Append(rune.Value).Append(';');
        }

        return escaped.ToString();
    }

    private static Stream Stream(MailPart part) => part.Content.Path is { } path ? File.OpenRead(path) : new ReadOnlyMemoryStream(part.Content.Inline);

    private static void Forget(MailPart part)
    {
        if (part.Content.Path is { } path)
            File.Delete(path);
    }
}
