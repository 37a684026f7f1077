using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Routing;

namespace Trunkline.Gateway.Broadcasts;

/// <summary>What a broadcast is expected to cost: each number by the prices of its customer, at the time it begins; and whether that can be paid.</summary>
/// <param name="Price">The sum.</param>
/// <param name="Unpriced">Numbers without a price.</param>
/// <param name="Refusal">Why the customer cannot pay it, or null.</param>
public sealed record BroadcastPrice(Money Price, int Unpriced, string? Refusal);

/// <summary>Prices a broadcast before its first call. Each message is priced, and its price held, once more when it is prepared.</summary>
public sealed class BroadcastEstimate(
    IBroadcastStore store, IBillingStore books, IPriceList prices, BillingDesk billing, CustomerDirectory customers, TimeProvider time)
{
    private const int Batch = 1000;

    /// <param name="pages">Of each message, with the cover.</param>
    public async Task<BroadcastPrice> OfAsync(Broadcast broadcast, int pages, CancellationToken cancellationToken)
    {
        var sum = Money.Zero(broadcast.Currency);
        if (customers.Find(broadcast.CustomerKey) is not { } customer)
            return new BroadcastPrice(sum, 0, "Its customer is not here any more.");
        var unpriced = 0;
        var at = broadcast.ScheduledAt ?? time.GetUtcNow();
        var usage = billing.Expected(MessageType.Fax, pages, broadcast.Resolution);
        for (var after = -1; ;)
        {
            var rows = await store.ResultsAsync(broadcast.Id, after, Batch, cancellationToken);
            foreach (var row in rows.Where(r => r.LeftOut is null))
            {
                if (PhoneNumber.TryParse(row.Number, customer.Country, out var number) && prices.Price(customer, MessageType.Fax, number, usage, at) is { } quote)
                    sum += quote.Price;
                else
                    unpriced++;
            }
            if (rows.Count < Batch)
                break;
            after = rows[^1].Ordinal;
        }
        if (customer.BillType is BillType.Free or BillType.Demo)
            sum = Money.Zero(broadcast.Currency);
        return new BroadcastPrice(sum, unpriced, await RefusalAsync(broadcast, sum, cancellationToken));
    }

    /// <summary>
    /// Why its sender cannot pay the whole, as the books stand, on the day and in the month in which it begins; null when it can. It holds nothing:
    /// each message is asked once more, and its price held.
    /// </summary>
    public async Task<string?> RefusalAsync(Broadcast broadcast, Money price, CancellationToken cancellationToken)
    {
        if (customers.FindSender(broadcast.CustomerKey, broadcast.UserKey) is not { } sender)
            return "Its customer is not here any more.";
        if (price.IsZero)
            return null;
        var now = time.GetUtcNow();
        var day = CustomerDay.Of(broadcast.ScheduledAt > now ? broadcast.ScheduledAt.Value : now, sender.Customer.TimeZone);
        var state = (await books.AccountAsync(sender.Customer.Key, sender.User?.Key, sender.Customer.Currency, day, cancellationToken)).Spend;
        return billing.RefusalOfMany(sender, price, state)?.Reason;
    }
}
