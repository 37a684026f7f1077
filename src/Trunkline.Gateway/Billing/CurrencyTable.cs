using System.Collections.Frozen;
using Trunkline.Core;

namespace Trunkline.Gateway.Billing;

/// <summary>The currencies in memory, swapped whole when they change. Until the store is read, the major ones.</summary>
public sealed class CurrencyTable
{
    private volatile FrozenDictionary<string, Currency> _currencies = Index(Currency.Major);

    /// <summary>Takes these currencies in place of all others.</summary>
    public void Use(IEnumerable<Currency> currencies) => _currencies = Index(currencies);

    /// <summary>By code, or null. An amount in one that is not here is written with its code and two decimals.</summary>
    public Currency? Find(string code) => _currencies.GetValueOrDefault(code);

    /// <summary>Why nobody can pay, or be paid, in a currency; null when it is in the table. A slip of the pen would have no price and no exchange rate.</summary>
    public string? Fault(string? code) =>
        !Money.IsCurrency(code) ? "A currency is three capital letters of ISO 4217: USD."
        : Find(code!) is null ? $"There is no currency {code} here. \"trunkline billing currency list\" shows them all, and \"currency set\" adds one."
        : null;

    private static FrozenDictionary<string, Currency> Index(IEnumerable<Currency> currencies) => currencies.ToFrozenDictionary(c => c.Code, StringComparer.Ordinal);
}
