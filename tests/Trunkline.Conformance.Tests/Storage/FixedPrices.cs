using Trunkline.Core;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Routing;

namespace Trunkline.Conformance.Tests.Storage;

/// <summary>One price for every number.</summary>
public sealed class FixedPrices(Rate rate) : IPriceList
{
    public Quote? Price(Customer customer, MessageType type, PhoneNumber destination, Usage usage, DateTimeOffset at) =>
        customer.BillType is BillType.Free or BillType.Demo
            ? new Quote(Money.Zero(customer.Currency), null, "", Rate.Free(customer.Currency))
            : new Quote(rate.Price(usage), 7, "1202", rate);
}
