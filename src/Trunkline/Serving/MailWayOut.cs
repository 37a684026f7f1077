using Trunkline.Gateway.Receipts;
using Trunkline.Mail.Delivery;

namespace Trunkline.Serving;

/// <summary>Hands the gateway's mail to the mail room.</summary>
internal sealed class MailWayOut(IMailDelivery delivery) : IMailOut
{
    /// <inheritdoc />
    public async Task<MailOutResult> DeliverAsync(WaitingMail mail, CancellationToken cancellationToken) =>
        await delivery.DeliverAsync(mail.Id.ToString(), mail.EnvelopeFrom, mail.Recipient, mail.Content, cancellationToken) switch
        {
            MailDeliveryResult.Delivered => new MailOutResult.Delivered("taken over"),
            MailDeliveryResult.Deferred deferred => new MailOutResult.Deferred(deferred.Reason),
            MailDeliveryResult.Failed failed => new MailOutResult.Failed(failed.Reason),
            _ => throw new InvalidOperationException("A delivery result of a kind that is not known."),
        };
}
