using System.Net;
using System.Net.Sockets;

namespace Trunkline.Gateway.Webhooks;

/// <summary>
/// Which addresses this machine calls on behalf of somebody else. The address is checked when it is called, after its name was looked up, and that very
/// address is called: a name that leads elsewhere the second time leads nowhere.
/// </summary>
public static class ReachableAddresses
{
    // RFC 6890 and its successors: this host, private networks, link-local, shared, test, multicast, and what IPv6 wraps around IPv4.
    private static readonly IPNetwork[] Closed =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    /// <summary>True for an address of the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return !Array.Exists(Closed, n => n.Contains(plain));
    }

    /// <summary>A sentence when an address must not be called that is seen from its text alone, else null.</summary>
    public static string? Refusal(Uri url, bool allowPrivate)
    {
        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            return "An address has no user name and no fragment.";
        if (url.Scheme != Uri.UriSchemeHttps && !(allowPrivate && url.Scheme == Uri.UriSchemeHttp))
            return "An address begins with https://.";
        if (allowPrivate)
            return null;
        var isClosed = IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var address) ? !IsPublic(address) : url.IsLoopback;
        return isClosed ? "This address is not of the public internet." : null;
    }

    /// <summary>Connects to a host by the first of its addresses that may be called. Throws <see cref="HttpRequestException"/> when there is none.</summary>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, bool allowPrivate, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(to.Host, cancellationToken);
        var open = addresses.Where(a => allowPrivate || IsPublic(a)).ToArray();
        if (open.Length == 0)
            throw new HttpRequestException($"{to.Host} has no address of the public internet.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(open, to.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
