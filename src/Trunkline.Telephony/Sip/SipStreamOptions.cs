using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Trunkline.Telephony.Net;

namespace Trunkline.Telephony.Sip;

/// <summary>SIP over TCP and TLS: where it listens, whom it trusts, and its bounds.</summary>
public sealed record SipStreamOptions
{
    /// <summary>
    /// Where TLS listens; null takes no TLS connections in, though it makes them. Plain TCP listens on the address and port of UDP, as RFC 3261
    /// section 18.2.1 asks.
    /// </summary>
    public IPEndPoint? TlsLocal { get; init; }

    /// <summary>What we show: to those who connect by TLS, and to a server that asks for a certificate of ours. Needed for <see cref="TlsLocal"/>.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <summary>Authorities that a TLS server's certificate may come from; empty trusts those of the machine.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    /// <summary>
    /// A request longer than this goes by TCP even where UDP was asked for, and by UDP after all when there is no TCP (RFC 3261 section 18.1.1). 0 for never.
    /// </summary>
    public int SwitchToTcpBytes { get; init; } = 1_300;

    /// <summary>How long a hop that has no TCP is not tried by it again: a firewall that drops what it does not like costs each try its whole time.</summary>
    public TimeSpan NoTcpFor { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Connections at once, in and out: more than the trunks of a machine and those who call it need.</summary>
    public int MaxConnections { get; init; } = 1_000;

    /// <summary>Connections that one address may open here.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 100;

    /// <summary>Connecting, and then the TLS handshake, each: longer than any way round the world, short beside timer B.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>From the first byte of a message to its last, and for writing one: who takes longer holds a connection for nothing.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection on which nothing came for so long is closed: longer than half of the longest session that is agreed on.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(35);

    /// <summary>Messages that may wait to be written to one connection; a far end that reads slower than that is gone.</summary>
    public int MaxQueued { get; init; } = 1_000;

    /// <summary>Each message that comes or leaves, deciphered, goes in here as a datagram; null for none.</summary>
    public PacketCapture? Capture { get; init; }
}
