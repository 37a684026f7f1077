using Trunkline.Core;

namespace Trunkline.Gateway.Routing;

/// <summary>What a deck says.</summary>
public enum RateDeckKind
{
    /// <summary>What a resource costs us.</summary>
    Cost,

    /// <summary>What customers of a plan pay.</summary>
    Price,
}

/// <summary>Whether a deck counts now.</summary>
public enum RateDeckState
{
    /// <summary>It is in force.</summary>
    Current,

    /// <summary>It takes effect later.</summary>
    Coming,

    /// <summary>Another has taken its place.</summary>
    Replaced,
}

/// <summary>A deck, without its rows.</summary>
public sealed record RateDeckInfo
{
    /// <summary>Given by the store; never used again.</summary>
    public long Id { get; init; }

    public required RateDeckKind Kind { get; init; }

    /// <summary>The resource of a cost deck, else null.</summary>
    public long? ResourceId { get; init; }

    /// <summary>The plan of a price deck, else null.</summary>
    public string? PricePlan { get; init; }

    public required MessageType Type { get; init; }

    /// <summary>ISO 4217, of all its amounts.</summary>
    public required string Currency { get; init; }

    /// <summary>IANA; the hours of its bands are told in it.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>From then on it is used in place of the one before.</summary>
    public required DateTimeOffset Effective { get; init; }

    public DateTimeOffset ImportedAt { get; init; }

    /// <summary>The name of the file, for people.</summary>
    public string Source { get; init; } = "";

    /// <summary>Rows.</summary>
    public int RateCount { get; init; }

    /// <summary>Whether it counts at a time, among all decks.</summary>
    public RateDeckState StateAmong(IEnumerable<RateDeckInfo> all, DateTimeOffset now)
    {
        if (Effective > now)
            return RateDeckState.Coming;
        return all.Any(o => o.IsOfSameLine(this) && o.Effective <= now && (o.Effective, o.Id).CompareTo((Effective, Id)) > 0) ? RateDeckState.Replaced : RateDeckState.Current;
    }

    /// <summary>True when the one takes the other's place at its time.</summary>
    public bool IsOfSameLine(RateDeckInfo other) =>
        Kind == other.Kind && ResourceId == other.ResourceId && PricePlan == other.PricePlan && Type == other.Type;
}
