namespace Trunkline.Gateway.Customers;

/// <summary>A customer with all that may act for it, as it is held in memory.</summary>
/// <param name="Revision">Grows with each change of the customer or of what belongs to it.</param>
/// <param name="Secrets">Its keys and passwords that are of use.</param>
public sealed record CustomerAccount(
    Customer Customer, long Revision, IReadOnlyList<CustomerUser> Users, IReadOnlyList<CustomerAddress> Addresses, IReadOnlyList<CustomerSecret> Secrets)
{
    /// <summary>The user of this key, or null.</summary>
    public CustomerUser? FindUser(long key)
    {
        foreach (var user in Users)
        {
            if (user.Key == key)
                return user;
        }
        return null;
    }

    /// <summary>Whom an address or a domain rule of this account means; null when it is none of its.</summary>
    public Sender? FindSender(string address)
    {
        foreach (var own in Addresses)
        {
            if (own.Address == address)
                return new Sender(Customer, own.UserKey is { } key ? FindUser(key) : null);
        }
        return null;
    }
}
