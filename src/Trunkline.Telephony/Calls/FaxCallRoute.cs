using Trunkline.Telephony.Sip;

namespace Trunkline.Telephony.Calls;

/// <summary>How a trunk places a call: where to, and under which names.</summary>
/// <param name="Destination">The carrier's address.</param>
/// <param name="To">The URI to call.</param>
/// <param name="From">The URI that calls.</param>
/// <param name="Credentials">For a carrier that asks, or null.</param>
public sealed record FaxCallRoute(SipPeer Destination, string To, string From, SipCredentials? Credentials)
{
    /// <summary>Where to go when the destination does not take the call.</summary>
    public IReadOnlyList<SipPeer> Alternatives { get; init; } = [];

    /// <summary>Another carrier follows: the last place is left as soon as the others when it says nothing.</summary>
    public bool LeavesSilent { get; init; }

    /// <summary>Told of each place whether it answered: returns at once.</summary>
    public Action<SipPeer, bool>? Tried { get; init; }

    /// <summary>Told of a place that takes no calls for a while: returns at once.</summary>
    public Action<SipPeer, TimeSpan>? Rests { get; init; }

    /// <summary>Header fields of the INVITE besides.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
