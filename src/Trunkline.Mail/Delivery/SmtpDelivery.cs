using System.Net;
using DnsClient;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace Trunkline.Mail.Delivery;

/// <summary>Sends mail out: to the smarthost, or to the servers of the recipient's domain in their order until one answers.</summary>
public sealed class SmtpDelivery : IMailDelivery
{
    private readonly SmtpDeliveryOptions _options;
    private readonly MailExchangeLookup _lookup;
    private readonly SmtpTransaction _transaction;
    private readonly ILogger _log;
    private readonly HashSet<string> _localDomains;

    /// <param name="options">Where to and how long.</param>
    /// <param name="dns">For MX and addresses.</param>
    /// <param name="time">The clock of the time limits.</param>
    /// <param name="log">Events 2100 to 2199.</param>
    public SmtpDelivery(SmtpDeliveryOptions options, ILookupClient dns, TimeProvider time, ILogger<SmtpDelivery> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _lookup = new MailExchangeLookup(dns);
        _transaction = new SmtpTransaction(options, time);
        _log = log;
        _localDomains = new HashSet<string>(options.LocalDomains, StringComparer.OrdinalIgnoreCase);
    }

    /// <inheritdoc />
    public async ValueTask<MailDeliveryResult> DeliverAsync(
        string deliveryId, string sender, string recipient, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(recipient);
        if (MailAddress.DomainOf(recipient) is not { } domain || !MailboxAddress.TryParse(recipient, out var to))
            return new MailDeliveryResult.Failed($"\"{recipient}\" is not an e-mail address.");
        if (_localDomains.Contains(domain))
            return new MailDeliveryResult.Failed($"Mail for {domain} ends here and is not sent out.");
        var from = new MailboxAddress("", "");
        if (sender.Length > 0 && !MailboxAddress.TryParse(sender, out from))
            return new MailDeliveryResult.Failed($"The sender \"{sender}\" is not an e-mail address.");

        var letter = new OutgoingMail(from, to, message);
        var result = _options.Smarthost is { } smarthost
            ? await _transaction.SendAsync(smarthost, letter, cancellationToken)
            : await SendByMxAsync(domain, letter, cancellationToken);
        DeliveryLog.Sent(_log, deliveryId, domain, result);
        return result;
    }

    private async ValueTask<MailDeliveryResult> SendByMxAsync(string domain, OutgoingMail letter, CancellationToken cancellationToken)
    {
        var answer = IPAddress.TryParse(domain.Trim('[', ']').Replace("ipv6:", "", StringComparison.Ordinal), out var literal) && domain.StartsWith('[')
            ? new MailExchangeAnswer([new MailExchange(domain, literal)], null)
            : await _lookup.FindAsync(domain, cancellationToken);
        if (answer.Refusal is { } refusal)
            return refusal;

        MailDeliveryResult result = new MailDeliveryResult.Deferred($"No mail server of {domain} could be reached.");
        foreach (var exchange in answer.Exchanges.Take(_options.MaxAddresses))
        {
            if (IsOurs(exchange.Address))
                return new MailDeliveryResult.Failed($"The mail server of {domain} is this one, which does not take mail for it.");
            result = await _transaction.SendAsync(exchange, letter, cancellationToken);
            // A server's "no" is the domain's "no"; a server that cannot now leaves the next one a chance.
            if (result is not MailDeliveryResult.Deferred)
                return result;
        }
        return result;
    }

    private bool IsOurs(IPAddress address) => _options.OwnEndPoints.Any(own => own.Port == _options.MxPort
        && (own.Address.Equals(address) || (IPAddress.IsLoopback(address) && (own.Address.Equals(IPAddress.Any) || own.Address.Equals(IPAddress.IPv6Any)))));
}
