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
}
