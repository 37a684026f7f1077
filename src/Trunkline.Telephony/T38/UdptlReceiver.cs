using System.Buffers.Binary;

namespace Trunkline.Telephony.T38;

/// <summary>
/// Reads UDPTL datagrams (ITU-T T.38 section 9.1) and hands on their IFP packets in order, those that were lost on the way repaired from
/// redundancy or parity. Never throws, whatever arrives; allocates nothing per packet.
/// </summary>
internal sealed class UdptlReceiver
{
    /// <summary>Old numbers in a row after which the far end must have begun its count anew.</summary>
    private const int StaleRunLimit = 16;

    /// <summary>A stream whose first datagram has a number below this began at 0, so that lost first packets can be repaired too.</summary>
    private const int EarlyStart = 8;

    private readonly PacketHistory _history = new();
    private readonly byte[] _repaired = new byte[UdptlLimits.MaxKeptPacket];
    private readonly int[] _entryStart = new int[UdptlLimits.MaxEntries];
    private readonly int[] _entryLength = new int[UdptlLimits.MaxEntries];
    private int _expected = -1;
    private int _staleRun;

    /// <summary>Packets repaired.</summary>
    public long Repaired { get; private set; }

    /// <summary>Packets lost for good.</summary>
    public long Lost { get; private set; }

    /// <summary>Datagrams that were no UDPTL.</summary>
    public long Malformed { get; private set; }

    /// <summary>True when a datagram of that number would fit the stream so far; used to tell UDPTL from stray RTP.</summary>
    public bool IsNear(ushort sequence) => _expected < 0 ? sequence < EarlyStart : Math.Abs((short)(sequence - (ushort)_expected)) < 256;

    /// <summary>True when it has the form of a UDPTL datagram; changes nothing.</summary>
    public bool IsWellFormed(ReadOnlySpan<byte> datagram) => TryRead(datagram, out _);

    /// <summary>Reads one datagram; false when it is none of UDPTL's.</summary>
    public bool Receive(ReadOnlySpan<byte> datagram, IIfpSink sink)
    {
        if (!TryRead(datagram, out var content))
        {
            Malformed++;
            return false;
        }

        var sequence = content.Sequence;
        if (_expected < 0)
            _expected = sequence < EarlyStart ? 0 : sequence;

        var gap = (short)(sequence - (ushort)_expected);
        if (gap < 0)
        {
            if (++_staleRun < StaleRunLimit)
                return true;
            _history.Clear();
            gap = 0;
        }

        _staleRun = 0;
        if (gap > 0)
            Repair(datagram, content, gap, sink);
        var primary = datagram.Slice(content.Start, content.Length);
        _history.Add(sequence, primary);
        _expected = (ushort)(sequence + 1);
        if (primary.Length > 0)
            sink.Packet(sequence, primary);
        return true;
    }

    private void Repair(ReadOnlySpan<byte> datagram, in Content content, int gap, IIfpSink sink)
    {
        // Beyond what error correction reaches, all is lost; the loop is bounded by the reach and not by the gap.
        var reach = Math.Min(gap, UdptlLimits.History);
        Lost += gap - reach;
        for (var back = reach; back >= 1; back--)
        {
            var missing = (ushort)(content.Sequence - back);
            var packet = content.ParitySpan == 0 ? FromRedundancy(datagram, content, back) : FromParity(datagram, content, missing);
            if (packet.IsEmpty)
            {
                Lost++;
                continue;
            }

            Repaired++;
            _history.Add(missing, packet);
            sink.Packet(missing, packet);
        }
    }

    private ReadOnlySpan<byte> FromRedundancy(ReadOnlySpan<byte> datagram, in Content content, int back) =>
        back <= content.Entries ? datagram.Slice(_entryStart[back - 1], _entryLength[back - 1]) : default;

    private ReadOnlySpan<byte> FromParity(ReadOnlySpan<byte> datagram, in Content content, ushort missing)
    {
        for (var entry = 0; entry < content.Entries; entry++)
        {
            // Entry i of n is the parity of packets seq-n+i-j*n. It gives back one packet when it alone of them is missing.
            var covers = false;
            var others = 0;
            for (var j = 0; j < content.ParitySpan; j++)
            {
                var covered = (ushort)(content.Sequence - content.Entries + entry - j * content.Entries);
                covers |= covered == missing;
                others += covered != missing && _history.TryGet(covered, out _) ? 1 : 0;
            }

            var length = _entryLength[entry];
            if (!covers || others != content.ParitySpan - 1 || length > _repaired.Length)
                continue;

            datagram.Slice(_entryStart[entry], length).CopyTo(_repaired);
            for (var j = 0; j < content.ParitySpan; j++)
            {
                var covered = (ushort)(content.Sequence - content.Entries + entry - j * content.Entries);
                if (covered == missing || !_history.TryGet(covered, out var packet))
                    continue;
                for (var i = 0; i < Math.Min(packet.Length, length); i++)
                    _repaired[i] ^= packet[i];
            }

            // Parity does not tell the length; what it adds at the end is zeros, and an IFP packet says its own length.
            return _repaired.AsSpan(0, length);
        }

        return default;
    }

    /// <summary>Takes a datagram apart without acting on it, so that a malformed one changes nothing.</summary>
    private bool TryRead(ReadOnlySpan<byte> datagram, out Content content)
    {
        content = default;
        if (datagram.Length < 4 || datagram.Length > UdptlLimits.MaxDatagram)
            return false;

        var at = 2;
        if (!TryReadOpen(datagram, ref at, out var start, out var length) || at >= datagram.Length)
            return false;

        var isParity = (datagram[at++] & 0x80) != 0;
        var span = 0;
        if (isParity)
        {
            if (at + 2 > datagram.Length || datagram[at] != 1)
                return false;
            span = datagram[at + 1];
            at += 2;
        }

        if (!TryReadLength(datagram, ref at, out var entries))
            return false;

        var kept = 0;
        for (var i = 0; i < entries; i++)
        {
            if (!TryReadOpen(datagram, ref at, out var entryStart, out var entryLength))
                return false;
            if (i >= UdptlLimits.MaxEntries)
                continue;
            _entryStart[i] = entryStart;
            _entryLength[i] = entryLength;
            kept++;
        }

        // Parity over more than we keep cannot be used, nor can a part of its entries: their number decides what each covers.
        var usable = !isParity || kept == entries && span > 0 && span * entries <= UdptlLimits.History;
        content = new Content(BinaryPrimitives.ReadUInt16BigEndian(datagram), start, length, usable ? kept : 0, usable ? span : 0);
        return true;
    }

    private static bool TryReadOpen(ReadOnlySpan<byte> datagram, ref int at, out int start, out int length)
    {
        start = 0;
        if (!TryReadLength(datagram, ref at, out length) || length > datagram.Length - at)
            return false;
        start = at;
        at += length;
        return true;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> datagram, ref int at, out int length)
    {
        length = 0;
        if (at >= datagram.Length)
            return false;

        int first = datagram[at++];
        if (first < 0x80)
        {
            length = first;
            return true;
        }

        // 11xxxxxx would be a fragmented open type of 16 KB and more, which no datagram of ours can hold.
        if ((first & 0x40) != 0 || at >= datagram.Length)
            return false;
        length = (first & 0x3F) << 8 | datagram[at++];
        return true;
    }

    private readonly record struct Content(ushort Sequence, int Start, int Length, int Entries, int ParitySpan);
}
