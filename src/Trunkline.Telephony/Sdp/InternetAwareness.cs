namespace Trunkline.Telephony.Sdp;

/// <summary>
/// What an end says of itself as an Internet-aware fax device (T.38 section 3), which is no gateway with a modem behind it. T.38 has no attribute for it;
/// ours is "x-internet-aware-fax", which others leave aside (RFC 8866 section 5.13). An answer says another word than an offer, so that a far end that only
/// repeats what it was sent is not taken for one.
/// </summary>
public enum InternetAwareness
{
    /// <summary>Nothing: a gateway, or any other maker's terminal.</summary>
    None,

    /// <summary>It offers to be one.</summary>
    Offered,

    /// <summary>It is one, and has read that the other is.</summary>
    Answered,
}
