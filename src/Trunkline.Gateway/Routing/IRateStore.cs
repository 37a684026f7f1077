namespace Trunkline.Gateway.Routing;

/// <summary>Rate decks in the store. A deck is invisible until it is complete.</summary>
public interface IRateStore
{
    /// <summary>The decks that are complete, oldest first.</summary>
    Task<IReadOnlyList<RateDeckInfo>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A deck that nobody sees yet; returns its id.</summary>
    Task<long> BeginAsync(RateDeckInfo deck, CancellationToken cancellationToken);

    /// <summary>Adds rows to a deck that is not complete, numbered from <paramref name="first"/>. False when it is gone.</summary>
    Task<bool> AppendAsync(long deckId, int first, IReadOnlyList<RateRow> rows, CancellationToken cancellationToken);

    /// <summary>The deck is complete with this many rows, and visible from now on. False when it is gone.</summary>
    Task<bool> PublishAsync(long deckId, int rateCount, CancellationToken cancellationToken);

    /// <summary>Up to <paramref name="max"/> rows of a deck from a number on, in the order of the file.</summary>
    Task<IReadOnlyList<RateRow>> ReadAsync(RateDeckInfo deck, int first, int max, CancellationToken cancellationToken);

    /// <summary>The deck is not to be seen any more; its rows go with <see cref="SweepAsync"/>. False when there is none.</summary>
    Task<bool> RemoveAsync(long deckId, CancellationToken cancellationToken);

    /// <summary>What an import that died has left is removed; called at start, before any other. Returns how many decks.</summary>
    Task<int> RemoveUnfinishedAsync(CancellationToken cancellationToken);

    /// <summary>Deletes up to <paramref name="max"/> rows of removed decks, so that the writer is never held for long. Returns how many; 0 when none is left.</summary>
    Task<int> SweepAsync(int max, CancellationToken cancellationToken);
}
