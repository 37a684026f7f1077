using System.Net;

namespace Trunkline.Telephony.Net;

/// <summary>Another network, of which every datagram goes into a capture as well.</summary>
public sealed class CapturedNetwork(IDatagramNetwork inner, PacketCapture capture) : IDatagramNetwork
{
    /// <inheritdoc/>
    public IDatagramSocket Bind(IPEndPoint local) => new Socket(inner.Bind(local), capture);

    private sealed class Socket(IDatagramSocket inner, PacketCapture capture) : IDatagramSocket
    {
        private readonly IPEndPoint _local = inner.LocalEndPoint;

        public IPEndPoint LocalEndPoint => _local;

        public void Send(ReadOnlySpan<byte> datagram, SocketAddress to)
        {
            capture.Add(datagram, _local, (IPEndPoint)_local.Create(to));
            inner.Send(datagram, to);
        }

        public int TryReceive(Span<byte> buffer, SocketAddress from)
        {
            var length = inner.TryReceive(buffer, from);
            if (length >= 0)
                capture.Add(buffer[..length], (IPEndPoint)_local.Create(from), _local);
            return length;
        }

        public ValueTask WaitAsync(CancellationToken cancellationToken) => inner.WaitAsync(cancellationToken);

        public void Dispose() => inner.Dispose();
    }
}
