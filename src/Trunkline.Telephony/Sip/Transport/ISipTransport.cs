using System.Net;

namespace Trunkline.Telephony.Sip.Transport;

/// <summary>Carries whole SIP messages. UDP today; TCP and TLS would frame by Content-Length behind the same face.</summary>
internal interface ISipTransport : IDisposable
{
    /// <summary>UDP, TCP or TLS, as the Via says it.</summary>
    string Name { get; }

    /// <summary>True when the transport repeats what is lost by itself: then no transaction does (RFC 3261 section 17).</summary>
    bool IsReliable { get; }

    IPEndPoint LocalEndPoint { get; }

    /// <summary>Never blocks; what cannot be sent is lost.</summary>
    void Send(ReadOnlySpan<byte> message, IPEndPoint to);

    /// <summary>Hands each message to <paramref name="received"/>, one at a time, until cancelled. The span is valid during the call only.</summary>
    Task ReceiveAsync(SipReceived received, CancellationToken cancellationToken);
}

internal delegate void SipReceived(ReadOnlySpan<byte> message, IPEndPoint from);
