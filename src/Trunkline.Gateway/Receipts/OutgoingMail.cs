using System.Security.Cryptography;
using MimeKit;
using Trunkline.Core;
using Trunkline.Core.Mail;

namespace Trunkline.Gateway.Receipts;

/// <summary>A mail that leaves us: a receipt, or mail to one of our people.</summary>
/// <param name="Id">Delivering the same id twice has the effect of once, where the other side can tell.</param>
/// <param name="EnvelopeFrom">Empty for the null return path.</param>
public sealed record OutgoingMail(MessageId Id, string EnvelopeFrom, string Recipient, MailContent Content)
{
    /// <summary>Header lines, each with its CR LF, that stand before the content; null for none. So that one stored content serves several mails.</summary>
    public string? Prefix { get; init; }

    /// <summary>A mail that we wrote, with a null return path: in seven bits and short lines, which every server and mail program takes.</summary>
    public static OutgoingMail Of(MessageId id, MimeMessage mail, string recipient)
    {
        mail.Prepare(EncodingConstraint.SevenBit);
        using var memory = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        mail.WriteTo(format, memory);
        var bytes = memory.ToArray();
        return new OutgoingMail(id, "", recipient, new MailContent(bytes.Length, SHA256.HashData(bytes), bytes, null));
    }
}
