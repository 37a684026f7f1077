using System.Net;

namespace Trunkline.Telephony.Media;

/// <summary>Where media lives and what bounds it.</summary>
public sealed record MediaEngineOptions
{
    /// <summary>The address that media sockets bind to and the SDP names.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The first port of the range; even ports are used, as RFC 3550 section 11 asks. 0 for any free port.</summary>
    public int FirstPort { get; init; } = 4000;

    /// <summary>The last port of the range.</summary>
    public int LastPort { get; init; } = 4999;

    /// <summary>Earlier packets that each UDPTL datagram repeats.</summary>
    public int RedundancyDepth { get; init; } = 3;

    /// <summary>
    /// From the answer to hanging up on a person or an answering machine: the longest timer T1 of T.30 (35 s and 5). A fax machine that shares its line with
    /// an answering machine has heard our calling tone by then.
    /// </summary>
    public TimeSpan VoicePatience { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>
    /// Media time after which a session ends whatever it does, so that nothing runs for ever. The longest fax that is taken, two
    /// hundred dense pages
    /// at 9,600 bit/s, needs two hours.
    /// </summary>
    public TimeSpan MaxSessionTime { get; init; } = TimeSpan.FromHours(3);
}
