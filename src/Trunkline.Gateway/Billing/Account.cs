using System.Globalization;

namespace Trunkline.Gateway.Billing;

/// <summary>
/// The accounts of the ledger. What an account's owner gained stands above zero: what we owe a customer or a carrier, and what we earned; what we
/// hold and what we spent stands below.
/// </summary>
public static class Account
{
    /// <summary>What we earned.</summary>
    public const string Revenue = "revenue";

    /// <summary>What was paid in, below zero.</summary>
    public const string Cash = "cash";

    /// <summary>What the operator corrected without money being paid.</summary>
    public const string Corrections = "corrections";

    /// <summary>The beginning of the accounts of customers.</summary>
    public const string CustomerPrefix = "customer:";

    /// <summary>What a customer may still spend; below zero what it owes.</summary>
    public static string Customer(long key) => CustomerPrefix + Text(key);

    /// <summary>What is held for a customer's messages that are under way.</summary>
    public static string Reserved(long key) => "reserved:" + Text(key);

    /// <summary>What we owe the carrier of a resource.</summary>
    public static string Carrier(long resource) => "carrier:" + Text(resource);

    /// <summary>What the calls of a resource have cost us, below zero.</summary>
    public static string Cost(long resource) => "cost:" + Text(resource);

    /// <summary>Where one currency becomes another: each side balances to zero in its own.</summary>
    public static string Exchange(string currency) => "exchange:" + currency;

    /// <summary>Reads the key of a customer's account.</summary>
    public static bool TryReadCustomer(ReadOnlySpan<char> account, out long key)
    {
        key = 0;
        return account.StartsWith(CustomerPrefix, StringComparison.Ordinal)
            && long.TryParse(account[CustomerPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out key);
    }

    private static string Text(long key) => key.ToString(CultureInfo.InvariantCulture);
}
