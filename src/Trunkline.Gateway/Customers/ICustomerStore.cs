namespace Trunkline.Gateway.Customers;

/// <summary>How many messages a sender had accepted within a minute.</summary>
/// <param name="UserKey">Null for the customer itself.</param>
public readonly record struct SentInMinute(long CustomerKey, long? UserKey, DateTimeOffset Minute, int Messages);

/// <summary>The customers in the store, as the directory reads them.</summary>
public interface ICustomerStore
{
    /// <summary>The accounts that have changed since a revision, all of them since 0; oldest change first.</summary>
    ValueTask<IReadOnlyList<CustomerAccount>> ChangedSinceAsync(long revision, CancellationToken cancellationToken);

    /// <summary>Adds a customer, or leaves it as it is when the address is known; with a password when its hash is given.</summary>
    ValueTask AddAsync(Customer customer, string? passwordHash, CancellationToken cancellationToken);

    /// <summary>False when there is none of this address.</summary>
    ValueTask<bool> SetStatusAsync(string emailAddress, CustomerStatus status, CancellationToken cancellationToken);

    /// <summary>What was accepted since then, by sender and minute.</summary>
    ValueTask<IReadOnlyList<SentInMinute>> SentSinceAsync(DateTimeOffset since, CancellationToken cancellationToken);
}
