using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Trunkline.Gateway.Customers;

/// <summary>Whose a key is that somebody showed.</summary>
/// <param name="Customer">Null for the operator's own key, which is no customer's.</param>
public sealed record KeyHolder(KeyScope Scope, Customer? Customer);

/// <summary>
/// The keys of the HTTP interface in memory, swapped whole when they change. To find one is a quick hash and a look into a table: nothing is
/// remembered of keys that were shown, right or wrong.
/// </summary>
public sealed class KeyRing(IBearerKeyStore store, CustomerDirectory customers, TimeProvider time)
{
    // Enough to change keys without a gap, and one for each system; a bound, since all are held in memory.
    private const int MaxKeysOfCustomer = 50;
    private volatile FrozenDictionary<string, BearerKey> _byHash = FrozenDictionary<string, BearerKey>.Empty;
    private readonly ConcurrentDictionary<string, long?> _trusted = new(StringComparer.Ordinal);

    /// <summary>Reads the store; called at start and after a change.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken) =>
        _byHash = (await store.ListAsync(cancellationToken)).ToFrozenDictionary(k => k.Hash, StringComparer.Ordinal);

    /// <summary>
    /// An operator's key as long as this process lives, and in no store: that of whoever may read the data directory, and that of the demonstration.
    /// </summary>
    /// <param name="customerKey">Whose messages are sent with it, or null for nobody's.</param>
    public void Trust(string operatorKey, long? customerKey) => _trusted[BearerKey.HashOf(operatorKey)] = customerKey;

    /// <summary>Whose the key is, or null when it is nobody's, or its customer's account is closed. A suspended customer may still look.</summary>
    public KeyHolder? Find(string key)
    {
        if (key.Length > BearerKey.MaxLength)
            return null;
        var hash = BearerKey.HashOf(key);
        if (_trusted.TryGetValue(hash, out var owner))
            return new KeyHolder(KeyScope.Operator, owner is { } its ? customers.Find(its) : null);
        return _byHash.TryGetValue(hash, out var found) && customers.Find(found.CustomerKey) is { Status: not CustomerStatus.Closed } customer
            ? new KeyHolder(found.Scope, customer)
            : null;
    }

    /// <summary>The keys of a customer, oldest first.</summary>
    public IReadOnlyList<BearerKey> Of(long customerKey) => [.. _byHash.Values.Where(k => k.CustomerKey == customerKey).OrderBy(k => k.Id)];

    /// <summary>Makes a key for a customer; it is of use when this returns. Null when the customer has as many as it may.</summary>
    public async Task<(string Key, BearerKey Kept)?> MakeAsync(long customerKey, KeyScope scope, string name, CancellationToken cancellationToken)
    {
        var key = BearerKey.Make();
        var kept = await store.AddAsync(new BearerKey(0, BearerKey.HashOf(key), customerKey, scope, name, time.GetUtcNow()), MaxKeysOfCustomer, cancellationToken);
        if (kept is null)
            return null;
        await ReloadAsync(cancellationToken);
        return (key, kept);
    }

    /// <summary>Takes a key away; it is of no use any more when this returns. False when the customer has none of this id.</summary>
    public async Task<bool> RemoveAsync(long customerKey, long id, CancellationToken cancellationToken)
    {
        var isRemoved = await store.RemoveAsync(customerKey, id, cancellationToken);
        await ReloadAsync(cancellationToken);
        return isRemoved;
    }
}
