namespace Trunkline.Telephony.T38;

/// <summary>The last <see cref="UdptlLimits.History"/> IFP packets by sequence number. Allocates nothing once made.</summary>
internal sealed class PacketHistory
{
    private readonly byte[] _bytes = new byte[UdptlLimits.History * UdptlLimits.MaxKeptPacket];
    private readonly int[] _lengths = new int[UdptlLimits.History];
    private readonly int[] _sequences = new int[UdptlLimits.History];

    public PacketHistory() => Array.Fill(_sequences, -1);

    /// <summary>Keeps a packet; one that is too long to keep only takes the place of the older one.</summary>
    public void Add(ushort sequence, ReadOnlySpan<byte> packet)
    {
        var slot = sequence % UdptlLimits.History;
        if (packet.Length > UdptlLimits.MaxKeptPacket)
        {
            _sequences[slot] = -1;
            return;
        }

        packet.CopyTo(_bytes.AsSpan(slot * UdptlLimits.MaxKeptPacket));
        _lengths[slot] = packet.Length;
        _sequences[slot] = sequence;
    }

    /// <summary>The packet of that number, when it is kept.</summary>
    public bool TryGet(ushort sequence, out ReadOnlySpan<byte> packet)
    {
        var slot = sequence % UdptlLimits.History;
        var found = _sequences[slot] == sequence;
        packet = found ? _bytes.AsSpan(slot * UdptlLimits.MaxKeptPacket, _lengths[slot]) : default;
        return found;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => Array.Fill(_sequences, -1);
}
