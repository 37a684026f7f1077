using System.Collections.Frozen;

namespace Trunkline.Gateway.Billing;

/// <summary>The currencies in memory, swapped whole when they change. Until the store is read, the major ones.</summary>
public sealed class CurrencyTable
{
    private volatile FrozenDictionary<string, Currency> _currencies = Index(Currency.Major);

    /// <summary>Takes these currencies in place of all others.</summary>
    public void Use(IEnumerable<Currency> currencies) => _currencies = Index(currencies);

    /// <summary>By code, or null. An amount in one that is not here is written with its code and two decimals.</summary>
    public Currency? Find(string code) => _currencies.GetValueOrDefault(code);

    private static FrozenDictionary<string, Currency> Index(IEnumerable<Currency> currencies) => currencies.ToFrozenDictionary(c => c.Code, StringComparer.Ordinal);
}
