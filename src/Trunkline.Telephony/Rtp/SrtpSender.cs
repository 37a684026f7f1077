using System.Buffers.Binary;
using Trunkline.Telephony.Media;

namespace Trunkline.Telephony.Rtp;

/// <summary>Enciphers one stream of ours. Used on the media thread; allocates nothing per packet.</summary>
internal sealed class SrtpSender(SrtpKey key) : IDisposable
{
    /// <summary>Bytes behind a packet that <see cref="Protect"/> needs: the longest tag.</summary>
    public const int Room = 10;

    private readonly SrtpTransform _transform = new(key);
    private uint _rollovers;
    private ushort _last;
    private bool _begun;

    /// <summary>Enciphers a packet whose header has <see cref="RtpPacket.HeaderLength"/> bytes, in order of sequence; the length with the tag.</summary>
    /// <param name="packetAndRoom">The packet and <see cref="Room"/> bytes.</param>
    public int Protect(Span<byte> packetAndRoom, int length)
    {
        var sequence = BinaryPrimitives.ReadUInt16BigEndian(packetAndRoom[2..]);
        if (_begun && sequence < _last)
            _rollovers++;
        (_last, _begun) = (sequence, true);
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packetAndRoom[8..]);
        // Our packets are short: what cannot be enciphered is never sent plain.
        if (!_transform.TryApply(packetAndRoom[RtpPacket.HeaderLength..length], ssrc, ((ulong)_rollovers << 16) | sequence))
            return 0;
        _transform.Tag(packetAndRoom, length, _rollovers).CopyTo(packetAndRoom[length..]);
        return length + _transform.TagLength;
    }

    public void Dispose() => _transform.Dispose();
}
