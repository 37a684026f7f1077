using System.Collections.Frozen;
using Trunkline.Core;
using Trunkline.Gateway.Customers;

namespace Trunkline.Gateway.Billing;

/// <summary>
/// The balances of customers in memory, as they stood some seconds ago, for the question at intake whether a customer could pay at all. What may be
/// spent is decided in the store, when the price is known.
/// </summary>
public sealed class BalanceBoard
{
    private volatile FrozenDictionary<(long Customer, string Currency), Money> _balances = FrozenDictionary<(long, string), Money>.Empty;

    /// <summary>Takes these balances in place of all others.</summary>
    public void Use(IEnumerable<(long Customer, Money Balance)> balances) =>
        _balances = balances.ToFrozenDictionary(b => (b.Customer, b.Balance.Currency), b => b.Balance);

    /// <summary>In the customer's currency; zero when nothing was ever booked.</summary>
    public Money Of(Customer customer) => _balances.GetValueOrDefault((customer.Key, customer.Currency), Money.Zero(customer.Currency));
}
