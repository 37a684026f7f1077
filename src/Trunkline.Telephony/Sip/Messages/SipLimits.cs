namespace Trunkline.Telephony.Sip.Messages;

/// <summary>The bounds of one SIP message. Beyond them a message is refused, not cut: half a message is another message.</summary>
public static class SipLimits
{
    /// <summary>Bytes of a whole message: what UDP can carry.</summary>
    public const int MessageBytes = 65_535;

    /// <summary>Header fields. Long Via and Record-Route chains stay well below; a flood of tiny fields does not.</summary>
    public const int Headers = 200;

    /// <summary>Bytes of one header field after unfolding, and of the first line.</summary>
    public const int LineBytes = 8_192;

    /// <summary>Values in one comma list, and parameters of one value.</summary>
    public const int ListItems = 100;
}
