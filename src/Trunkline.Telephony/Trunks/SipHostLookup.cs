using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using Trunkline.Telephony.Sip;

namespace Trunkline.Telephony.Trunks;

/// <summary>
/// Finds the places behind a carrier's name (RFC 3263 section 4.2): an address as it is; with a port the addresses of the name; without one the hosts of
/// its SRV records, and its own addresses when it has none.
/// </summary>
/// <param name="dns">For SRV; null asks for none. Addresses come from the system, which knows the hosts file.</param>
public sealed class SipHostLookup(ILookupClient? dns)
{
    /// <summary>Records beyond this are not looked up: a carrier with more has most of them for show.</summary>
    private const int MaxHosts = 10;

    /// <summary>The places in the order in which to try them, and why there are none.</summary>
    /// <param name="port">0 when none is given.</param>
    public async Task<(IReadOnlyList<SipPeer> Places, string Fault)> FindAsync(
        string host, int port, SipTransport transport, AddressFamily family, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
            return ([new SipPeer(transport, new IPEndPoint(literal, port == 0 ? transport.UsualPort() : port))], "");
        List<SipPeer> places = [];
        var fault = "";
        List<(string Name, int Port)> targets = [];
        try
        {
            if (port == 0 && dns is not null)
                targets = await ServersAsync(dns, host, transport, cancellationToken).ConfigureAwait(false);
        }
        catch (DnsResponseException e)
        {
            // A machine without a name server may still know the name, by its hosts file.
            fault = e.Message;
        }
        if (targets.Count == 0)
            targets = [(host, port == 0 ? transport.UsualPort() : port)];
        foreach (var (name, at) in targets.Take(MaxHosts))
        {
            try
            {
                // The certificate is for the name that was configured: DNS alone could send us anywhere (RFC 5922 section 7.1).
                foreach (var address in await Dns.GetHostAddressesAsync(name, family, cancellationToken).ConfigureAwait(false))
                    places.Add(new SipPeer(transport, new IPEndPoint(address, at), host));
            }
            catch (SocketException e)
            {
                fault = $"{name}: {e.Message}";
            }
        }
        return (places, fault);
    }

    private static async Task<List<(string Name, int Port)>> ServersAsync(
        ILookupClient dns, string host, SipTransport transport, CancellationToken cancellationToken)
    {
        var service = transport switch
        {
            SipTransport.Udp => "_sip._udp.",
            SipTransport.Tcp => "_sip._tcp.",
            SipTransport.Tls => "_sips._tcp.",
        };
        var response = await dns.QueryAsync(service + host, QueryType.SRV, QueryClass.IN, cancellationToken).ConfigureAwait(false);
        return [.. Ordered(response.Answers.SrvRecords()).Select(r => (r.Target.Value.TrimEnd('.'), (int)r.Port)).Where(t => t.Item1.Length > 0)];
    }

    /// <summary>By priority; within one by lot, where a weight is the number of lots (RFC 2782).</summary>
    private static IEnumerable<SrvRecord> Ordered(IEnumerable<SrvRecord> records)
    {
        foreach (var group in records.GroupBy(r => r.Priority).OrderBy(g => g.Key))
        {
            var left = group.ToList();
            while (left.Count > 0)
            {
                var draw = Random.Shared.Next(left.Sum(r => r.Weight) + 1);
                var at = 0;
                while (at < left.Count - 1 && (draw -= left[at].Weight) > 0)
                    at++;
                yield return left[at];
                left.RemoveAt(at);
            }
        }
    }
}
