using Trunkline.Telephony.Sdp;

namespace Trunkline.Telephony.Sip;

/// <summary>Our reply to an offer of the far end's within a call.</summary>
public abstract record SipOfferReply
{
    private SipOfferReply()
    {
    }

    /// <summary>200 with this description.</summary>
    public sealed record Accept(SessionDescription Description) : SipOfferReply;

    /// <summary>A refusal; the session stays as it is. 488 for what we cannot or will not do (RFC 3261 section 21.4.26).</summary>
    public sealed record Refuse(int Status = 488, string Reason = "Not Acceptable Here") : SipOfferReply;
}
