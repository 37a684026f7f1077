using System.Collections.Frozen;
using Trunkline.Core;

namespace Trunkline.Gateway.Routing;

/// <summary>
/// Every deck that is in force now or will be: immutable, and replaced whole. Whoever prices a message takes one book and one moment, so that no
/// message is priced by half of one deck and half of another.
/// </summary>
public sealed class RateBook
{
    private readonly FrozenDictionary<(long Resource, MessageType Type), RateDeck[]> _costs;
    private readonly FrozenDictionary<(string Plan, MessageType Type), RateDeck[]> _prices;

    /// <summary>A book of these decks. Of two that take effect at the same time, the one imported later counts.</summary>
    public RateBook(IEnumerable<RateDeck> decks)
    {
        Decks = [.. decks.OrderBy(d => d.Info.Effective).ThenBy(d => d.Info.Id)];
        _costs = Decks.Where(d => d.Info is { Kind: RateDeckKind.Cost, ResourceId: not null }).GroupBy(d => (d.Info.ResourceId!.Value, d.Info.Type))
            .ToFrozenDictionary(g => g.Key, g => g.ToArray());
        _prices = Decks.Where(d => d.Info is { Kind: RateDeckKind.Price, PricePlan: not null }).GroupBy(d => (d.Info.PricePlan!, d.Info.Type))
            .ToFrozenDictionary(g => g.Key, g => g.ToArray());
    }

    /// <summary>A book without a deck.</summary>
    public static RateBook Empty { get; } = new([]);

    /// <summary>In the order in which they take effect.</summary>
    public IReadOnlyList<RateDeck> Decks { get; }

    /// <summary>What a resource costs at a time; null when it has no deck of this type then.</summary>
    public RateDeck? Cost(long resource, MessageType type, DateTimeOffset at) => InForce(_costs.GetValueOrDefault((resource, type)), at);

    /// <summary>What customers of a plan pay at a time; null when the plan has no deck of this type then.</summary>
    public RateDeck? Price(string plan, MessageType type, DateTimeOffset at) => InForce(_prices.GetValueOrDefault((plan, type)), at);

    private static RateDeck? InForce(RateDeck[]? decks, DateTimeOffset at)
    {
        // A handful at most: what was replaced is left out when the book is made anew.
        for (var i = (decks?.Length ?? 0) - 1; i >= 0; i--)
        {
            if (decks![i].Info.Effective <= at)
                return decks[i];
        }
        return null;
    }
}
