using System.Text;

namespace Trunkline.Mail.Smtp;

/// <summary>One line of answer to an SMTP command (RFC 5321, 4.2) with its enhanced status code (RFC 3463).</summary>
public sealed class SmtpReply
{
    /// <summary>A reply line may be 512 octets with its code and CRLF (RFC 5321, 4.5.3.1.5); a longer text is cut.</summary>
    private const int MaxTextBytes = 480;

    /// <param name="code">Three digits, 200 to 599.</param>
    /// <param name="enhancedCode"><c>2.1.0</c>; empty for 220, 221 greetings, 334, 354 and the like, which carry none.</param>
    /// <param name="text">A sentence, which tells the sender of a refusal what to do. Control characters become spaces.</param>
    public SmtpReply(int code, string enhancedCode, string text)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(code, 200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, 599);
        ArgumentNullException.ThrowIfNull(enhancedCode);
        ArgumentNullException.ThrowIfNull(text);
        Code = code;
        EnhancedCode = enhancedCode;
        Text = OneLine(text);
        Wire = Encoding.UTF8.GetBytes(enhancedCode.Length == 0 ? $"{code} {Text}\r\n" : $"{code} {enhancedCode} {Text}\r\n");
    }

    /// <summary>The sender, recipient or command is accepted.</summary>
    public static SmtpReply Ok { get; } = new(250, "2.0.0", "Ok");

    /// <summary>The sender is accepted.</summary>
    public static SmtpReply SenderOk { get; } = new(250, "2.1.0", "Sender ok");

    /// <summary>The recipient is accepted.</summary>
    public static SmtpReply RecipientOk { get; } = new(250, "2.1.5", "Recipient ok");

    /// <summary>The message may follow.</summary>
    public static SmtpReply StartData { get; } = new(354, "", "End data with <CR><LF>.<CR><LF>");

    /// <summary>Something on our side failed; the client keeps the message and comes again.</summary>
    public static SmtpReply LocalFault { get; } = new(451, "4.3.0", "Something failed here; the message was not accepted, please try again later");

    /// <summary>The three digits.</summary>
    public int Code { get; }

    /// <summary>The enhanced status code, or empty.</summary>
    public string EnhancedCode { get; }

    /// <summary>The text, on one line.</summary>
    public string Text { get; }

    /// <summary>True for 2xx and 3xx.</summary>
    public bool IsAccepted => Code < 400;

    /// <summary>Without the sentence when it refuses: that may name numbers, addresses and documents, which have no business in a log.</summary>
    internal string ForLog => IsAccepted ? ToString() : $"{Code} {EnhancedCode}";

    internal ReadOnlyMemory<byte> Wire { get; }

    /// <inheritdoc />
    public override string ToString() => EnhancedCode.Length == 0 ? $"{Code} {Text}" : $"{Code} {EnhancedCode} {Text}";

    // The text may repeat what a client sent: a line break in it would let the client write our replies.
    private static string OneLine(string text)
    {
        var clean = text.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 ? text : string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
                to[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
        while (Encoding.UTF8.GetByteCount(clean) > MaxTextBytes)
            clean = clean[..^Math.Max(1, (clean.Length - MaxTextBytes) / 2)];
        return clean;
    }
}
