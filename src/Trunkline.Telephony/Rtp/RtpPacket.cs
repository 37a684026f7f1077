using System.Buffers.Binary;

namespace Trunkline.Telephony.Rtp;

/// <summary>An RTP packet as it lies in a datagram (RFC 3550 section 5.1).</summary>
internal readonly ref struct RtpPacket
{
    /// <summary>Bytes of the header that we write: no contributing sources, no extension.</summary>
    public const int HeaderLength = 12;

    /// <summary>0 to 127.</summary>
    public byte PayloadType { get; private init; }

    /// <summary>Set on the first packet after silence.</summary>
    public bool Marker { get; private init; }

    /// <summary>Counts packets, modulo 65,536.</summary>
    public ushort Sequence { get; private init; }

    /// <summary>Counts samples, modulo 2^32.</summary>
    public uint Timestamp { get; private init; }

    /// <summary>The stream that it belongs to.</summary>
    public uint Ssrc { get; private init; }

    /// <summary>Without padding.</summary>
    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>Reads a datagram; false when it is no RTP packet. Never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out RtpPacket packet)
    {
        packet = default;
        if (datagram.Length < HeaderLength || datagram[0] >> 6 != 2)
            return false;

        var start = HeaderLength + 4 * (datagram[0] & 0x0F);
        if ((datagram[0] & 0x10) != 0)
        {
            if (datagram.Length < start + 4)
                return false;
            start += 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(datagram[(start + 2)..]);
        }

        var padding = (datagram[0] & 0x20) != 0 ? datagram[^1] : 0;
        if ((datagram[0] & 0x20) != 0 && padding == 0 || start + padding > datagram.Length)
            return false;

        packet = new RtpPacket
        {
            PayloadType = (byte)(datagram[1] & 0x7F),
            Marker = (datagram[1] & 0x80) != 0,
            Sequence = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]),
            Timestamp = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            Ssrc = BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]),
            Payload = datagram[start..^padding],
        };
        return true;
    }

    /// <summary>Writes a header of <see cref="HeaderLength"/> bytes; the payload follows it.</summary>
    public static void WriteHeader(Span<byte> datagram, byte payloadType, bool marker, ushort sequence, uint timestamp, uint ssrc)
    {
        datagram[0] = 0x80;
        datagram[1] = (byte)(marker ? payloadType | 0x80 : payloadType);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[8..], ssrc);
    }
}
