using System.Buffers.Binary;
using System.Security.Cryptography;
using Trunkline.Telephony.Media;

namespace Trunkline.Telephony.Rtp;

/// <summary>
/// Checks and deciphers what the far end sends (RFC 3711 section 3.3): a packet without the right tag, or one that came before, is none. Used on the media
/// thread; allocates nothing per packet.
/// </summary>
internal sealed class SrtpReceiver(SrtpKey key) : IDisposable
{
    /// <summary>Packets back that are told apart from replays; what is later than that is too late for sound anyway.</summary>
    private const int Window = 64;

    /// <summary>Streams of one key: a far end has one, and begins another now and then. The windows of all are kept, so that none can be played again.</summary>
    private const int MaxStreams = 16;

    private readonly SrtpTransform _transform = new(key);
    private readonly Stream[] _streams = new Stream[MaxStreams];
    private int _count;

    /// <summary>Packets without the right tag.</summary>
    public long Forged { get; private set; }

    /// <summary>Packets that came before, or far too late.</summary>
    public long Replayed { get; private set; }

    /// <summary>Deciphers a packet in its place.</summary>
    /// <param name="length">Without the tag.</param>
    public bool TryUnprotect(Span<byte> packet, out int length)
    {
        length = packet.Length - _transform.TagLength;
        if (length < RtpPacket.HeaderLength || !RtpPacket.TryRead(packet[..length], out var read))
            return false;
        var at = Find(read.Ssrc);
        ref var stream = ref _streams[at < 0 ? Math.Min(_count, MaxStreams - 1) : at];
        if (at < 0 && _count == MaxStreams)
            return false;
        var known = at >= 0 ? stream : new Stream { Ssrc = read.Ssrc, Highest = read.Sequence };
        var index = known.Guess(read.Sequence);
        if (at >= 0 && known.WasSeen(index))
        {
            Replayed++;
            return false;
        }
        Span<byte> tag = stackalloc byte[SrtpSender.Room];
        tag = tag[.._transform.TagLength];
        packet[length..].CopyTo(tag);
        if (!CryptographicOperations.FixedTimeEquals(_transform.Tag(packet, length, (uint)(index >> 16)), tag))
        {
            Forged++;
            return false;
        }
        var start = length - PayloadLength(packet[..length]);
        if (!_transform.TryApply(packet[start..length], read.Ssrc, index))
            return false;
        known.Take(index);
        stream = known;
        if (at < 0)
            _count++;
        return true;
    }

    public void Dispose() => _transform.Dispose();

    private int Find(uint ssrc)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_streams[i].Ssrc == ssrc)
                return i;
        }
        return -1;
    }

    /// <summary>What is enciphered: everything behind the header, padding too.</summary>
    private static int PayloadLength(ReadOnlySpan<byte> packet)
    {
        var start = RtpPacket.HeaderLength + 4 * (packet[0] & 0x0F);
        if ((packet[0] & 0x10) != 0)
            start += 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(start + 2)..]);
        return packet.Length - start;
    }

    /// <summary>One synchronisation source: the highest index that came, and which of those before it did.</summary>
    private struct Stream
    {
        private ulong _seen;

        public uint Ssrc { get; init; }

        public ulong Highest { get; set; }

        /// <summary>The index whose sequence number this is, nearest to the highest (section 3.3.1).</summary>
        public readonly ulong Guess(ushort sequence)
        {
            var rollovers = Highest >> 16;
            var last = (int)(Highest & 0xFFFF);
            if (last < 0x8000)
                return sequence - last > 0x8000 && rollovers > 0 ? ((rollovers - 1) << 16) | sequence : (rollovers << 16) | sequence;
            return last - 0x8000 > sequence ? ((rollovers + 1) << 16) | sequence : (rollovers << 16) | sequence;
        }

        public readonly bool WasSeen(ulong index)
        {
            if (index > Highest)
                return false;
            var back = Highest - index;
            return back >= Window || (_seen >> (int)back & 1) != 0;
        }

        public void Take(ulong index)
        {
            if (index > Highest)
            {
                var forward = index - Highest;
                _seen = forward >= Window ? 0 : _seen << (int)forward;
                Highest = index;
            }
            _seen |= 1UL << (int)(Highest - index);
        }
    }
}
