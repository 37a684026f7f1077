using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Sip;

namespace Trunkline.Telephony.Trunks;

/// <summary>A carrier, or the test line, reached by SIP over UDP.</summary>
public sealed record SipTrunkOptions
{
    /// <summary>What the operator calls it.</summary>
    public required string Name { get; init; }

    /// <summary>The carrier's address or name. A name is looked up as an address (A, AAAA); SRV is not.</summary>
    public required string Host { get; init; }

    public int Port { get; init; } = 5060;

    /// <summary>The right part of the URIs; the host when null.</summary>
    public string? Domain { get; init; }

    /// <summary>For a carrier that asks for them.</summary>
    public SipCredentials? Credentials { get; init; }

    /// <summary>The number to show when a call names none; null shows the user name of the credentials, or "anonymous".</summary>
    public PhoneNumber? CallerId { get; init; }

    /// <summary>Calls at once: what the carrier sells.</summary>
    public int MaxChannels { get; init; } = 4;

    public DialFormat Format { get; init; } = DialFormat.Plus;

    /// <summary>Before the digits or the plus sign, such as 00 or a carrier's account code.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Between two OPTIONS; zero asks nothing, and the trunk counts as up. Shorter than the 30 s after which common NATs forget us.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long an OPTIONS waits for any response: four retransmissions.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Limits and preferences of each call.</summary>
    public FaxCallOptions Calls { get; init; } = new();
}
