namespace Trunkline.Mail.Delivery;

/// <summary>
/// Takes a mail to one recipient. Expected failures are results; a fault of this machine (a disk that is full) is an <see cref="IOException"/>.
/// </summary>
public interface IMailDelivery
{
    /// <param name="deliveryId">
    /// 1 to 200 characters, the same at each attempt for one mail and one recipient. A Maildir delivery of an id that was delivered before is a no-op;
    /// SMTP has no such guard, so a crash between the next server's 250 and the caller's commit sends twice.
    /// </param>
    /// <param name="sender">The envelope sender; empty for the null sender.</param>
    /// <param name="recipient">The envelope recipient.</param>
    /// <param name="message">The whole message with CRLF line endings.</param>
    ValueTask<MailDeliveryResult> DeliverAsync(
        string deliveryId, string sender, string recipient, ReadOnlyMemory<byte> message, CancellationToken cancellationToken);
}
