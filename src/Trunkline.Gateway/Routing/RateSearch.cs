using Trunkline.Core;

namespace Trunkline.Gateway.Routing;

/// <summary>One number at one moment, looked up in decks of one type and one book. Decks that stand side by side cost one walk.</summary>
internal ref struct RateSearch(RateBook.OfType decks, ReadOnlySpan<char> digits, DateTimeOffset at)
{
    private readonly ReadOnlySpan<char> _digits = digits;
    private RateGrid? _grid;
    private int _row;

    /// <summary>What a resource costs then; null when it has no deck.</summary>
    public readonly PlacedDeck? Cost(long resource) => decks.Cost(resource, at);

    /// <summary>What customers of a plan pay then; null when the plan has no deck.</summary>
    public readonly PlacedDeck? Price(string plan) => decks.Price(plan, at);

    /// <summary>The rate of the longest prefix of the number that has one then, as its number among those of the deck; -1 when none has.</summary>
    public int Find(PlacedDeck placed)
    {
        if (!ReferenceEquals(placed.Grid, _grid))
            (_grid, _row) = (placed.Grid, placed.Grid.Row(_digits));
        var number = placed.Grid.Cell(_row, placed.Column);
        return number == RateGrid.Timed ? placed.Deck.Find(_digits, at, out _) : number;
    }
}
