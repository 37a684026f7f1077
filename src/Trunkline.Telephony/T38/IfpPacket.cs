namespace Trunkline.Telephony.T38;

/// <summary>What the first octet of an IFP packet says (T.38 sections 7.2 and 7.3).</summary>
internal static class IfpPacket
{
    public const int NoSignal = 0;
    public const int Cng = 1;
    public const int Ced = 2;

    private const byte DataType = 0x40;

    /// <summary>The T30_INDICATOR that it carries; null for T30_DATA. The packet has an octet at least.</summary>
    public static int? Indicator(ReadOnlySpan<byte> packet) => (packet[0] & DataType) != 0 ? null : Number(packet);

    /// <summary>True for T30_DATA of a fast modem: image and training check, and not V.21, whose number is 0.</summary>
    public static bool IsImage(ReadOnlySpan<byte> packet) => (packet[0] & DataType) != 0 && Number(packet) != 0;

    private static int Number(ReadOnlySpan<byte> packet) => (packet[0] >> 1) & 0x1F;
}
