using System.Net;
using Trunkline.Telephony.Net;

namespace Trunkline.Unit.Tests.Telephony.Net;

/// <summary>Keeps back what arrives for a number of looks at the socket, each time after <see cref="Arm"/>: one look is one tick of media.</summary>
internal sealed class LateNetwork(IDatagramNetwork inner, int looks) : IDatagramNetwork
{
    private int _left;

    public void Arm() => _left = looks;

    public IDatagramSocket Bind(IPEndPoint local) => new Late(inner.Bind(local), this);

    private sealed class Late(IDatagramSocket socket, LateNetwork network) : IDatagramSocket
    {
        public IPEndPoint LocalEndPoint => socket.LocalEndPoint;

        public void Send(ReadOnlySpan<byte> datagram, SocketAddress to) => socket.Send(datagram, to);

        public int TryReceive(Span<byte> buffer, SocketAddress from) => network._left-- > 0 ? -1 : socket.TryReceive(buffer, from);

        public ValueTask WaitAsync(CancellationToken cancellationToken) => socket.WaitAsync(cancellationToken);

        public void Dispose() => socket.Dispose();
    }
}
