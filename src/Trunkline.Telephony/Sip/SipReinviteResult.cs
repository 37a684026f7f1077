using Trunkline.Telephony.Sdp;

namespace Trunkline.Telephony.Sip;

/// <summary>What came of our re-INVITE.</summary>
/// <param name="Status">The final status; 408 when none came in time, 481 when the call ended meanwhile.</param>
/// <param name="Answer">The far end's description, when it accepted with one that can be read.</param>
public sealed record SipReinviteResult(int Status, string Reason, SessionDescription? Answer);
