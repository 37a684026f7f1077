using Trunkline.Telephony.Sip;

namespace Trunkline.Telephony.Calls;

/// <summary>How a trunk places a call: where to, and under which names.</summary>
/// <param name="Destination">The carrier's address.</param>
/// <param name="To">The URI to call.</param>
/// <param name="From">The URI that calls.</param>
/// <param name="Credentials">For a carrier that asks, or null.</param>
public sealed record FaxCallRoute(SipPeer Destination, string To, string From, SipCredentials? Credentials);
