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
    private readonly RedundantAudioSender _copies = new();
    private JitterBuffer _jitter;
    private readonly short[] _frame = new short[TickSamples];
    private readonly short[] _decoded = new short[MaxPayload];
    private readonly byte[] _datagram = new byte[RtpPacket.HeaderLength + RedundantAudioSender.MaxPayload + SrtpSender.Room];
    private readonly uint _ssrc;
    private AudioPath _path;
    private SrtpPair? _srtp;
    private RemoteLatch _remote;
    private ushort _sequence;
    private uint _timestamp;
    private bool _first = true;
    private bool _sendsCopies;
    private int _gap;

    public AudioStream(IDatagramSocket socket, AudioPath path)
    {
        _socket = socket;
        _path = path;
        _srtp = path.Srtp is null ? null : new SrtpPair(path.Srtp);
        _remote = new RemoteLatch(path.Remote);
        _jitter = Buffer(path);
        _sendsCopies = path.Redundancy is { Begins: true };
        _ssrc = (uint)Random.Shared.NextInt64();
        _sequence = (ushort)Random.Shared.Next();
        _timestamp = (uint)Random.Shared.NextInt64();
    }

    /// <summary>The far end's stream, once one arrived.</summary>
    public uint? RemoteSsrc { get; private set; }

    /// <summary>Audio packets taken.</summary>
    public long Received { get; private set; }

    /// <summary>Packets that were missing and came again in time.</summary>
    public long Repaired { get; private set; }

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
        if (path.Redundancy != _path.Redundancy)
        {
            _jitter = Buffer(path);
            _sendsCopies = path.Redundancy is { Begins: true };
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
        if (!RtpPacket.TryRead(datagram, out var packet) || !IsAudio(packet) || !_remote.Accept(from))
            return;

        if (packet.Ssrc != RemoteSsrc)
        {
            RemoteSsrc = packet.Ssrc;
            _jitter.Reset();
        }

        Received++;
        if (packet.PayloadType == _path.Redundancy?.PayloadType)
            ReceiveCopies(packet);
        else
            _jitter.Put(packet.Timestamp, Decode(packet.PayloadType, packet.Payload));
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

        var payload = _datagram.AsSpan(RtpPacket.HeaderLength);
        Speak(terminal, payload[..TickSamples]);
        var length = _sendsCopies ? _copies.Wrap((byte)_path.Law, payload) : TickSamples;
        var type = _sendsCopies ? _path.Redundancy!.PayloadType : (byte)_path.Law;
        RtpPacket.WriteHeader(_datagram, type, _first, _sequence++, _timestamp, _ssrc);
        _timestamp += TickSamples;
        _first = false;
        var plain = RtpPacket.HeaderLength + length;
        var sent = _srtp is null ? plain : _srtp.Sender.Protect(_datagram, plain);
        if (sent > 0)
            _socket.Send(_datagram.AsSpan(0, sent), _remote.Target);
    }

    /// <summary>Forgets the keys.</summary>
    public void Dispose() => _srtp?.Dispose();

    private static JitterBuffer Buffer(AudioPath path) => new(DelaySamples + (path.Redundancy is null ? 0 : RedundantAudio.Reach * TickSamples));

    private static bool IsLaw(byte payloadType) => payloadType is (byte)G711Law.MuLaw or (byte)G711Law.ALaw;

    private bool IsAudio(in RtpPacket packet) =>
        packet.PayloadType == _path.Redundancy?.PayloadType ? !packet.Payload.IsEmpty : IsLaw(packet.PayloadType) && packet.Payload.Length is > 0 and <= MaxPayload;

    private Span<short> Decode(byte law, ReadOnlySpan<byte> payload)
    {
        G711.Decode((G711Law)law, payload, _decoded);
        return _decoded.AsSpan(0, payload.Length);
    }

    private void ReceiveCopies(in RtpPacket packet)
    {
        // The packet's own sound stands last and sets the time line; a copy fills a gap of it.
        var blocks = new RedundantAudio.Reader(packet.Payload);
        while (blocks.Next())
        {
            if (!IsLaw(blocks.PayloadType) || blocks.Content.Length is 0 or > MaxPayload)
                continue;
            _sendsCopies = true;
            var samples = Decode(blocks.PayloadType, blocks.Content);
            if (blocks.Offset == 0)
                _jitter.Put(packet.Timestamp, samples);
            else if (_jitter.Fill(packet.Timestamp - (uint)blocks.Offset, samples))
                Repaired++;
        }
    }

    private void Speak(IMediaTerminal? terminal, Span<byte> payload)
    {
        if (terminal is null)
        {
            payload.Fill(G711.Silence(_path.Law));
        }
        else
        {
            terminal.Speak(_frame);
            G711.Encode(_path.Law, _frame, payload);
        }
    }

    private void Hear(IMediaTerminal? terminal, LineListener? ear, Span<short> run, bool present)
    {
        _gap = present ? 0 : _gap + run.Length;
        // Before the first packet is played nothing can be missed.
        if (!present && _jitter.IsPlaying)
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
