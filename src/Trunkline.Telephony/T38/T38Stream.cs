using System.Buffers.Binary;
using System.Net;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Rtp;

namespace Trunkline.Telephony.T38;

/// <summary>One call's T.38: UDPTL both ways. Used on the media thread; allocates nothing per packet.</summary>
internal sealed class T38Stream : IIfpTransmitter
{
    /// <summary>Copies of one datagram at most, whatever the terminal asks.</summary>
    private const int MaxCopies = 8;

    /// <summary>Octets of UDP (8) and IP (20, or 40 by IPv6) with each datagram.</summary>
    private const int HeaderOctets = 28;

    /// <summary>
    /// The last datagram before a silence has none after it that repeats it, and a burst takes all its copies: it is sent again after so many ticks
    /// without another. Images send one each 30 ms, and so none of them twice.
    /// </summary>
    private static readonly int[] AgainAfter = [3, 6, 10];

    /// <summary>
    /// Between Internet-aware ends a whole signal goes within a few ticks, where else its pauses and its slow octets spread it over a second: what a burst
    /// takes away of it must come again. The first two are for signals alone: images come in each tick or two.
    /// </summary>
    private static readonly int[] AgainAfterAware = [1, 2, 3, 4, 5, 7, 10, 15, 25, 40, 60, 85];

    private readonly IDatagramSocket _socket;
    private readonly UdptlSender _sender;
    private readonly UdptlReceiver _receiver = new();
    private readonly byte[] _datagram = new byte[UdptlLimits.MaxDatagram];
    private readonly uint? _audioSsrc;
    private readonly int[] _againAfter;
    private RemoteLatch _remote;
    private IPEndPoint _signalled;
    private int _length;
    private int _silentTicks;
    private int _octetsAgain;

    /// <param name="socket">The call's socket.</param>
    /// <param name="path">As agreed.</param>
    /// <param name="depth">Packets that each datagram repeats.</param>
    /// <param name="audioSsrc">The far end's audio before, whose late packets are dropped.</param>
    public T38Stream(IDatagramSocket socket, T38Path path, int depth, uint? audioSsrc)
    {
        _socket = socket;
        _sender = new UdptlSender(path.ErrorCorrection, path.MaxDatagram, depth);
        _audioSsrc = audioSsrc;
        _againAfter = path.InternetAware ? AgainAfterAware : AgainAfter;
        _signalled = path.Remote;
        _remote = new RemoteLatch(path.Remote);
    }

    /// <summary>Datagrams taken.</summary>
    public long Received { get; private set; }

    /// <summary>IFP packets repaired.</summary>
    public long Repaired => _receiver.Repaired;

    /// <summary>IFP packets lost for good.</summary>
    public long Lost => _receiver.Lost;

    /// <summary>Goes on with another address.</summary>
    public void Follow(IPEndPoint remote)
    {
        if (remote.Equals(_signalled))
            return;
        _signalled = remote;
        _remote = new RemoteLatch(remote);
    }

    /// <summary>Counts 20 ms.</summary>
    public void Tick()
    {
        _remote.Tick();
        if (_length > 0 && ++_silentTicks <= _againAfter[^1] && _againAfter.AsSpan().Contains(_silentTicks)
            && (_silentTicks >= AgainAfter[0] || _length <= UdptlSender.SmallDatagram))
        {
            _socket.Send(_datagram.AsSpan(0, _length), _remote.Target);
            _octetsAgain += _length + HeaderOctets;
        }
    }

    /// <summary>Takes a datagram that arrived.</summary>
    public void Receive(ReadOnlySpan<byte> datagram, SocketAddress from, IIfpSink sink)
    {
        if (!IsStrayRtp(datagram) && _receiver.IsWellFormed(datagram) && _remote.Accept(from))
        {
            Received++;
            _receiver.Receive(datagram, sink);
        }
    }

    public int Transmit(ReadOnlySpan<byte> packet, int copies)
    {
        _length = _sender.Write(packet, _datagram);
        _silentTicks = 0;
        if (_length == 0)
            return 0;
        copies = Math.Clamp(copies, 1, MaxCopies);
        for (var i = 0; i < copies; i++)
            _socket.Send(_datagram.AsSpan(0, _length), _remote.Target);
        var octets = copies * (_length + HeaderOctets) + _octetsAgain;
        _octetsAgain = 0;
        return octets;
    }

    /// <summary>
    /// Late audio can look like UDPTL, since RTP's first two bytes are a number too; it is far from the numbers that are due.
    /// </summary>
    private bool IsStrayRtp(ReadOnlySpan<byte> datagram)
    {
        if (!RtpPacket.TryRead(datagram, out var packet))
            return false;
        return packet.Ssrc == _audioSsrc || !_receiver.IsNear(BinaryPrimitives.ReadUInt16BigEndian(datagram));
    }
}
