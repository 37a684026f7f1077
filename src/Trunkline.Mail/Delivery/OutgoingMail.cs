using MimeKit;

namespace Trunkline.Mail.Delivery;

/// <summary>A mail on its way out.</summary>
internal sealed record OutgoingMail(MailboxAddress Sender, MailboxAddress Recipient, ReadOnlyMemory<byte> Message);
