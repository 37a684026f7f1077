namespace Trunkline.Telephony.Sip;

/// <summary>Who ended a call.</summary>
public enum SipCallEnder
{
    /// <summary>We sent BYE.</summary>
    Here,

    /// <summary>The far end sent BYE.</summary>
    FarEnd,

    /// <summary>The far end no longer knows the call, never acknowledged the answer, or the endpoint was closed.</summary>
    Lost,
}

/// <summary>How a call ended.</summary>
/// <param name="Q850Cause">The cause of the BYE's Reason header, or null.</param>
/// <param name="Text">In words, for the call's record.</param>
public sealed record SipCallEnd(SipCallEnder By, int? Q850Cause, string Text);
