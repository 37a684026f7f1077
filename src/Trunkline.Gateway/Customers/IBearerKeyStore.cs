namespace Trunkline.Gateway.Customers;

/// <summary>The keys of the HTTP interface in the store.</summary>
public interface IBearerKeyStore
{
    /// <summary>All of them.</summary>
    Task<IReadOnlyList<BearerKey>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds a key; its id is given by the store. Null when the customer has <paramref name="atMost"/> already, or the key is known.</summary>
    Task<BearerKey?> AddAsync(BearerKey key, int atMost, CancellationToken cancellationToken);

    /// <summary>Takes a key away; false when the customer has none of this id.</summary>
    Task<bool> RemoveAsync(long customerKey, long id, CancellationToken cancellationToken);
}
