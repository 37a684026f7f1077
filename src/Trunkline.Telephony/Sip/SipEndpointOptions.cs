using System.Net;
using Trunkline.Telephony.Sip.Digest;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>Where a <see cref="SipEndpoint"/> listens, and its bounds.</summary>
public sealed record SipEndpointOptions
{
    /// <summary>The address and port to bind; port 0 takes a free one.</summary>
    public required IPEndPoint Local { get; init; }

    /// <summary>The address that others are told, when it is not the bound one (bound to any address, or behind a one-to-one NAT).</summary>
    public IPAddress? Advertised { get; init; }

    /// <summary>The User-Agent header.</summary>
    public string UserAgent { get; init; } = "Trunkline";

    /// <summary>Calls at once, in and out; more are answered 503. Four times what one machine is planned for.</summary>
    public int MaxCalls { get; init; } = 4_000;

    /// <summary>How long a call may ring, in either direction, before it is given up: what networks allow (RFC 3261 section 13.3.1.1).</summary>
    public TimeSpan MaxRinging { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a place may leave an INVITE without any response before another is tried, where there is one: four sendings.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>The session's interval that we ask for, and the longest that we agree to (RFC 4028 section 4 recommends it).</summary>
    public TimeSpan SessionExpires { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The shortest interval that we take: below it refreshing would be half of all signalling (RFC 4028 section 5 has it as the least).</summary>
    public TimeSpan MinSessionExpires { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Asks incoming calls for credentials; null lets everybody call.</summary>
    public SipDigestGate? Gate { get; init; }

    /// <summary>TCP and TLS; null speaks UDP only.</summary>
    public SipStreamOptions? Streams { get; init; }

    /// <summary>T1, T2 and T4.</summary>
    public SipTimers Timers { get; init; } = new();
}
