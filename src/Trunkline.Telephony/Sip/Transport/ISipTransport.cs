using System.Net;

namespace Trunkline.Telephony.Sip.Transport;

/// <summary>Carries whole SIP messages: UDP, and TCP and TLS where an endpoint has them.</summary>
internal interface ISipTransport
{
    /// <summary>False when the endpoint does not speak it.</summary>
    bool Carries(SipTransport transport);

    /// <summary>The port at which others reach us by this transport.</summary>
    int PortOf(SipTransport transport);

    /// <summary>The bound address and port of UDP.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>The length of a request that may go by UDP; longer ones want TCP.</summary>
    int LongestByUdp(SipPeer peer);

    /// <summary>True when a connection to or from this peer is open.</summary>
    bool IsOpen(SipPeer peer);

    /// <summary>Never blocks; what cannot be sent is lost, and a hop that cannot be connected to is told of later.</summary>
    void Send(ReadOnlySpan<byte> message, SipPeer to);
}

/// <summary>Told of each message, on a thread of the transport; the span is valid during the call only.</summary>
internal delegate void SipReceived(ReadOnlySpan<byte> message, SipPeer from);
