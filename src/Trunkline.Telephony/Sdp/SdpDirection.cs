namespace Trunkline.Telephony.Sdp;

/// <summary>Which way media goes, as the one who writes it sees it (RFC 8866 section 6.7).</summary>
public enum SdpDirection
{
    SendReceive,
    SendOnly,
    ReceiveOnly,
    Inactive,
}
