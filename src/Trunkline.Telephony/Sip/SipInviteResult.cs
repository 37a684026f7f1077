using Trunkline.Telephony.Sdp;

namespace Trunkline.Telephony.Sip;

/// <summary>What came of an outgoing call's set-up.</summary>
public sealed record SipInviteResult
{
    /// <summary>The call, when it was answered and is up.</summary>
    public SipCall? Call { get; init; }

    /// <summary>The final status; 0 when nobody answered the INVITE in time (timer B).</summary>
    public required int Status { get; init; }

    /// <summary>The words with it.</summary>
    public required string Reason { get; init; }

    /// <summary>The Q.850 cause of the Reason header (RFC 3326), or null.</summary>
    public int? Q850Cause { get; init; }

    /// <summary>When it makes sense to call again, as a refusal said (RFC 3261 section 20.33), an hour at most; null when it said nothing of it.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the answer's body says; null when it has none that can be read.</summary>
    public SessionDescription? Answer { get; init; }

    /// <summary>True when 180 or 183 came: the far end's telephone rang, or its network said something.</summary>
    public bool Rang { get; init; }

    /// <summary>True when any response at all came: the carrier is there.</summary>
    public bool Heard { get; init; }

    /// <summary>True when we gave up: by the caller's token or by the endpoint's longest ringing.</summary>
    public bool Cancelled { get; init; }
}
