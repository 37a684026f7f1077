namespace Trunkline.Mail.Delivery;

/// <summary>Local domains go to Maildirs, all others out by SMTP.</summary>
/// <param name="localDomains">In any case.</param>
/// <param name="local">For the local domains.</param>
/// <param name="remote">For the rest.</param>
public sealed class MailRouter(IEnumerable<string> localDomains, IMailDelivery local, IMailDelivery remote) : IMailDelivery
{
    private readonly HashSet<string> _localDomains = new(localDomains, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc />
    public ValueTask<MailDeliveryResult> DeliverAsync(
        string deliveryId, string sender, string recipient, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        if (MailAddress.DomainOf(recipient) is not { } domain)
            return new(new MailDeliveryResult.Failed($"\"{recipient}\" is not an e-mail address."));
        var delivery = _localDomains.Contains(domain) ? local : remote;
        return delivery.DeliverAsync(deliveryId, sender, recipient, message, cancellationToken);
    }
}
