using System.Buffers.Binary;
using Trunkline.Telephony.Media;

namespace Trunkline.Telephony.T38;

/// <summary>
/// Wraps IFP packets in UDPTL datagrams (ITU-T T.38 section 9.1): sequence number, the packet, and what repairs the loss of earlier ones.
/// Allocates nothing per packet.
/// </summary>
internal sealed class UdptlSender
{
    /// <summary>Earlier packets that each datagram repeats, by default: three datagrams lost in a row do no harm.</summary>
    public const int DefaultDepth = 3;

    /// <summary>
    /// Commands of T.30 come in packets of a few bytes, and a burst that takes one away costs seconds or the call: they are repeated further, as long as
    /// the datagram stays small.
    /// </summary>
    public const int SmallDatagram = 160;

    private const int SmallDepth = 10;
    private const int FecSpan = 3;

    private readonly PacketHistory _history = new();
    private readonly byte[] _parity = new byte[UdptlLimits.MaxKeptPacket];
    private readonly UdptlErrorCorrection _correction;
    private readonly int _depth;
    private readonly int _maxDatagram;
    private ushort _next;
    private int _sent;

    /// <param name="correction">How losses are repaired.</param>
    /// <param name="maxDatagram">Bytes that the far end takes; entries that would not fit are left out.</param>
    /// <param name="depth">Packets repeated, or parity entries.</param>
    /// <param name="firstSequence">Where the count begins.</param>
    public UdptlSender(UdptlErrorCorrection correction, int maxDatagram, int depth = DefaultDepth, ushort firstSequence = 0)
    {
        _correction = correction;
        _maxDatagram = Math.Clamp(maxDatagram, 1, UdptlLimits.MaxDatagram);
        _depth = Math.Clamp(depth, 0, UdptlLimits.MaxEntries);
        _next = firstSequence;
    }

    /// <summary>Writes the datagram of the next packet and returns its length; 0 when the packet is larger than any datagram.</summary>
    public int Write(ReadOnlySpan<byte> packet, Span<byte> datagram)
    {
        // The packet itself goes even when it is more than the far end said it takes: it may take it, and without it the page is lost.
        if (packet.Length + 6 > Math.Min(datagram.Length, UdptlLimits.MaxDatagram))
            return 0;

        var sequence = _next++;
        BinaryPrimitives.WriteUInt16BigEndian(datagram, sequence);
        var length = 2;
        length += WriteOpen(datagram[length..], packet);
        var room = Math.Max(_maxDatagram, length + 2);
        room = Math.Min(room, datagram.Length);
        length = _correction switch
        {
            UdptlErrorCorrection.None => WriteNothing(datagram, length),
            UdptlErrorCorrection.Redundancy => WriteRedundancy(datagram[..room], length, sequence),
            UdptlErrorCorrection.Fec => WriteParity(datagram[..room], length, sequence),
        };
        _history.Add(sequence, packet);
        _sent = Math.Min(_sent + 1, UdptlLimits.History);
        return length;
    }

    private static int WriteNothing(Span<byte> datagram, int length)
    {
        datagram[length] = 0;
        datagram[length + 1] = 0;
        return length + 2;
    }

    private int WriteRedundancy(Span<byte> datagram, int length, ushort sequence)
    {
        var countAt = length + 1;
        datagram[length] = 0;
        length += 2;
        var count = 0;
        for (; count < Math.Min(_depth == 0 ? 0 : Math.Max(_depth, SmallDepth), _sent); count++)
        {
            var room = count < _depth ? datagram.Length : Math.Min(datagram.Length, SmallDatagram);
            if (!_history.TryGet((ushort)(sequence - 1 - count), out var earlier) || length + earlier.Length + 2 > room)
                break;
            length += WriteOpen(datagram[length..], earlier);
        }

        datagram[countAt] = (byte)count;
        return length;
    }

    private int WriteParity(Span<byte> datagram, int length, ushort sequence)
    {
        // Entry i of n is the parity of packets seq-n+i-j*n, j below the span; the layout depends on n, so n is settled before anything
        // is written.
        for (var entries = Math.Min(_depth, _sent / FecSpan); entries > 0; entries--)
        {
            var total = length + 4;
            for (var i = 0; i < entries; i++)
                total += Parity(sequence, entries, i) + 2;
            if (total > datagram.Length)
                continue;

            datagram[length++] = 0x80;
            datagram[length++] = 1;
            datagram[length++] = FecSpan;
            datagram[length++] = (byte)entries;
            for (var i = 0; i < entries; i++)
                length += WriteOpen(datagram[length..], _parity.AsSpan(0, Parity(sequence, entries, i)));
            return length;
        }

        return WriteNothing(datagram, length);
    }

    /// <summary>Fills <see cref="_parity"/> and returns how much of it counts.</summary>
    private int Parity(ushort sequence, int entries, int entry)
    {
        _parity.AsSpan().Clear();
        var longest = 0;
        for (var j = 0; j < FecSpan; j++)
        {
            if (!_history.TryGet((ushort)(sequence - entries + entry - j * entries), out var earlier))
                return 0;
            for (var i = 0; i < earlier.Length; i++)
                _parity[i] ^= earlier[i];
            longest = Math.Max(longest, earlier.Length);
        }

        return longest;
    }

    /// <summary>Writes an open type: a length of one or two bytes (X.691 section 11.9) and the content.</summary>
    private static int WriteOpen(Span<byte> target, ReadOnlySpan<byte> content)
    {
        if (content.Length < 0x80)
        {
            target[0] = (byte)content.Length;
            content.CopyTo(target[1..]);
            return content.Length + 1;
        }

        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)(content.Length | 0x8000));
        content.CopyTo(target[2..]);
        return content.Length + 2;
    }
}
