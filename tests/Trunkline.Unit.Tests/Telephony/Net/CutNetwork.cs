using System.Net;
using Trunkline.Telephony.Net;

namespace Trunkline.Unit.Tests.Telephony.Net;

/// <summary>Loses a run of datagrams that begins a number of datagrams after <see cref="Arm"/>.</summary>
internal sealed class CutNetwork(IDatagramNetwork inner, int after, int length) : IDatagramNetwork
{
    private int _count = int.MinValue;

    public void Arm() => _count = 0;

    public IDatagramSocket Bind(IPEndPoint local) => new Cut(inner.Bind(local), this, after, length);

    private sealed class Cut(IDatagramSocket socket, CutNetwork network, int after, int length) : IDatagramSocket
    {
        public IPEndPoint LocalEndPoint => socket.LocalEndPoint;

        public void Send(ReadOnlySpan<byte> datagram, SocketAddress to)
        {
            if (network._count >= 0 && network._count++ is var n && n >= after && n < after + length)
                return;
            socket.Send(datagram, to);
        }

        public int TryReceive(Span<byte> buffer, SocketAddress from) => socket.TryReceive(buffer, from);

        public ValueTask WaitAsync(CancellationToken cancellationToken) => socket.WaitAsync(cancellationToken);

        public void Dispose() => socket.Dispose();
    }
}
