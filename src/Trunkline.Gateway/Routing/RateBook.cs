using System.Collections.Frozen;
using Trunkline.Core;

namespace Trunkline.Gateway.Routing;

/// <summary>
/// Every deck that is in force now or will be: immutable, and replaced whole. Whoever prices a message takes one book and one moment, so that no
/// message is priced by half of one deck and half of another.
/// </summary>
public sealed class RateBook
{
    private readonly FrozenDictionary<MessageType, OfType> _types;

    /// <summary>A book of these decks. Of two that take effect at the same time, the one imported later counts.</summary>
    public RateBook(IEnumerable<RateDeck> decks)
    {
        Decks = [.. decks.OrderBy(d => d.Info.Effective).ThenBy(d => d.Info.Id)];
        _types = Decks.GroupBy(d => d.Info.Type).ToFrozenDictionary(g => g.Key, g => new OfType(g));
    }

    /// <summary>A book without a deck.</summary>
    public static RateBook Empty { get; } = new([]);

    /// <summary>In the order in which they take effect.</summary>
    public IReadOnlyList<RateDeck> Decks { get; }

    /// <summary>Bytes of all rows: of each deck, and of those side by side.</summary>
    public long Size => Decks.Sum(d => d.Size) + _types.Values.Sum(t => t.Size);

    /// <summary>What a resource costs at a time; null when it has no deck of this type then.</summary>
    public RateDeck? Cost(long resource, MessageType type, DateTimeOffset at) => Search(type, [], at).Cost(resource)?.Deck;

    /// <summary>What customers of a plan pay at a time; null when the plan has no deck of this type then.</summary>
    public RateDeck? Price(string plan, MessageType type, DateTimeOffset at) => Search(type, [], at).Price(plan)?.Deck;

    /// <summary>Looks a number up in as many decks as are asked for.</summary>
    /// <param name="digits">Country code first, without a plus sign; empty for what is no telephone number.</param>
    internal RateSearch Search(MessageType type, ReadOnlySpan<char> digits, DateTimeOffset at) => new(_types.GetValueOrDefault(type, OfType.Empty), digits, at);

    /// <summary>The decks of one message type.</summary>
    internal sealed class OfType
    {
        private readonly FrozenDictionary<long, PlacedDeck[]> _costs;
        private readonly FrozenDictionary<string, PlacedDeck[]> _prices;
        private readonly RateGrid[] _grids;

        /// <param name="decks">In the order in which they take effect.</param>
        public OfType(IEnumerable<RateDeck> decks)
        {
            // Those of one resource, and of resources that are looked at one after the other, are in one grid where they can be.
            var ordered = decks.OrderBy(d => d.Info.Kind == RateDeckKind.Cost).ThenBy(d => d.Info.ResourceId).ToArray();
            _grids = [.. ordered.Chunk(RateGrid.Width).Select(some => RateGrid.Of([.. some.Select(d => d.Table)]))];
            var placed = ordered.Select((d, i) => new PlacedDeck(d, _grids[i / RateGrid.Width], i % RateGrid.Width)).ToArray();
            _costs = placed.Where(p => p.Deck.Info is { Kind: RateDeckKind.Cost, ResourceId: not null }).GroupBy(p => p.Deck.Info.ResourceId!.Value)
                .ToFrozenDictionary(g => g.Key, g => g.ToArray());
            _prices = placed.Where(p => p.Deck.Info is { Kind: RateDeckKind.Price, PricePlan: not null }).GroupBy(p => p.Deck.Info.PricePlan!)
                .ToFrozenDictionary(g => g.Key, g => g.ToArray());
        }

        public static OfType Empty { get; } = new([]);

        public long Size => _grids.Sum(g => g.Size);

        public PlacedDeck? Cost(long resource, DateTimeOffset at) => InForce(_costs.GetValueOrDefault(resource), at);

        public PlacedDeck? Price(string plan, DateTimeOffset at) => InForce(_prices.GetValueOrDefault(plan), at);

        private static PlacedDeck? InForce(PlacedDeck[]? decks, DateTimeOffset at)
        {
            // A handful at most: what was replaced is left out when the book is made anew.
            for (var i = (decks?.Length ?? 0) - 1; i >= 0; i--)
            {
                if (decks![i].Effective <= at.UtcTicks)
                    return decks[i];
            }
            return null;
        }
    }
}

/// <summary>A deck, and where it stands beside the others of its type.</summary>
internal sealed record PlacedDeck(RateDeck Deck, RateGrid Grid, int Column)
{
    /// <summary>Ticks of UTC: it is looked at for each message.</summary>
    public long Effective { get; } = Deck.Info.Effective.UtcTicks;
}
