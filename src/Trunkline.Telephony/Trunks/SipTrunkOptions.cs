using System.Net;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Trunks;

/// <summary>A carrier, or the test line, reached by SIP.</summary>
public sealed record SipTrunkOptions
{
    /// <summary>What the operator calls it.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The carrier's addresses or names, separated by commas, in the order in which to try them, each with a port of its own if need be:
    /// <c>sip1.carrier.example, sip2.carrier.example:5080</c>.
    /// </summary>
    public required string Host { get; init; }

    /// <summary>For hosts without one of their own; 0 for the ports of their SRV records (RFC 3263), or the usual one.</summary>
    public int Port { get; init; }

    /// <summary>What carries the signalling.</summary>
    public SipTransport Transport { get; init; } = SipTransport.Udp;

    /// <summary>The right part of the URIs; the first host when null.</summary>
    public string? Domain { get; init; }

    /// <summary>For a carrier that asks for them.</summary>
    public SipCredentials? Credentials { get; init; }

    /// <summary>The number to show when a call names none; null shows the user name of the credentials, or "anonymous".</summary>
    public PhoneNumber? CallerId { get; init; }

    /// <summary>The user part of From and of what is registered, where the carrier wants an account there and not our number; null for the number.</summary>
    public string? FromUser { get; init; }

    /// <summary>Where else our number stands.</summary>
    public TrunkIdentity Identity { get; init; }

    /// <summary>Header fields of each INVITE; <c>{number}</c> in a value is our number, <c>{domain}</c> the domain.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Registers with the carrier, and keeps that up.</summary>
    public bool Register { get; init; }

    /// <summary>What REGISTER asks for.</summary>
    public TimeSpan RegisterExpires { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Calls at once: what the carrier sells.</summary>
    public int MaxChannels { get; init; } = 4;

    public DialFormat Format { get; init; } = DialFormat.Plus;

    /// <summary>Before the digits or the plus sign, such as 00 or a carrier's account code.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Between two OPTIONS; zero asks nothing, and the trunk counts as up. Shorter than the 30 s after which common NATs forget us.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long a place that does not answer is left out where nothing is asked: with OPTIONS, it is until it answers.</summary>
    public TimeSpan LeaveOut { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often names are looked up anew.</summary>
    public TimeSpan LookUpEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an OPTIONS waits for any response: four retransmissions.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Limits and preferences of each call.</summary>
    public FaxCallOptions Calls { get; init; } = new();

    /// <summary>The hosts one by one; port 0 for none.</summary>
    internal IReadOnlyList<(string Host, int Port)> Hosts() =>
        [.. Host.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(OneHost)];

    /// <summary>True when no name must be looked up.</summary>
    internal bool IsLiteral => Hosts().All(h => IPAddress.TryParse(h.Host, out _));

    private (string, int) OneHost(string text)
    {
        // A bare IPv6 address has colons of its own.
        if (IPAddress.TryParse(text, out _) || !SipUri.TryHostPort(text, out var host, out var port))
            return (text, Port);
        return (host, port == 0 ? Port : port);
    }
}
