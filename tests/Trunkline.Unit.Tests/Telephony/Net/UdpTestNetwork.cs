using System.Net;
using System.Net.Sockets;
using Trunkline.Telephony.Net;

namespace Trunkline.Unit.Tests.Telephony.Net;

/// <summary>Real UDP over loopback, as simple as can be: what proves that sessions need nothing from the network in memory.</summary>
internal sealed class UdpTestNetwork : IDatagramNetwork
{
    public IDatagramSocket Bind(IPEndPoint local) => new UdpSocket(local);

    private sealed class UdpSocket : IDatagramSocket
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };

        public UdpSocket(IPEndPoint local)
        {
            _socket.ReceiveBufferSize = 1 << 20;
            _socket.Bind(local);
        }

        public IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

        public void Send(ReadOnlySpan<byte> datagram, SocketAddress to) => _socket.SendTo(datagram, SocketFlags.None, to);

        public int TryReceive(Span<byte> buffer, SocketAddress from) =>
            _socket.Available == 0 ? -1 : _socket.ReceiveFrom(buffer, SocketFlags.None, from);

        public ValueTask WaitAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public void Dispose() => _socket.Dispose();
    }
}
