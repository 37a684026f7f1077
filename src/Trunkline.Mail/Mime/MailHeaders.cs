using MimeKit;
using MimeKit.Utils;
using Trunkline.Core.Mail;

namespace Trunkline.Mail.Mime;

/// <summary>Reads the header of a mail into the fields of <see cref="ParsedMail"/>.</summary>
internal static class MailHeaders
{
    private const int MaxReferences = 50;
    private const int MaxOptionHeaders = 50;
    private const int MaxFromAddresses = 10;

    /// <summary>A subject, an option or an id longer than this is cut or no id: 998 is a line of RFC 5322, with room for decoding.</summary>
    private const int MaxValueCharacters = 2000;

    public static ParsedMail Read(
        IReadOnlyList<Header> headers, MimeNode? root, ReadOnlyMemory<byte> rawHeaders, IReadOnlyList<MailPart> parts)
    {
        string? from = null, subject = null, messageId = null;
        var senders = new List<string>();
        List<string>? references = null, inReplyTo = null;
        Dictionary<string, string>? options = null;
        var hops = 0;
        var isAutomatic = root is { Kind: MimeNodeKind.Multipart } && root.ContentType.IsMimeType("multipart", "report");
        foreach (var header in headers)
        {
            switch (header.Id)
            {
                case HeaderId.From:
                    from ??= Address(header);
                    AddAddresses(header, senders);
                    break;
                case HeaderId.Subject:
                    subject ??= OneLine(header.Value);
                    break;
                case HeaderId.MessageId:
                    messageId ??= Ids(header).FirstOrDefault();
                    break;
                case HeaderId.References:
                    references ??= Ids(header);
                    break;
                case HeaderId.InReplyTo:
                    inReplyTo ??= Ids(header);
                    break;
                case HeaderId.Received:
                    hops++;
                    break;
                case HeaderId.AutoSubmitted:
                    isAutomatic |= !FirstWord(header.Value).Equals("no", StringComparison.OrdinalIgnoreCase);
                    break;
                case HeaderId.Precedence:
                    isAutomatic |= FirstWord(header.Value).ToUpperInvariant() is "BULK" or "JUNK" or "LIST";
                    break;
                case HeaderId.ListId:
                    isAutomatic = true;
                    break;
                default:
                    Option(header, ref options);
                    break;
            }
        }
        return new ParsedMail
        {
            From = from,
            FromAddresses = senders,
            Subject = subject ?? "",
            MessageId = messageId,
            References = references is { Count: > 0 } ? references : inReplyTo ?? [],
            IsAutomatic = isAutomatic,
            OptionHeaders = options ?? [],
            RawHeaders = rawHeaders,
            Hops = hops,
            Parts = parts,
        };
    }

    private static string? Address(Header header) =>
        InternetAddressList.TryParse(ParserOptions.Default, header.RawValue, out var list)
        && list.Mailboxes.FirstOrDefault(mailbox => mailbox.Address.Contains('@', StringComparison.Ordinal)) is { } mailbox
            ? OneLine(mailbox.Address)
            : null;

    // What cannot be read counts as an address too, an empty one: a second author must not hide behind a mistake.
    private static void AddAddresses(Header header, List<string> addresses)
    {
        var found = InternetAddressList.TryParse(ParserOptions.Default, header.RawValue, out var list)
            ? list.Mailboxes.Select(mailbox => OneLine(mailbox.Address)).ToList()
            : [];
        addresses.AddRange((found.Count == 0 ? [""] : found).Take(MaxFromAddresses - addresses.Count));
    }

    // The last are kept: a thread is found by its newest messages.
    private static List<string> Ids(Header header)
    {
        var ids = new List<string>();
        foreach (var id in MimeUtils.EnumerateReferences(header.RawValue, 0, header.RawValue.Length))
        {
            if (id.Length is 0 or > MaxValueCharacters || id.Any(c => char.IsControl(c) || c is '<' or '>' or ' '))
                continue;
            if (ids.Count == MaxReferences)
                ids.RemoveAt(0);
            ids.Add($"<{id}>");
        }
        return ids;
    }

    private static void Option(Header header, ref Dictionary<string, string>? options)
    {
        var name = header.Field;
        if (!name.StartsWith("X-Trunkline-", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("X-FAX-", StringComparison.OrdinalIgnoreCase))
            return;
        options ??= [];
        var value = OneLine(header.Value);
        // One that comes twice is not obeyed by half: what it asks for is read as one, and refused where that makes no sense.
        if (options.Count < MaxOptionHeaders && !options.TryAdd(name.ToLowerInvariant(), value) && options[name.ToLowerInvariant()] is var before
            && before != value && before.Length + value.Length < MaxValueCharacters)
            options[name.ToLowerInvariant()] = $"{before}, {value}";
    }

    private static string FirstWord(string value)
    {
        var trimmed = value.AsSpan().Trim();
        var end = trimmed.IndexOfAny(" ;\t(");
        return (end < 0 ? trimmed : trimmed[..end]).ToString();
    }

    private static string OneLine(string value)
    {
        var cut = value.Length > MaxValueCharacters ? value[..MaxValueCharacters] : value;
        return cut.Any(char.IsControl) ? new string([.. cut.Select(c => char.IsControl(c) ? ' ' : c)]).Trim() : cut.Trim();
    }
}
