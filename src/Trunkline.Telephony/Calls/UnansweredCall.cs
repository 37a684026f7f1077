using Trunkline.Telephony.Hearing;

namespace Trunkline.Telephony.Calls;

/// <summary>What is known of a call that was not answered.</summary>
/// <param name="Status">The final SIP status; 0 when none came.</param>
/// <param name="Q850Cause">Of the Reason header, or null.</param>
/// <param name="Rang">180 to 183 came.</param>
/// <param name="Heard">Any response came.</param>
/// <param name="RingLimitReached">We gave it up because it rang too long.</param>
internal readonly record struct UnansweredCall(int Status, int? Q850Cause, bool Rang, bool Heard, bool RingLimitReached)
{
    /// <summary>The tone by which the network said that no call comes about.</summary>
    public LineSound Tone { get; init; }
}
