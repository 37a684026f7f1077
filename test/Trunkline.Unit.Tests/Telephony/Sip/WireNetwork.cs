using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Trunkline.Telephony.Net;

namespace Trunkline.Unit.Tests.Telephony.Sip;

/// <summary>A network in memory: what is sent is there at once, in order, unless a test loses it.</summary>
internal sealed class WireNetwork : IDatagramNetwork
{
    private readonly Dictionary<IPEndPoint, WireSocket> _sockets = [];
    private int _nextPort = 20_000;

    /// <summary>A test's own loss: true loses the datagram.</summary>
    public Func<byte[], bool> Loses { get; set; } = _ => false;

    public IDatagramSocket Bind(IPEndPoint local)
    {
        lock (_sockets)
        {
            var bound = new IPEndPoint(local.Address, local.Port == 0 ? _nextPort++ : local.Port);
            if (_sockets.ContainsKey(bound))
                throw new SocketException((int)SocketError.AddressAlreadyInUse);
            return _sockets[bound] = new WireSocket(this, bound);
        }
    }

    private void Deliver(byte[] datagram, IPEndPoint from, IPEndPoint to)
    {
        if (Loses(datagram))
            return;
        lock (_sockets)
        {
            if (_sockets.TryGetValue(to, out var socket))
                socket.Waiting.Writer.TryWrite((datagram, from));
        }
    }

    private sealed class WireSocket(WireNetwork network, IPEndPoint local) : IDatagramSocket
    {
        public Channel<(byte[] Bytes, IPEndPoint From)> Waiting { get; } = Channel.CreateUnbounded<(byte[], IPEndPoint)>();

        public IPEndPoint LocalEndPoint => local;

        public void Send(ReadOnlySpan<byte> datagram, SocketAddress to) => network.Deliver(datagram.ToArray(), local, (IPEndPoint)local.Create(to));

        public int TryReceive(Span<byte> buffer, SocketAddress from)
        {
            if (!Waiting.Reader.TryRead(out var datagram))
                return -1;
            var source = datagram.From.Serialize();
            source.Buffer.Span.CopyTo(from.Buffer.Span);
            from.Size = source.Size;
            datagram.Bytes.CopyTo(buffer);
            return datagram.Bytes.Length;
        }

        public async ValueTask WaitAsync(CancellationToken cancellationToken) => await Waiting.Reader.WaitToReadAsync(cancellationToken);

        public void Dispose()
        {
            lock (network._sockets)
                network._sockets.Remove(local);
        }
    }
}
