using System.Collections.Frozen;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Trunkline.Gateway.Customers;

/// <summary>The customers in memory, swapped whole when they change: intake asks several times for each mail.</summary>
public sealed class CustomerDirectory(ICustomerStore store) : IDisposable
{
    private const int MaxRemembered = 10_000;
    private sealed record Snapshot(FrozenDictionary<string, Customer> ByAddress, FrozenDictionary<long, Customer> ByKey, FrozenSet<string> Keys);

    private readonly SemaphoreSlim _hashing = new(1);
    private readonly ConcurrentDictionary<string, string> _proven = new(StringComparer.Ordinal);
    private volatile Snapshot _snapshot = new(
        FrozenDictionary<string, Customer>.Empty, FrozenDictionary<long, Customer>.Empty, FrozenSet<string>.Empty);

    /// <summary>Reads the store; called at start and after a change.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var all = await store.ListAsync(cancellationToken);
        _snapshot = new Snapshot(
            all.ToFrozenDictionary(c => c.Customer.EmailAddress, c => c.Customer, StringComparer.OrdinalIgnoreCase),
            all.ToFrozenDictionary(c => c.Customer.Key, c => c.Customer),
            all.SelectMany(c => c.KeyHashes).ToFrozenSet(StringComparer.Ordinal));
    }

    /// <inheritdoc />
    public void Dispose() => _hashing.Dispose();

    // One at a time: guessing from fifty connections must not take the processor from the calls.
    private async Task<string> HashAsync(string emailAddress, string key, CancellationToken cancellationToken)
    {
        await _hashing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => CustomerKeyHash.Of(emailAddress, key), cancellationToken);
        }
        finally
        {
            _hashing.Release();
        }
    }

    /// <summary>By address, in any case; null when there is none.</summary>
    public Customer? Find(string emailAddress) => _snapshot.ByAddress.GetValueOrDefault(emailAddress);

    /// <summary>By key; null when there is none.</summary>
    public Customer? Find(long key) => _snapshot.ByKey.GetValueOrDefault(key);

    /// <summary>The customer of this address when the key is one of its own, else null. The same work is done whether or not the address is known.</summary>
    public async Task<Customer?> AuthenticateAsync(string emailAddress, string key, CancellationToken cancellationToken)
    {
        var snapshot = _snapshot;
        // The slow hash is computed once for a pair; afterwards a quick one of the same pair answers.
        var quick = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{emailAddress.ToLowerInvariant()}\0{key}")));
        if (!_proven.TryGetValue(quick, out var hash))
            hash = await HashAsync(emailAddress, key, cancellationToken);
        if (!snapshot.Keys.Contains(hash) || !snapshot.ByAddress.TryGetValue(emailAddress, out var customer))
            return null;
        if (_proven.Count < MaxRemembered)
            _proven.TryAdd(quick, hash);
        return customer;
    }
}
