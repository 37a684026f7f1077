using System.Net;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip.Transport;

/// <summary>SIP over one UDP socket (RFC 3261 section 18).</summary>
internal sealed class UdpSipTransport(IDatagramSocket socket) : IDisposable
{
    public IPEndPoint LocalEndPoint => socket.LocalEndPoint;

    public void Send(ReadOnlySpan<byte> message, IPEndPoint to) => socket.Send(message, to.Serialize());

    /// <summary>Hands each message to <paramref name="received"/>, one at a time, until cancelled.</summary>
    public async Task ReceiveAsync(SipReceived received, CancellationToken cancellationToken)
    {
        var buffer = new byte[SipLimits.MessageBytes];
        var address = LocalEndPoint.Serialize();
        while (!cancellationToken.IsCancellationRequested)
        {
            await socket.WaitAsync(cancellationToken).ConfigureAwait(false);
            int length;
            while ((length = socket.TryReceive(buffer, address)) >= 0)
                received(buffer.AsSpan(0, length), (IPEndPoint)LocalEndPoint.Create(address));
        }
    }

    public void Dispose() => socket.Dispose();
}
