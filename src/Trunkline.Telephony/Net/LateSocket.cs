using System.Net;
using Trunkline.Telephony.Media;

namespace Trunkline.Telephony.Net;

/// <summary>
/// A socket of media whose datagrams are late, each by another time, in both directions. Media poll it each 20 ms until nothing waits, so that a poll
/// that finds nothing is a tick: time is theirs, and a machine that is behind makes no datagram later than it was to be.
/// </summary>
internal sealed class LateSocket(IDatagramSocket inner, TimeSpan jitter, int seed) : IDatagramSocket
{
    /// <summary>Datagrams on their way, each way; more are lost. A call has some dozen.</summary>
    private const int MaxUnderWay = 1_000;

    /// <summary>No datagram of media is larger than an Ethernet frame.</summary>
    private const int MaxDatagram = 2_048;

    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly PriorityQueue<(byte[] Datagram, SocketAddress Address), TimeSpan> _leaving = new();
    private readonly PriorityQueue<(byte[] Datagram, SocketAddress Address), TimeSpan> _arriving = new();
    private readonly byte[] _buffer = new byte[MaxDatagram];
    private readonly SocketAddress _from = new(inner.LocalEndPoint.AddressFamily, SocketAddress.GetMaximumAddressSize(inner.LocalEndPoint.AddressFamily));
    private TimeSpan _now;

    public IPEndPoint LocalEndPoint => inner.LocalEndPoint;

    public void Send(ReadOnlySpan<byte> datagram, SocketAddress to)
    {
        lock (_gate)
        {
            Put(_leaving, datagram, to);
            SendDue();
        }
    }

    public int TryReceive(Span<byte> buffer, SocketAddress from)
    {
        lock (_gate)
        {
            SendDue();
            for (var came = inner.TryReceive(_buffer, _from); came >= 0; came = inner.TryReceive(_buffer, _from))
                Put(_arriving, _buffer.AsSpan(0, came), _from);
            if (!_arriving.TryPeek(out var next, out var due) || due > _now)
            {
                _now += MediaClock.TickPeriod;
                return -1;
            }
            _arriving.Dequeue();
            var length = Math.Min(next.Datagram.Length, buffer.Length);
            next.Datagram.AsSpan(0, length).CopyTo(buffer);
            from.Size = next.Address.Size;
            next.Address.Buffer[..next.Address.Size].CopyTo(from.Buffer);
            return length;
        }
    }

    public ValueTask WaitAsync(CancellationToken cancellationToken) => inner.WaitAsync(cancellationToken);

    public void Dispose() => inner.Dispose();

    private void Put(PriorityQueue<(byte[] Datagram, SocketAddress Address), TimeSpan> queue, ReadOnlySpan<byte> datagram, SocketAddress address)
    {
        if (queue.Count >= MaxUnderWay)
            return;
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer[..address.Size].CopyTo(copy.Buffer);
        queue.Enqueue((datagram.ToArray(), copy), _now + (jitter * _random.NextDouble()));
    }

    private void SendDue()
    {
        while (_leaving.TryPeek(out var next, out var due) && due <= _now)
        {
            _leaving.Dequeue();
            inner.Send(next.Datagram, next.Address);
        }
    }
}
