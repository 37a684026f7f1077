using Trunkline.Core;

namespace Trunkline.Gateway.Broadcasts;

/// <summary>A list that is kept.</summary>
public sealed record BroadcastList(long Id, long CustomerKey, string Name, int Rows, DateTimeOffset CreatedAt);

/// <summary>A number that broadcasts do not call.</summary>
/// <param name="CustomerKey">0: nobody's broadcasts do.</param>
/// <param name="Source">Who asked for it.</param>
public sealed record DoNotCallEntry(long CustomerKey, string Number, string Source, DateTimeOffset AddedAt);

/// <summary>Lists that are kept, and numbers that are not to be called.</summary>
public interface IBroadcastListStore
{
    /// <summary>Keeps a list under a name, in place of one of the same name. Nobody sees it before its last row is in.</summary>
    Task SaveAsync(long id, long customerKey, string name, IReadOnlyList<BroadcastRow> rows, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The customer's list of this name, or null.</summary>
    Task<BroadcastList?> FindAsync(long customerKey, string name, CancellationToken cancellationToken);

    /// <summary>The lists of a customer, by name.</summary>
    Task<IReadOnlyList<BroadcastList>> ListAsync(long customerKey, CancellationToken cancellationToken);

    /// <summary>Its rows, in their order, after one of them.</summary>
    Task<IReadOnlyList<BroadcastRow>> RowsAsync(long list, int afterOrdinal, int max, CancellationToken cancellationToken);

    /// <summary>False when there is none of this name.</summary>
    Task<bool> RemoveAsync(long customerKey, string name, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Adds numbers that are not to be called; those that are there already stay as they are. Returns how many are new.</summary>
    Task<int> AddDoNotCallAsync(long customerKey, IReadOnlyList<PhoneNumber> numbers, string source, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>False when it was not there.</summary>
    Task<bool> RemoveDoNotCallAsync(long customerKey, PhoneNumber number, CancellationToken cancellationToken);

    /// <summary>Numbers in their order, after one of them when given.</summary>
    Task<IReadOnlyList<DoNotCallEntry>> DoNotCallAsync(long customerKey, string? after, int max, CancellationToken cancellationToken);
}
