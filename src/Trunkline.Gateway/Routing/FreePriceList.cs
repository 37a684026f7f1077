using Trunkline.Core;
using Trunkline.Gateway.Customers;

namespace Trunkline.Gateway.Routing;

/// <summary>Everything costs nothing.</summary>
public sealed class FreePriceList : IPriceList
{
    /// <inheritdoc />
    public Quote? Price(Customer customer, MessageType type, PhoneNumber destination, Usage usage, DateTimeOffset at) =>
        new(Money.Zero(customer.Currency), null, "", Rate.Free(customer.Currency));
}
