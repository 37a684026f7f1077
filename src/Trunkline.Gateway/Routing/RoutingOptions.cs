using Trunkline.Core.Documents;

namespace Trunkline.Gateway.Routing;

/// <summary>How the resource for a message is chosen.</summary>
public sealed class RoutingOptions
{
    /// <summary>
    /// A resource without a cost deck is not used. Off, it is taken to cost nothing that is known, and is used after those that have a rate: a fresh
    /// installation has no decks.
    /// </summary>
    public bool RequireRate { get; set; }

    /// <summary>A resource is not used when less than this part of the price, in percent, would be left. None by default; 0 forbids a loss.</summary>
    public decimal? MinMarginPercent { get; set; }

    /// <summary>The expected cost of a resource is divided by its success in the number's country: one that fails every other time costs twice.</summary>
    public bool BySuccess { get; set; }

    /// <summary>After this time what was measured counts half. A carrier mends its faults within hours.</summary>
    public TimeSpan SuccessHalfLife { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Before the first page of a fax: ringing is not charged, the handshake is.</summary>
    public TimeSpan SetupTime { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>A page of ordinary text in standard resolution at 14,400 bit/s.</summary>
    public TimeSpan StandardPage { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>In fine resolution: twice the lines.</summary>
    public TimeSpan FinePage { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>In superfine resolution.</summary>
    public TimeSpan SuperfinePage { get; set; } = TimeSpan.FromSeconds(80);

    /// <summary>A message that is spoken or shown, when its length is not known.</summary>
    public TimeSpan SpokenMessage { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a message that no resource may carry now waits before it is looked at again.</summary>
    public TimeSpan NoRoutePause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the rows of a deck that was replaced are kept. Bills do not need them: each attempt has its own.</summary>
    public TimeSpan KeepReplaced { get; set; } = TimeSpan.FromDays(100);

    /// <summary>What cannot work, as a sentence; null when all is well.</summary>
    public string? Fault()
    {
        if (MinMarginPercent is < -1000 or > 100)
            return "Routing:MinMarginPercent is -1000 to 100.";
        if (SuccessHalfLife <= TimeSpan.Zero || NoRoutePause <= TimeSpan.Zero || KeepReplaced < TimeSpan.Zero)
            return "Routing:SuccessHalfLife and NoRoutePause are above zero, KeepReplaced is not below.";
        return SetupTime < TimeSpan.Zero || StandardPage < TimeSpan.Zero || FinePage < TimeSpan.Zero || SuperfinePage < TimeSpan.Zero || SpokenMessage < TimeSpan.Zero
            ? "Routing: expected times are not below zero."
            : null;
    }

    /// <summary>What a delivery of so many pages is expected to use.</summary>
    public Usage Expect(Core.MessageType type, int pages, FaxResolution resolution) => type switch
    {
        Core.MessageType.Fax => new Usage(pages, SetupTime + pages * Page(resolution)),
        Core.MessageType.Voice or Core.MessageType.Video => new Usage(0, SpokenMessage),
        Core.MessageType.Notification => new Usage(0, TimeSpan.Zero),
    };

    private TimeSpan Page(FaxResolution resolution) => resolution switch
    {
        FaxResolution.Standard => StandardPage,
        FaxResolution.Fine => FinePage,
        FaxResolution.Superfine => SuperfinePage,
    };
}
