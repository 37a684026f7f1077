using System.Net;
using Trunkline.Telephony.Sip;

namespace Trunkline.TestLine;

/// <summary>Where the test line listens and what it keeps.</summary>
public sealed record TestLineOptions
{
    /// <summary>The SIP address; port 0 takes a free one.</summary>
    public IPEndPoint Sip { get; init; } = new(IPAddress.Loopback, 5090);

    /// <summary>The data directory; what is received lands in its <c>testline/&lt;number&gt;</c>.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>TCP and TLS; null for UDP alone.</summary>
    public SipStreamOptions? Streams { get; init; }

    /// <summary>The address of media.</summary>
    public IPAddress MediaAddress { get; init; } = IPAddress.Loopback;

    /// <summary>The first media port; 0 for any free port.</summary>
    public int FirstMediaPort { get; init; } = 6000;

    /// <summary>The last media port.</summary>
    public int LastMediaPort { get; init; } = 6999;

    /// <summary>The user that must call; null lets everybody call.</summary>
    public string? UserName { get; init; }

    /// <summary>The user's password.</summary>
    public string? Password { get; init; }

    /// <summary>Numbers beside those of <see cref="TestNumber.All"/>; one that is there already behaves as said here.</summary>
    public IReadOnlyList<TestNumber> Numbers { get; init; } = [];

    /// <summary>
    /// How long a fax waits for the caller's own offer of T.38 before it makes one: callers that offer at once then meet no glare.
    /// </summary>
    public TimeSpan T38OfferDelay { get; init; } = TimeSpan.FromMilliseconds(700);

    /// <summary>How long the caller has to hang up once T.30 is over; then we do.</summary>
    public TimeSpan HangUpDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Calls at once; more are answered 503. As many as the media ports allow for.</summary>
    public int MaxCalls { get; init; } = 500;

    /// <summary>Every number that answers.</summary>
    internal IReadOnlyList<TestNumber> Table => [.. Numbers, .. TestNumber.All.Where(known => Numbers.All(own => own.Number != known.Number))];

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Sip}, {DataDirectory}";
}
