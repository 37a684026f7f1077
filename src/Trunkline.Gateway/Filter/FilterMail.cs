using MimeKit;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Text;

namespace Trunkline.Gateway.Filter;

/// <summary>A mail as rules see it. What is looked at seldom is read when it is asked for.</summary>
public sealed class FilterMail
{
    /// <summary>Characters of the text that rules look at.</summary>
    public const int MaxText = 64_000;

    private readonly Lazy<string> _text;
    private readonly Lazy<HeaderList> _headers;

    /// <param name="sender">Of the envelope; empty for reports.</param>
    /// <param name="recipient">Of the envelope: the customer's address.</param>
    /// <param name="size">Of the whole mail, in bytes.</param>
    /// <param name="at">When it came.</param>
    public FilterMail(ParsedMail mail, string sender, string recipient, long size, DateTimeOffset at)
    {
        Mail = mail;
        Sender = sender;
        Recipient = recipient;
        Size = size;
        At = at;
        _text = new Lazy<string>(() => TextOf(mail));
        _headers = new Lazy<HeaderList>(() => HeadersOf(mail.RawHeaders));
    }

    public ParsedMail Mail { get; }

    public string Sender { get; }

    public string From => Mail.From ?? Sender;

    public string Recipient { get; }

    public string Subject => Mail.Subject;

    public long Size { get; }

    public DateTimeOffset At { get; }

    /// <summary>The bodies, as a person reads them.</summary>
    public string Text => _text.Value;

    /// <summary>What X-Priority, Importance or Priority say; medium when none does.</summary>
    public Priority Priority => (Header("X-Priority").Concat(Header("Importance")).Concat(Header("Priority")).FirstOrDefault() ?? "").Trim().ToLowerInvariant() switch
    {
        ['1' or '2', ..] or "high" or "urgent" => Priority.High,
        ['4' or '5', ..] or "low" or "non-urgent" => Priority.Low,
        _ => Priority.Medium,
    };

    /// <summary>The values of a header, decoded, in the order of the mail.</summary>
    public IEnumerable<string> Header(string name)
    {
        foreach (var header in _headers.Value)
        {
            if (header.Field.Equals(name, StringComparison.OrdinalIgnoreCase))
                yield return header.Value;
        }
    }

    private static string TextOf(ParsedMail mail)
    {
        var text = string.Join('\n', mail.Parts.Where(p => p.IsBody).Select(p => PlainText.Of(Start(p.Content), p.ContentType, p.Charset)));
        return text.Length > MaxText ? text[..MaxText] : text;
    }

    private static byte[] Start(MailContent content)
    {
        if (content.Path is null)
            return content.Inline.Span[..Math.Min(PlainText.MaxBytes, content.Inline.Length)].ToArray();
        using var file = File.OpenRead(content.Path);
        var start = new byte[PlainText.MaxBytes];
        return start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }

    private static HeaderList HeadersOf(ReadOnlyMemory<byte> raw)
    {
        try
        {
            using var stream = new MemoryStream(raw.ToArray());
            return HeaderList.Load(stream);
        }
        catch (FormatException)
        {
            // What cannot be read has no headers; the mail was read by then, and is delivered as it came.
            return [];
        }
    }
}
