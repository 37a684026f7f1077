using System.Net;

namespace Trunkline.Telephony.Sip;

/// <summary>The next hop of a message: by what, and where.</summary>
/// <param name="Address">Where it is reached; the far side's own port for a connection that came in.</param>
/// <param name="HostName">The name that a TLS server's certificate must carry (RFC 5922 section 7.2); the address when null.</param>
public sealed record SipPeer(SipTransport Transport, IPEndPoint Address, string? HostName = null)
{
    /// <summary>
    /// Where to connect when the connection that a request came by is gone: the port of its Via, at the address that it came from (RFC 3261 section 18.2.2).
    /// 0 connects to the port of <see cref="Address"/>.
    /// </summary>
    public int ReturnPort { get; init; }

    /// <summary>True when nothing need be said twice on this hop (RFC 3261 section 17).</summary>
    public bool IsReliable => Transport != SipTransport.Udp;

    /// <summary>Plain UDP: what an address without more means.</summary>
    public static SipPeer FromIPEndPoint(IPEndPoint address) => new(SipTransport.Udp, address);

    /// <inheritdoc cref="FromIPEndPoint" />
    public static implicit operator SipPeer(IPEndPoint address) => FromIPEndPoint(address);

    /// <summary>True when both are the same place by the same transport, whatever name the certificate is to carry.</summary>
    public bool IsSamePlace(SipPeer other) => Transport == other.Transport && Address.Equals(other.Address);

    /// <inheritdoc />
    public override string ToString() => $"{Transport.Name()} {Address}";
}

/// <summary>The names of the transports.</summary>
public static class SipTransportNames
{
    /// <summary>As a Via says it.</summary>
    public static string Name(this SipTransport transport) => transport switch
    {
        SipTransport.Udp => "UDP",
        SipTransport.Tcp => "TCP",
        SipTransport.Tls => "TLS",
    };

    /// <summary>The usual port (RFC 3261 section 18.1.1).</summary>
    public static int UsualPort(this SipTransport transport) => transport switch
    {
        SipTransport.Udp or SipTransport.Tcp => 5060,
        SipTransport.Tls => 5061,
    };

    /// <summary>The transport by its name in a URI or Via, whatever its case; null for others, such as SCTP and WS.</summary>
    internal static SipTransport? Parse(string? name) => name?.ToUpperInvariant() switch
    {
        "UDP" => SipTransport.Udp,
        "TCP" => SipTransport.Tcp,
        "TLS" => SipTransport.Tls,
        _ => null,
    };
}
