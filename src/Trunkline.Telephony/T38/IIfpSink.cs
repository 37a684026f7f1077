namespace Trunkline.Telephony.T38;

/// <summary>Takes IFP packets as they come out of UDPTL.</summary>
internal interface IIfpSink
{
    /// <summary>One packet; numbers only grow (modulo 65,536), and a number that is left out was lost for good.</summary>
    void Packet(ushort sequence, ReadOnlySpan<byte> packet);
}
