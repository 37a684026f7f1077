using System.Collections.Frozen;
using Trunkline.Core;

namespace Trunkline.Gateway.Billing;

/// <summary>The exchange rates in memory, swapped whole when they change.</summary>
public sealed class ExchangeRateBoard : IExchangeRates
{
    private volatile FrozenDictionary<(string From, string To), ExchangeRate[]> _rates = FrozenDictionary<(string, string), ExchangeRate[]>.Empty;

    /// <summary>Takes these rates in place of all others.</summary>
    public void Use(IEnumerable<ExchangeRate> rates) =>
        _rates = rates.GroupBy(r => (r.From, r.To)).ToFrozenDictionary(g => g.Key, g => g.OrderBy(r => r.ValidFrom).ToArray());

    /// <inheritdoc />
    public Money? Convert(Money amount, string currency, DateTimeOffset at)
    {
        if (amount.Currency == currency)
            return amount;
        if (!_rates.TryGetValue((amount.Currency, currency), out var rates))
            return null;
        var low = 0;
        var high = rates.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (rates[middle].ValidFrom <= at)
                low = middle + 1;
            else
                high = middle;
        }
        return low == 0 ? null : Money.Of(amount.Amount * rates[low - 1].Rate, currency);
    }
}
