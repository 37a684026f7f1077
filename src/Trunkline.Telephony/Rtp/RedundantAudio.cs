using System.Buffers.Binary;

namespace Trunkline.Telephony.Rtp;

/// <summary>
/// Sound that is sent again in later packets (RFC 2198), so that what a packet carried is heard although it was lost. A modem that loses 20 ms loses a
/// frame of a page or, worse, a command: T.30 repeats each three times and then gives up.
/// </summary>
internal static class RedundantAudio
{
    /// <summary>
    /// Each packet carries its own sound, and that of so many packets before. Bursts are seldom as long as the first distance, and both copies are then
    /// lost only by another burst.
    /// </summary>
    public static ReadOnlySpan<int> Distances => [8, 4];

    /// <summary>Packets that the longest distance reaches back: what hears it must wait so long.</summary>
    public const int Reach = 8;

    /// <summary>Bytes before the sound of a packet: a header for each copy, and one for the packet's own.</summary>
    public const int MaxHeader = (2 * BlockHeader) + 1;

    /// <summary>Bytes of the header of a copy.</summary>
    public const int BlockHeader = 4;

    private const byte Follows = 0x80;
    private const int MaxOffset = 1 << 14;
    private const int LengthBits = 10;

    /// <summary>Writes the header of a copy (RFC 2198 section 3); the length is below 1,024, the offset below 16,384 samples.</summary>
    public static void WriteBlock(Span<byte> target, byte payloadType, int offset, int length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, (uint)((Follows | payloadType) << 24 | offset << LengthBits | length));
    }

    /// <summary>Reads a payload block by block, the copies first and the packet's own sound last.</summary>
    public ref struct Reader(ReadOnlySpan<byte> payload)
    {
        private ReadOnlySpan<byte> _headers = payload;
        private ReadOnlySpan<byte> _data;
        private bool _isChecked;

        /// <summary>0 to 127.</summary>
        public byte PayloadType { get; private set; }

        /// <summary>Samples before the packet's own time stamp; 0 for its own sound.</summary>
        public int Offset { get; private set; }

        /// <summary>What it carries.</summary>
        public ReadOnlySpan<byte> Content { get; private set; }

        /// <summary>Goes to the next block; false after the last, and at once when the payload is not whole.</summary>
        public bool Next()
        {
            if (!_isChecked && !FindData())
                return false;
            if (_headers.IsEmpty)
                return false;
            PayloadType = (byte)(_headers[0] & ~Follows);
            if ((_headers[0] & Follows) == 0)
            {
                Offset = 0;
                Content = _data;
                _headers = default;
                return true;
            }
            var word = BinaryPrimitives.ReadUInt32BigEndian(_headers);
            Offset = (int)(word >> LengthBits) & (MaxOffset - 1);
            var length = (int)word & ((1 << LengthBits) - 1);
            Content = _data[..length];
            _data = _data[length..];
            _headers = _headers[BlockHeader..];
            return true;
        }

        private bool FindData()
        {
            _isChecked = true;
            var (at, copies) = (0, 0);
            while (at < _headers.Length && (_headers[at] & Follows) != 0)
            {
                if (_headers.Length - at < BlockHeader)
                    return Fail();
                copies += BinaryPrimitives.ReadUInt16BigEndian(_headers[(at + 2)..]) & ((1 << LengthBits) - 1);
                at += BlockHeader;
            }
            if (at >= _headers.Length || copies > _headers.Length - at - 1)
                return Fail();
            _data = _headers[(at + 1)..];
            return true;
        }

        private bool Fail()
        {
            _headers = default;
            return false;
        }
    }
}
