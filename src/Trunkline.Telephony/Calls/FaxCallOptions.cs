using System.Net;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sdp;

namespace Trunkline.Telephony.Calls;

/// <summary>The limits and preferences of outgoing fax calls.</summary>
public sealed record FaxCallOptions
{
    /// <summary>False keeps every call of the trunk to G.711, for a carrier whose T.38 does not work.</summary>
    public bool AllowT38 { get; init; } = true;

    /// <summary>
    /// From the INVITE to giving up. A fax machine answers within a few rings; one that shares a line with an answering machine within ten.
    /// </summary>
    public TimeSpan RingTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// From a busy, congestion or special information tone before the answer to giving up. The network may still say the cause by its final response, which
    /// is worth more than a tone; many say nothing more, and play the tone until the caller hangs up.
    /// </summary>
    public TimeSpan ToneWait { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// From the answer to the beginning of the transfer. T.30 itself gives up after a minute without a signal (timer T0); this is for a far end
    /// that signals and never agrees.
    /// </summary>
    public TimeSpan NoFaxTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest call: 200 dense pages at 9600 bit/s fit, a line that was left up does not.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(3);

    /// <summary>How long the terminal may take to give its report after the line is gone.</summary>
    public TimeSpan ReportWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The G.711 laws to offer, the preferred one first.</summary>
    public IReadOnlyList<G711Law> Laws { get; init; } = [G711Law.MuLaw, G711Law.ALaw];

    /// <summary>Whether sound is enciphered. Required, there is no T.38.</summary>
    public SrtpUse Srtp { get; init; } = SrtpUse.Off;

    /// <summary>Offers sound that is sent again (RFC 2198) to far ends that can do it: three times the bandwidth of G.711, and pages that get through.</summary>
    public bool AudioRedundancy { get; init; } = true;

    /// <summary>Whether T.38 may be used at all.</summary>
    internal bool TakesT38 => AllowT38 && Srtp != SrtpUse.Required;

    /// <summary>What we say of our T.38.</summary>
    public SdpT38 T38 { get; init; } = SdpT38.Ours with { InternetAware = InternetAwareness.Offered };

    /// <summary>Bits a second, with all headers, that a call by T.38 sends at most where both ends are Internet-aware.</summary>
    public int InternetAwareBitRate { get; init; } = FaxTerminalOptions.DefaultInternetAwareBitRate;

    /// <summary>The address that the SDP names for media, when it is not the one that the media engine is bound to.</summary>
    public IPAddress? AdvertisedMedia { get; init; }
}
