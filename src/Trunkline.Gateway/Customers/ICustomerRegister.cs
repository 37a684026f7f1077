namespace Trunkline.Gateway.Customers;

/// <summary>A customer with all of its columns.</summary>
/// <param name="Revision">Of the newest change: a change is written only onto the state that it was made for.</param>
/// <param name="StatusReason">Why it is suspended or closed, for the operator.</param>
public sealed record CustomerRecord(Customer Customer, CustomerDetails Details, long Revision, DateTimeOffset CreatedAt, string? StatusReason);

/// <summary>A key or password as a list shows it: without the secret and its hash.</summary>
public sealed record SecretRecord(
    long Id, SecretKind Kind, KeyScope Scope, string Name, long? UserKey, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);

/// <summary>What came of a change in the register.</summary>
public enum RegisterAnswer
{
    /// <summary>It is durable.</summary>
    Done,

    /// <summary>There is no such customer, user or address.</summary>
    NotFound,

    /// <summary>The address, or the domain, means a customer already.</summary>
    AddressTaken,

    /// <summary>Somebody else has changed it meanwhile.</summary>
    Changed,

    /// <summary>The customer has as many as it may.</summary>
    TooMany,
}

/// <summary>The customers in the store, as those who administer them see them. Every change is one transaction.</summary>
public interface ICustomerRegister
{
    /// <summary>Null when there is none.</summary>
    Task<CustomerRecord?> FindAsync(long customerKey, CancellationToken cancellationToken);

    /// <summary>By key, those behind <paramref name="after"/>.</summary>
    /// <param name="text">In the address, the name or the company; null for all.</param>
    Task<IReadOnlyList<CustomerRecord>> ListAsync(long after, int most, CustomerStatus? status, string? text, CancellationToken cancellationToken);

    /// <summary>Adds a customer; its key is given by the store.</summary>
    Task<(RegisterAnswer Answer, long CustomerKey)> AddAsync(Customer customer, CustomerDetails details, CancellationToken cancellationToken);

    /// <summary>Writes all columns but the status, when the revision is still the record's.</summary>
    Task<RegisterAnswer> SaveAsync(CustomerRecord customer, CancellationToken cancellationToken);

    Task<RegisterAnswer> SetStatusAsync(long customerKey, CustomerStatus status, string? reason, CancellationToken cancellationToken);

    /// <summary>Adds a user; its key is given by the store.</summary>
    Task<(RegisterAnswer Answer, long UserKey)> AddUserAsync(CustomerUser user, int atMost, CancellationToken cancellationToken);

    /// <summary>Writes all columns of a user.</summary>
    Task<RegisterAnswer> SaveUserAsync(CustomerUser user, CancellationToken cancellationToken);

    /// <summary>Adds a sender address or a domain.</summary>
    Task<RegisterAnswer> AddAddressAsync(long customerKey, CustomerAddress address, int atMost, CancellationToken cancellationToken);

    /// <summary>Takes a sender address or a domain away. A primary address, and a user's, goes only with its owner.</summary>
    Task<RegisterAnswer> RemoveAddressAsync(long customerKey, string address, CancellationToken cancellationToken);

    /// <summary>Keys and passwords, oldest first, those that were revoked among them.</summary>
    Task<IReadOnlyList<SecretRecord>> SecretsAsync(long customerKey, CancellationToken cancellationToken);

    /// <summary>Adds a key or password; its id is given by the store. Null when the customer has as many of use, or this one already.</summary>
    Task<CustomerSecret?> AddSecretAsync(CustomerSecret secret, int atMost, CancellationToken cancellationToken);

    /// <summary>False when the customer has none of this id, or it is revoked already.</summary>
    Task<bool> RevokeSecretAsync(long customerKey, long id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>When keys were last used.</summary>
    Task NoteUseAsync(IReadOnlyList<(long Id, DateTimeOffset At)> used, CancellationToken cancellationToken);
}
