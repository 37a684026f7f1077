using Trunkline.Telephony.T38;

namespace Trunkline.Unit.Tests.Telephony.T38;

internal sealed class RecordingSink : IIfpSink
{
    public List<(ushort Sequence, byte[] Packet)> Packets { get; } = [];

    public void Packet(ushort sequence, ReadOnlySpan<byte> packet) => Packets.Add((sequence, packet.ToArray()));
}
