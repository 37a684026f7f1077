using System.Net;
using Trunkline.Telephony.Hearing;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Rtp;

namespace Trunkline.Fuzz;

/// <summary>RTP and SRTP of one call that is under way.</summary>
internal sealed class RtpTarget : FuzzTarget
{
    private static readonly SrtpKey Key = new(SrtpSuite.Aes128Sha80, Convert.ToBase64String(new byte[30]));

    private readonly LoopbackNetwork _network = new();
    private readonly IDatagramSocket _socket;
    private readonly SocketAddress _from = new IPEndPoint(IPAddress.Loopback, 6000).Serialize();
    private readonly AudioStream _plain;
    private readonly AudioStream _enciphered;
    private readonly AudioStream _redundant;
    private readonly LineListener _ear = new();
    private int _ticks;

    public RtpTarget()
    {
        _socket = _network.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var path = new AudioPath(new IPEndPoint(IPAddress.Loopback, 6000), G711Law.MuLaw);
        _plain = new AudioStream(_socket, path);
        _redundant = new AudioStream(_socket, path with { Redundancy = new AudioRedundancy(121, Begins: true) });
        _enciphered = new AudioStream(_socket, path with { Srtp = new SrtpKeys(Key, Key) });
        Corpus = [.. Enumerable.Range(0, 20).Select(Packet), .. Protected(), .. SentAgain()];
    }

    public override string Name => "rtp";

    public override IReadOnlyList<byte[]> Corpus { get; }

    public override int MaxBytes => 2_000;

    public override void Run(byte[] input)
    {
        _plain.Receive((byte[])input.Clone(), _from);
        _redundant.Receive((byte[])input.Clone(), _from);
        _enciphered.Receive((byte[])input.Clone(), _from);
        if (++_ticks % 4 != 0)
            return;
        _plain.Tick(null, _ear);
        _redundant.Tick(null);
        _enciphered.Tick(null);
    }

    public override void Dispose()
    {
        _plain.Dispose();
        _redundant.Dispose();
        _enciphered.Dispose();
        _socket.Dispose();
        base.Dispose();
    }

    private static byte[] Packet(int number)
    {
        var packet = new byte[RtpPacket.HeaderLength + 160];
        RtpPacket.WriteHeader(packet, (byte)(number % 2 * 8), number == 0, (ushort)(65_530 + number), (uint)(160 * number), 7);
        // With contributing sources, an extension, padding.
        packet[0] = (byte)(0x80 | (number % 5 == 1 ? 3 : 0) | (number % 5 == 2 ? 0x10 : 0) | (number % 5 == 3 ? 0x20 : 0));
        packet[^1] = 4;
        return packet;
    }

    private static IEnumerable<byte[]> SentAgain()
    {
        var sender = new RedundantAudioSender();
        List<byte[]> packets = [];
        for (var i = 0; i < 20; i++)
        {
            var packet = new byte[RtpPacket.HeaderLength + RedundantAudioSender.MaxPayload];
            RtpPacket.WriteHeader(packet, 121, false, (ushort)i, (uint)(160 * i), 7);
            packets.Add(packet[..(RtpPacket.HeaderLength + sender.Wrap(0, packet.AsSpan(RtpPacket.HeaderLength)))]);
        }
        return packets;
    }

    private static IEnumerable<byte[]> Protected()
    {
        using var sender = new SrtpSender(Key);
        List<byte[]> packets = [];
        for (var i = 0; i < 20; i++)
        {
            byte[] packet = [.. Packet(5 * i), .. new byte[SrtpSender.Room]];
            packets.Add(packet[..sender.Protect(packet, packet.Length - SrtpSender.Room)]);
        }
        return packets;
    }
}
