using System.Net;

namespace Trunkline.Telephony.Sip.Transport;

/// <summary>The transports of one endpoint behind one face.</summary>
internal sealed class SipTransports(UdpSipTransport udp, StreamSipTransport? streams) : ISipTransport
{
    public IPEndPoint LocalEndPoint => udp.LocalEndPoint;

    public bool Carries(SipTransport transport) => transport == SipTransport.Udp || streams is not null;

    public int PortOf(SipTransport transport) => transport switch
    {
        SipTransport.Udp or SipTransport.Tcp => LocalEndPoint.Port,
        SipTransport.Tls => streams?.TlsEndPoint?.Port ?? SipTransport.Tls.UsualPort(),
    };

    public int LongestByUdp(SipPeer peer) => streams?.LongestByUdp(peer.Address) ?? int.MaxValue;

    public bool IsOpen(SipPeer peer) => peer.Transport == SipTransport.Udp || streams?.IsOpen(peer) == true;

    public void Send(ReadOnlySpan<byte> message, SipPeer to)
    {
        if (to.Transport == SipTransport.Udp)
            udp.Send(message, to.Address);
        else
            streams?.Send(message, to);
    }
}
