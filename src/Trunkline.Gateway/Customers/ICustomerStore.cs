namespace Trunkline.Gateway.Customers;

/// <summary>The customers in the store.</summary>
public interface ICustomerStore
{
    /// <summary>All of them, with the hashes of their keys.</summary>
    ValueTask<IReadOnlyList<(Customer Customer, IReadOnlyList<string> KeyHashes)>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds a customer, or leaves it as it is when the address is known; with a key when one is given.</summary>
    ValueTask AddAsync(Customer customer, string? keyHash, CancellationToken cancellationToken);

    /// <summary>False when there is none of this address.</summary>
    ValueTask<bool> SetStatusAsync(string emailAddress, CustomerStatus status, CancellationToken cancellationToken);
}
