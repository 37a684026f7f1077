using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace Trunkline.Mail.Delivery;

/// <summary>A server that takes mail for a domain.</summary>
internal sealed record MailExchange(string Host, IPAddress Address);

/// <summary>What DNS says of a domain: servers to try in order, or why there is none.</summary>
internal sealed record MailExchangeAnswer(IReadOnlyList<MailExchange> Exchanges, MailDeliveryResult? Refusal);

/// <summary>Finds the servers for a domain (RFC 5321, 5.1; null MX: RFC 7505).</summary>
internal sealed class MailExchangeLookup(ILookupClient dns)
{
    /// <summary>Names beyond this are not asked for: a domain with more has most of them for show.</summary>
    private const int MaxHosts = 10;

    public async ValueTask<MailExchangeAnswer> FindAsync(string domain, CancellationToken cancellationToken)
    {
        try
        {
            return await FindHostsAsync(domain, cancellationToken);
        }
        catch (DnsResponseException e)
        {
            return Refuse(new MailDeliveryResult.Deferred($"The name servers of {domain} do not answer: {e.Message}"));
        }
    }

    private async ValueTask<MailExchangeAnswer> FindHostsAsync(string domain, CancellationToken cancellationToken)
    {
        var response = await dns.QueryAsync(domain, QueryType.MX, QueryClass.IN, cancellationToken);
        switch (response.Header.ResponseCode)
        {
            case DnsHeaderResponseCode.NoError:
                break;
            case DnsHeaderResponseCode.NotExistentDomain:
                return Refuse(new MailDeliveryResult.Failed($"The domain {domain} does not exist."));
            default:
                return Refuse(new MailDeliveryResult.Deferred($"The name servers of {domain} answer {response.ErrorMessage}."));
        }

        var records = response.Answers.MxRecords().OrderBy(record => record.Preference).ToList();
        if (records is [{ Exchange.Value: "." }])
            return Refuse(new MailDeliveryResult.Failed($"The domain {domain} takes no e-mail."));
        // Without MX, the domain itself is the server (RFC 5321, 5.1).
        IReadOnlyList<string> hosts = records.Count == 0 ? [domain] : Shuffled(records);
        var exchanges = new List<MailExchange>();
        var unanswered = false;
        foreach (var host in hosts.Take(MaxHosts))
            unanswered |= !await AddAddressesAsync(host, exchanges, cancellationToken);
        if (exchanges.Count > 0)
            return new MailExchangeAnswer(exchanges, null);
        return Refuse(unanswered
            ? new MailDeliveryResult.Deferred($"The addresses of the mail servers of {domain} could not be looked up.")
            : new MailDeliveryResult.Failed($"The domain {domain} has no mail server."));
    }

    // Servers of equal preference share the load (RFC 5321, 5.1).
    private static List<string> Shuffled(List<MxRecord> records) =>
        [.. records.GroupBy(record => record.Preference).SelectMany(group => group.OrderBy(_ => Random.Shared.Next())).Select(record => record.Exchange.Value.TrimEnd('.'))];

    // False when the name servers failed, so that nobody knows whether there are addresses.
    private async ValueTask<bool> AddAddressesAsync(string host, List<MailExchange> exchanges, CancellationToken cancellationToken)
    {
        var isAnswered = true;
        foreach (var type in (QueryType[])[QueryType.A, QueryType.AAAA])
        {
            var response = await dns.QueryAsync(host, type, QueryClass.IN, cancellationToken);
            isAnswered &= response.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain;
            foreach (var record in response.Answers.AddressRecords())
                exchanges.Add(new MailExchange(host, record.Address));
        }
        return isAnswered;
    }

    private static MailExchangeAnswer Refuse(MailDeliveryResult refusal) => new([], refusal);
}
