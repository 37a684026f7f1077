using Trunkline.Core;
using Trunkline.Gateway.Resources;

namespace Trunkline.Gateway.Routing;

/// <summary>Why a resource is or is not a way for a message.</summary>
public enum RouteVerdict
{
    /// <summary>It could carry it now.</summary>
    Usable,

    /// <summary>The customer may not use it.</summary>
    NotAllowed,

    /// <summary>It has no cost deck, and <see cref="RoutingOptions.RequireRate"/> wants one.</summary>
    NoDeck,

    /// <summary>Its deck has no rate for this number: it does not serve it.</summary>
    NoRate,

    /// <summary>A margin is wanted, and there is no exchange rate to reckon it by.</summary>
    NoExchange,

    /// <summary>Less than the wanted margin would be left.</summary>
    LosesMoney,

    /// <summary>It failed in this round; another is tried first.</summary>
    FailedInRound,

    /// <summary>It is right, and has no free channel.</summary>
    NoChannel,

    /// <summary>It is paused, silent, or says that it is inactive.</summary>
    Out,
}

/// <summary>A resource as a way for one message. One is made for each resource and message: it refers to what is known, and copies nothing.</summary>
public record struct RouteCandidate
{
    public required ResourceState Resource { get; init; }

    public RouteVerdict Verdict { get; set; }

    /// <summary>What the resource itself has against it; null when nothing.</summary>
    public string? Unavailable { get; set; }

    /// <summary>The cost deck; null when it has none.</summary>
    public RateDeck? Deck { get; set; }

    /// <summary>By which it charges, in its deck's currency; null when that is not known.</summary>
    public readonly Rate? Rate => Cost is null ? null : Deck!.Rate(RateNumber);

    /// <summary>What the expected usage costs, in its deck's currency.</summary>
    public Money? Cost { get; set; }

    /// <summary>The same in the customer's currency; null when there is no exchange rate.</summary>
    public Money? Converted { get; set; }

    /// <summary>What it is compared by, micro-units of the customer's currency: the cost, divided by the success when that is wanted. Null when not known.</summary>
    public long? Rank { get; set; }

    internal int RateNumber { get; set; }

    public int Free { get; set; }

    public int Channels { get; set; }

    /// <summary>
    /// Below zero when this is the better of two: a known cost before an unknown one, then the lower, then the lower preference, then the more room: by
    /// parts of its channels, or, where nothing is known of the cost, by their number.
    /// </summary>
    public readonly int CompareTo(in RouteCandidate other)
    {
        var order = (Rank is null).CompareTo(other.Rank is null);
        if (order == 0 && Rank is { } own && other.Rank is { } its)
            order = own.CompareTo(its);
        if (order == 0)
            order = Resource.Model.Preference.CompareTo(other.Resource.Model.Preference);
        if (order == 0)
            order = Rank is null ? other.Free.CompareTo(Free) : ((long)other.Free * Channels).CompareTo((long)Free * other.Channels);
        return order != 0 ? order : Resource.Model.Id.CompareTo(other.Resource.Model.Id);
    }
}
