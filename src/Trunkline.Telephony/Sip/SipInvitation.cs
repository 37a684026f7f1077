using Trunkline.Telephony.Sdp;

namespace Trunkline.Telephony.Sip;

/// <summary>An outgoing call.</summary>
public sealed record SipInvitation
{
    /// <summary>Where the INVITE is sent: the carrier.</summary>
    public required SipPeer Destination { get; init; }

    /// <summary>Where to try next, in this order, when a place does not answer or says 503 (RFC 3263 section 4.3).</summary>
    public IReadOnlyList<SipPeer> Alternatives { get; init; } = [];

    /// <summary>The last place is left as soon as the others when it says nothing: another carrier follows. What it begins late is taken down again.</summary>
    public bool LeavesSilent { get; init; }

    /// <summary>Told of each place whether it answered. Called inside the endpoint's lock: returns at once, calls nothing back.</summary>
    public Action<SipPeer, bool>? Tried { get; init; }

    /// <summary>Told of a place that takes no calls now and says for how long (503 with Retry-After). As <see cref="Tried"/>.</summary>
    public Action<SipPeer, TimeSpan>? Rests { get; init; }

    /// <summary>Header fields that the carrier wants besides, such as P-Asserted-Identity. They stand in the INVITE as they are given.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Whom to call, such as <c>sip:+12025550100@carrier.example</c>; also the To header.</summary>
    public required string To { get; init; }

    /// <summary>Who calls, such as <c>sip:+12025550190@gateway.example</c>.</summary>
    public required string From { get; init; }

    /// <summary>The left part of the Call-ID, for logs; random ones follow it. Letters, digits, dots and dashes.</summary>
    public required string CallId { get; init; }

    /// <summary>What we offer.</summary>
    public required SessionDescription Offer { get; init; }

    /// <summary>Whom the call belongs to.</summary>
    public required ISipSession Session { get; init; }

    /// <summary>For a carrier that asks; null gives none.</summary>
    public SipCredentials? Credentials { get; init; }
}
