namespace Trunkline.Telephony.Trunks;

/// <summary>How a carrier wants numbers written.</summary>
public enum DialFormat
{
    /// <summary>+12025550100</summary>
    Plus,

    /// <summary>12025550100</summary>
    Digits,
}
