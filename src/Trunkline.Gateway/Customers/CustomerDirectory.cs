using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Trunkline.Core.Mail;

namespace Trunkline.Gateway.Customers;

/// <summary>Who logged in, and with which of its keys.</summary>
public sealed record Login(Sender Sender, long SecretId);

/// <summary>
/// The customers in memory: intake asks several times for each mail. A reload reads only the accounts that have changed, and each account is
/// replaced whole, so that whoever looks sees one state of it.
/// </summary>
public sealed class CustomerDirectory(ICustomerStore store) : IDisposable
{
    private const int MaxRemembered = 10_000;

    private readonly SemaphoreSlim _reloading = new(1);
    private readonly SemaphoreSlim _hashing = new(1);
    private readonly ConcurrentDictionary<long, CustomerAccount> _byKey = new();
    // Only leads to the account; whether the address is still its own, the account says.
    private readonly ConcurrentDictionary<string, long> _byAddress = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _bySecret = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _proven = new(StringComparer.Ordinal);
    private long _revision;

    /// <summary>How many customers there are.</summary>
    public int Count => _byKey.Count;

    /// <summary>Reads what has changed in the store; called at start, from time to time, and at once after a change. Returns how many accounts had.</summary>
    public async Task<int> ReloadAsync(CancellationToken cancellationToken)
    {
        await _reloading.WaitAsync(cancellationToken);
        try
        {
            var changed = await store.ChangedSinceAsync(_revision, cancellationToken);
            foreach (var account in changed)
            {
                Replace(account);
                _revision = Math.Max(_revision, account.Revision);
            }
            return changed.Count;
        }
        finally
        {
            _reloading.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _hashing.Dispose();
        _reloading.Dispose();
    }

    /// <summary>The customer whose own address this is, in any case; null when there is none.</summary>
    public Customer? Find(string emailAddress) =>
        AccountOf(emailAddress) is { } account && CustomerAddress.TryNormalize(account.Customer.EmailAddress, out var own)
            && own == Normal(emailAddress) ? account.Customer : null;

    /// <summary>By key; null when there is none.</summary>
    public Customer? Find(long key) => _byKey.TryGetValue(key, out var account) ? account.Customer : null;

    /// <summary>By keys; null when there is no such customer. A user that is not known counts as the customer itself.</summary>
    public Sender? FindSender(long customerKey, long? userKey) => _byKey.TryGetValue(customerKey, out var account)
        ? new Sender(account.Customer, userKey is { } key ? account.FindUser(key) : null)
        : null;

    /// <summary>Whom a sender's address means: by the address itself, then by its whole domain. Null when it is nobody's.</summary>
    public Sender? FindSender(string address) => FindRecipient(address) ?? FindExact("@" + MailDomain.Of(Normal(address)));

    /// <summary>Whom mail to an address is for: a customer by its own or one more of its addresses, or one of its users. Null when it is nobody's.</summary>
    public Sender? FindRecipient(string address) => FindExact(Normal(address));

    /// <summary>The key or password of this hash, or null when there is none that is of use.</summary>
    public CustomerSecret? FindSecret(string hash) => _bySecret.TryGetValue(hash, out var customer) && _byKey.TryGetValue(customer, out var account)
        ? account.Secrets.FirstOrDefault(s => s.Hash == hash)
        : null;

    /// <summary>A customer's keys and passwords that are of use.</summary>
    public IReadOnlyList<CustomerSecret> SecretsOf(long customerKey) => _byKey.TryGetValue(customerKey, out var account) ? account.Secrets : [];

    /// <summary>A customer's users.</summary>
    public IReadOnlyList<CustomerUser> UsersOf(long customerKey) => _byKey.TryGetValue(customerKey, out var account) ? account.Users : [];

    /// <summary>Every address and domain that means a customer.</summary>
    public IReadOnlyList<CustomerAddress> AddressesOf(long customerKey) => _byKey.TryGetValue(customerKey, out var account) ? account.Addresses : [];

    /// <summary>Who logs in with a key that we made; null for every other. The address has to be the owner's own. Quick, and no use to who guesses.</summary>
    public Login? FindByKey(string emailAddress, string key) =>
        key.Length <= CustomerSecret.MaxLength && FindSecret(CustomerSecret.HashOf(key)) is { Kind: SecretKind.Key } made
            && FindOwner(Normal(emailAddress)) is { } owner && IsOf(made, owner) ? new Login(owner, made.Id) : null;

    /// <summary>
    /// Who logs in with this address and this key or password, else null. The address is a customer's own or a user's own. The same work is done whether or
    /// not the address is known.
    /// </summary>
    public async Task<Login?> AuthenticateAsync(string emailAddress, string key, CancellationToken cancellationToken)
    {
        if (FindByKey(emailAddress, key) is { } byKey)
            return byKey;
        // The slow hash is computed once for a pair; afterwards a quick one of the same pair answers.
        var quick = Quick(emailAddress, key);
        if (!_proven.TryGetValue(quick, out var hash))
            hash = await HashAsync(emailAddress, key, cancellationToken);
        if (FindSecret(hash) is not { Kind: SecretKind.Password } password || FindOwner(Normal(emailAddress)) is not { } owner || !IsOf(password, owner))
            return null;
        if (_proven.Count < MaxRemembered)
            _proven.TryAdd(quick, hash);
        return new Login(owner, password.Id);
    }

    private static string Quick(string emailAddress, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{emailAddress.ToLowerInvariant()}\0{key}")));

    private static string Normal(string address) => CustomerAddress.TryNormalize(address, out var normal) ? normal : address.ToLowerInvariant();

    private CustomerAccount? AccountOf(string address) =>
        _byAddress.TryGetValue(Normal(address), out var key) && _byKey.TryGetValue(key, out var account) ? account : null;

    // A sender address or a domain logs in as nobody.
    private Sender? FindOwner(string normal) =>
        AccountOf(normal)?.Addresses.FirstOrDefault(a => a.Address == normal) is { Kind: CustomerAddressKind.Primary or CustomerAddressKind.User } ? FindExact(normal) : null;

    private static bool IsOf(CustomerSecret secret, Sender owner) => secret.CustomerKey == owner.Customer.Key && secret.UserKey == owner.User?.Key;

    private Sender? FindExact(string normal) => AccountOf(normal)?.FindSender(normal);

    private void Replace(CustomerAccount account)
    {
        var key = account.Customer.Key;
        var before = _byKey.GetValueOrDefault(key);
        _byKey[key] = account;
        foreach (var address in account.Addresses)
            _byAddress[address.Address] = key;
        foreach (var secret in account.Secrets)
            _bySecret[secret.Hash] = key;
        foreach (var gone in before?.Secrets.Except(account.Secrets) ?? [])
            _bySecret.TryRemove(gone.Hash, out _);
        foreach (var gone in before?.Addresses.Except(account.Addresses) ?? [])
        {
            // Only while it still leads here: the address may be another customer's by now.
            if (account.FindSender(gone.Address) is null)
                ((ICollection<KeyValuePair<string, long>>)_byAddress).Remove(new(gone.Address, key));
        }
    }

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
}
