using System.Collections.Concurrent;

namespace Trunkline.Gateway.Customers;

/// <summary>Whose a key is that somebody showed.</summary>
/// <param name="Sender">Null for the operator's own key, which is no customer's.</param>
public sealed record KeyHolder(KeyScope Scope, Sender? Sender)
{
    /// <summary>The sender's customer, or null.</summary>
    public Customer? Customer => Sender?.Customer;
}

/// <summary>
/// Keys that are shown alone, without an address: those of the HTTP interface. To find one is a quick hash and a look into the directory; nothing is
/// remembered of keys that were shown, right or wrong.
/// </summary>
public sealed class KeyRing(ICustomerRegister register, CustomerDirectory customers, KeyUse use, TimeProvider time)
{
    // Enough to change keys without a gap, and one for each system; a bound, since all are held in memory.
    private const int MaxSecretsOfCustomer = 50;
    private readonly ConcurrentDictionary<string, long?> _trusted = new(StringComparer.Ordinal);

    /// <summary>
    /// An operator's key as long as this process lives, and in no store: that of whoever may read the data directory, and that of the demonstration.
    /// </summary>
    /// <param name="customerKey">Whose messages are sent with it, or null for nobody's.</param>
    public void Trust(string operatorKey, long? customerKey) => _trusted[CustomerSecret.HashOf(operatorKey)] = customerKey;

    /// <summary>Whose the key is, or null when it is nobody's, or its account is closed. A suspended customer may still look.</summary>
    public KeyHolder? Find(string key)
    {
        if (key.Length > CustomerSecret.MaxLength)
            return null;
        var hash = CustomerSecret.HashOf(key);
        if (_trusted.TryGetValue(hash, out var owner))
            return new KeyHolder(KeyScope.Operator, owner is { } its ? customers.FindSender(its, null) : null);
        if (customers.FindSecret(hash) is not { } secret || customers.FindSender(secret.CustomerKey, secret.UserKey) is not { Status: not CustomerStatus.Closed } sender)
            return null;
        use.Note(secret.Id);
        return new KeyHolder(secret.Scope, sender);
    }

    /// <summary>The keys and passwords of a customer that are of use, oldest first.</summary>
    public IReadOnlyList<CustomerSecret> Of(long customerKey) => [.. customers.SecretsOf(customerKey).OrderBy(s => s.Id)];

    /// <summary>Makes a key for a customer; it is of use when this returns. Null when the customer has as many as it may.</summary>
    public Task<(string Key, CustomerSecret Kept)?> MakeAsync(long customerKey, KeyScope scope, string name, CancellationToken cancellationToken) =>
        MakeAsync(customerKey, null, scope, name, cancellationToken);

    /// <summary>Makes a key for a customer or one of its users.</summary>
    public async Task<(string Key, CustomerSecret Kept)?> MakeAsync(long customerKey, long? userKey, KeyScope scope, string name, CancellationToken cancellationToken)
    {
        var key = CustomerSecret.Make();
        var kept = await KeepAsync(new CustomerSecret(0, SecretKind.Key, CustomerSecret.HashOf(key), customerKey, userKey, scope, name, time.GetUtcNow()), cancellationToken);
        return kept is null ? null : (key, kept);
    }

    /// <summary>Keeps a password that a person chose; null when the customer has as many secrets as it may, or this one already.</summary>
    public async Task<CustomerSecret?> KeepPasswordAsync(Sender owner, string password, string name, CancellationToken cancellationToken)
    {
        var hash = await Task.Run(() => CustomerKeyHash.Of(owner.EmailAddress, password), cancellationToken);
        return await KeepAsync(
            new CustomerSecret(0, SecretKind.Password, hash, owner.Customer.Key, owner.User?.Key, KeyScope.Send, name, time.GetUtcNow()), cancellationToken);
    }

    /// <summary>Takes a key or a password away; it is of no use any more when this returns. False when the customer has none of this id.</summary>
    public async Task<bool> RemoveAsync(long customerKey, long id, CancellationToken cancellationToken)
    {
        var isRemoved = await register.RevokeSecretAsync(customerKey, id, time.GetUtcNow(), cancellationToken);
        await customers.ReloadAsync(cancellationToken);
        return isRemoved;
    }

    private async Task<CustomerSecret?> KeepAsync(CustomerSecret secret, CancellationToken cancellationToken)
    {
        var kept = await register.AddSecretAsync(secret, MaxSecretsOfCustomer, cancellationToken);
        if (kept is not null)
            await customers.ReloadAsync(cancellationToken);
        return kept;
    }
}
