namespace Trunkline.Telephony.T38;

/// <summary>The bounds of UDPTL (ITU-T T.38 section 9) on both ends.</summary>
internal static class UdptlLimits
{
    /// <summary>Bytes of the largest datagram that we write or read: what one Ethernet frame carries.</summary>
    public const int MaxDatagram = 1400;

    /// <summary>
    /// Bytes of the largest IFP packet that is kept for repair. Image data at 14,400 bit/s makes packets of about 70 bytes.
    /// </summary>
    public const int MaxKeptPacket = 512;

    /// <summary>Packets kept for repair; also the furthest that error correction reaches back.</summary>
    public const int History = 32;

    /// <summary>Repair entries in a datagram, sent or read.</summary>
    public const int MaxEntries = 16;
}
