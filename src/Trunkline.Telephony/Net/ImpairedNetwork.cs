using System.Net;

namespace Trunkline.Telephony.Net;

/// <summary>Another network with bad links: for tests, and for the test line's number behind a lossy line.</summary>
public sealed class ImpairedNetwork : IDatagramNetwork
{
    private readonly IDatagramNetwork _inner;
    private readonly LinkFaults _outgoing;
    private readonly double _incomingLoss;
    private int _sockets;

    /// <param name="inner">The network below.</param>
    /// <param name="outgoing">What happens to datagrams sent from here.</param>
    /// <param name="incomingLoss">The share of arriving datagrams that is lost, 0 to 1, in the same bursts; the far end cannot be made to impair them.</param>
    public ImpairedNetwork(IDatagramNetwork inner, LinkFaults outgoing, double incomingLoss = 0)
    {
        _inner = inner;
        _outgoing = outgoing;
        _incomingLoss = incomingLoss;
    }

    /// <inheritdoc/>
    public IDatagramSocket Bind(IPEndPoint local)
    {
        var socket = _inner.Bind(local);
        var number = Interlocked.Increment(ref _sockets);
        // Outside the losses: what is lost needs no delay.
        if (_outgoing.Jitter > TimeSpan.Zero)
            socket = new LateSocket(socket, _outgoing.Jitter, _outgoing.Seed + number);
        return new Socket(socket, _outgoing, _incomingLoss, number);
    }

    private sealed class Socket(IDatagramSocket inner, LinkFaults outgoing, double incomingLoss, int number) : IDatagramSocket
    {
        private readonly Random _sending = new(outgoing.Seed + number);
        private readonly LossProcess _sendingLoss = new(outgoing.Loss, outgoing.MeanBurst, outgoing.Seed + 2000 + number);
        private readonly LossProcess _receivingLoss = new(incomingLoss, outgoing.MeanBurst, outgoing.Seed + 1000 + number);
        private byte[]? _held;
        private SocketAddress? _heldTo;

        public IPEndPoint LocalEndPoint => inner.LocalEndPoint;

        public void Send(ReadOnlySpan<byte> datagram, SocketAddress to)
        {
            lock (_sending)
            {
                if (_sendingLoss.LosesNext())
                    return;
                if (_held is null && _sending.NextDouble() < outgoing.Reordering)
                {
                    _held = datagram.ToArray();
                    _heldTo = Copy(to);
                    return;
                }

                inner.Send(datagram, to);
                if (_sending.NextDouble() < outgoing.Duplication)
                    inner.Send(datagram, to);
                if (_held is null)
                    return;
                inner.Send(_held, _heldTo!);
                _held = null;
            }
        }

        public int TryReceive(Span<byte> buffer, SocketAddress from)
        {
            int length;
            do
                length = inner.TryReceive(buffer, from);
            while (length >= 0 && _receivingLoss.LosesNext());
            return length;
        }

        public ValueTask WaitAsync(CancellationToken cancellationToken) => inner.WaitAsync(cancellationToken);

        public void Dispose() => inner.Dispose();

        private static SocketAddress Copy(SocketAddress address)
        {
            var copy = new SocketAddress(address.Family, address.Size);
            address.Buffer[..address.Size].CopyTo(copy.Buffer);
            return copy;
        }
    }
}
