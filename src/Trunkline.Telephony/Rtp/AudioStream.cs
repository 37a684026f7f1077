using System.Net;
using Trunkline.Telephony.Hearing;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;

namespace Trunkline.Telephony.Rtp;

/// <summary>
/// One call's audio: RTP with G.711 both ways, 20 ms out, any packet time in. Used on the media thread; allocates nothing per frame.
/// </summary>
internal sealed class AudioStream : IDisposable
{
    /// <summary>Samples in a tick of the media clock.</summary>
    public const int TickSamples = 160;

    /// <summary>
    /// How long the first packet waits: three packets of 20 ms, which is more than a carrier's jitter and less than T.30 notices.
    /// </summary>
    private const int DelaySamples = 3 * TickSamples;

    /// <summary>Payload of the longest packet that is read: 120 ms.</summary>
    private const int MaxPayload = 960;

    /// <summary>
    /// A gap is filled so that a modem coasts through it; beyond a second there is no signal any more, and it must be seen to have
    /// ended.
    /// </summary>
    private const int MaxFilledGap = 8000;

    private readonly IDatagramSocket _socket;
    private readonly JitterBuffer _jitter = new(DelaySamples);
    private readonly short[] _frame = new short[TickSamples];
    private readonly short[] _decoded = new short[MaxPayload];
    private readonly byte[] _datagram = new byte[RtpPacket.HeaderLength + TickSamples + SrtpSender.Room];
    private readonly uint _ssrc;
    private AudioPath _path;
    private SrtpPair? _srtp;
    private RemoteLatch _remote;
    private ushort _sequence;
    private uint _timestamp;
    private bool _first = true;
    private int _gap;

    public AudioStream(IDatagramSocket socket, AudioPath path)
    {
        _socket = socket;
        _path = path;
        _srtp = path.Srtp is null ? null : new SrtpPair(path.Srtp);
        _remote = new RemoteLatch(path.Remote);
        _ssrc = (uint)Random.Shared.NextInt64();
        _sequence = (ushort)Random.Shared.Next();
        _timestamp = (uint)Random.Shared.NextInt64();
    }

    /// <summary>The far end's stream, once one arrived.</summary>
    public uint? RemoteSsrc { get; private set; }

    /// <summary>Audio packets taken.</summary>
    public long Received { get; private set; }

    /// <summary>Samples that were missing when their time came.</summary>
    public long Missing { get; private set; }

    /// <summary>Goes on with another address or law.</summary>
    public void Follow(AudioPath path)
    {
        if (!path.Remote.Equals(_path.Remote))
            _remote = new RemoteLatch(path.Remote);
        if (path.Srtp != _srtp?.Keys)
        {
            _srtp?.Dispose();
            _srtp = path.Srtp is null ? null : new SrtpPair(path.Srtp);
        }
        _path = path;
    }

    /// <summary>Takes a datagram that arrived; it may be deciphered in its place.</summary>
    public void Receive(Span<byte> datagram, SocketAddress from)
    {
        if (_srtp is not null)
        {
            if (!_srtp.Receiver.TryUnprotect(datagram, out var length))
                return;
            datagram = datagram[..length];
        }
        if (!RtpPacket.TryRead(datagram, out var packet) || packet.PayloadType is not ((byte)G711Law.MuLaw or (byte)G711Law.ALaw)
            || packet.Payload.Length is 0 or > MaxPayload || !_remote.Accept(from))
            return;

        if (packet.Ssrc != RemoteSsrc)
        {
            RemoteSsrc = packet.Ssrc;
            _jitter.Reset();
        }

        Received++;
        G711.Decode((G711Law)packet.PayloadType, packet.Payload, _decoded);
        _jitter.Put(packet.Timestamp, _decoded.AsSpan(0, packet.Payload.Length));
    }

    /// <summary>
    /// 20 ms: what arrived is heard, what is said is sent. Without a terminal, silence is sent, which opens the way through a NAT.
    /// </summary>
    /// <param name="ear">Hears what arrives also while there is no terminal; null for none.</param>
    public void Tick(IMediaTerminal? terminal, LineListener? ear = null)
    {
        _remote.Tick();
        for (var taken = 0; taken < TickSamples;)
        {
            var run = _frame.AsSpan(taken);
            run = run[.._jitter.Take(run, out var present)];
            taken += run.Length;
            Hear(terminal, ear, run, present);
        }

        var payload = _datagram.AsSpan(RtpPacket.HeaderLength, TickSamples);
        if (terminal is null)
        {
            payload.Fill(G711.Silence(_path.Law));
        }
        else
        {
            terminal.Speak(_frame);
            G711.Encode(_path.Law, _frame, payload);
        }

        RtpPacket.WriteHeader(_datagram, (byte)_path.Law, _first, _sequence++, _timestamp, _ssrc);
        _timestamp += TickSamples;
        _first = false;
        const int plain = RtpPacket.HeaderLength + TickSamples;
        var sent = _srtp is null ? plain : _srtp.Sender.Protect(_datagram, plain);
        if (sent > 0)
            _socket.Send(_datagram.AsSpan(0, sent), _remote.Target);
    }

    /// <summary>Forgets the keys.</summary>
    public void Dispose() => _srtp?.Dispose();

    private void Hear(IMediaTerminal? terminal, LineListener? ear, Span<short> run, bool present)
    {
        _gap = present ? 0 : _gap + run.Length;
        // Before the first packet nothing can be missed.
        if (!present && Received > 0)
            Missing += run.Length;
        // First, since the terminal may scribble over the samples.
        if (present)
            ear?.Hear(run);
        else
            ear?.HearNothing(run.Length);
        if (present)
        {
            terminal?.Hear(run);
        }
        else if (_gap <= MaxFilledGap)
        {
            terminal?.HearNothing(run.Length);
        }
        else
        {
            run.Clear();
            terminal?.Hear(run);
        }
    }
}
