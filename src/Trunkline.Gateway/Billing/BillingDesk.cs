using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Routing;

namespace Trunkline.Gateway.Billing;

/// <summary>
/// Says before a delivery whether a customer could pay it: at intake, while the sender is connected, whether it could pay anything at all; once the
/// pages are known, what is to be held for it. Prepaid customers spend what they have, postpaid ones up to their credit; a corporate one is never
/// refused for money; a free one and a demonstration pay nothing.
/// </summary>
public sealed class BillingDesk(
    CustomerDirectory customers, IPriceList prices, BalanceBoard balances, MoneyFormat money, TimeProvider time, IOptions<GatewayOptions> options)
{
    // What senders read before a receipt can be written in their language; causes in receipts are said in it too.
    private const string Language = "en";

    /// <summary>Why this sender's message to a number is not taken, for a reason of price or money; null when it is.</summary>
    public MoneyRefusal? Refusal(Sender sender, MessageType type, PhoneNumber number)
    {
        var customer = sender.Customer;
        if (prices.Price(customer, type, number, Expected(type, 1, options.Value.Resolution), time.GetUtcNow()) is not { } quote)
            return new MoneyRefusal(MoneyRefusal.Balance, NoPrice(number));
        if (quote.Price.IsZero)
            return null;
        if (customer.BillType is BillType.Prepaid or BillType.Postpaid && MostOf(sender, quote.Price) is var (whose, most))
        {
            return new MoneyRefusal(MoneyRefusal.Price,
                $"A page to {number} costs about {Text(quote.Price)}; one message of {whose} may cost {Text(most)}. Ask the operator of this service.");
        }
        var balance = balances.Of(customer);
        return customer.BillType switch
        {
            BillType.Prepaid when balance < quote.Price => new MoneyRefusal(MoneyRefusal.Balance,
                $"The balance of {customer.EmailAddress} is {Text(balance)}; a page to {number} costs about {Text(quote.Price)}. Pay in first, and send it again."),
            BillType.Postpaid when customer.Limits.Credit is { } credit && balance + credit < quote.Price => new MoneyRefusal(MoneyRefusal.Balance,
                $"{customer.EmailAddress} owes {Text(-balance)} of a credit of {Text(credit)}; a page to {number} costs about {Text(quote.Price)}. "
                + "Settle the invoice first, and send it again."),
            BillType.Prepaid or BillType.Postpaid or BillType.Demo or BillType.Free or BillType.Corporate => null,
        };
    }

    /// <summary>Why a sender cannot spend this on a broadcast as a whole, as its account stands; null when it can. The price of one message is not looked at.</summary>
    public MoneyRefusal? RefusalOfMany(Sender sender, Money price, SpendState state) => Refusal(sender, price, state, isMany: true);

    /// <summary>What a message of so many pages is expected to use: the same that its resource is chosen by.</summary>
    public Usage Expected(MessageType type, int pages, FaxResolution resolution) => options.Value.Routing.Expect(type, pages, resolution);

    /// <summary>The price of a message that is ready to be sent, and what is to be held for it; null when the customer has no price for its number.</summary>
    public Estimate? Estimate(QueuedMessage message, Usage expected)
    {
        // A number that was read before; the region says nothing, since it begins with a plus sign.
        if (!PhoneNumber.TryParse(message.Destination, "US", out var number))
            return Billing.Estimate.Free;
        var country = NumberPlan.Of(number).Country;
        if (customers.FindSender(message.CustomerKey, message.UserKey) is not { Customer: var customer } sender)
            return Billing.Estimate.Free with { Country = country };
        var now = time.GetUtcNow();
        if (prices.Price(customer, message.Type, number, expected, now) is not { } quote)
            return null;
        var isFree = customer.BillType is BillType.Free or BillType.Demo || quote.Price.IsZero;
        return new Estimate(country, quote.Prefix, isFree ? Money.Zero(customer.Currency) : quote.Price, isFree
            ? null
            : new Reservation(quote.Price, CustomerDay.Of(now, customer.TimeZone), state => Refusal(sender, quote.Price, state)));
    }

    /// <summary>Why no price was found, as a sentence for the sender.</summary>
    public static string NoPrice(PhoneNumber number) =>
        $"This account has no price for {number}: it cannot be called from here. Ask the operator of this service.";

    /// <summary>Why a sender cannot spend an amount, or null: its customer's limits hold, and then its own.</summary>
    internal MoneyRefusal? Refusal(Sender sender, Money price, SpendState state, bool isMany = false)
    {
        var customer = sender.Customer;
        if (customer.BillType is BillType.Corporate or BillType.Demo or BillType.Free)
            return null;
        var limits = customer.Limits;
        var cost = $"{(isMany ? "All of it" : "It")} would cost about {Text(price)}";
        if (!isMany && limits.MessagePrice is { } most && price > most)
            return new MoneyRefusal(MoneyRefusal.Price, $"{cost}; one message of this account may cost {Text(most)}.");
        var held = Held(state.Held);
        if (customer.BillType == BillType.Prepaid && price > state.Balance)
            return new MoneyRefusal(MoneyRefusal.Balance, $"{cost}; this account has {Text(state.Balance)} left{held}.");
        if (customer.BillType == BillType.Postpaid && limits.Credit is { } credit && price > state.Balance + credit)
            return new MoneyRefusal(MoneyRefusal.Balance, $"{cost}; this account has a credit of {Text(credit)}, of which {Text(state.Balance + credit)} is left{held}.");
        // What is held counts as spent today: it may be charged before the day is over, and must not go beyond the limit then.
        if (limits.DaySpend is { } day && state.SpentToday + state.Held + price > day)
            return new MoneyRefusal(MoneyRefusal.Spend, $"{cost}; this account may spend {Text(day)} a day, and has spent {Text(state.SpentToday)} today{held}.");
        if (limits.MonthSpend is { } month && state.SpentThisMonth + state.Held + price > month)
            return new MoneyRefusal(MoneyRefusal.Spend, $"{cost}; this account may spend {Text(month)} a month, and has spent {Text(state.SpentThisMonth)} in this one{held}.");
        return sender.User is { } user ? UserRefusal(user, price, state.User, cost, isMany) : null;
    }

    /// <summary>The limit on one message that a price is beyond, and whose it is; null when it is within.</summary>
    private static (string Whose, Money Most)? MostOf(Sender sender, Money price) =>
        sender.Customer.Limits.MessagePrice is { } most && price > most ? (sender.Customer.EmailAddress, most)
        : sender.User is { Limits.MessagePrice: { } own } user && price > own ? (user.EmailAddress, own)
        : null;

    private MoneyRefusal? UserRefusal(CustomerUser user, Money price, UserSpend? state, string cost, bool isMany)
    {
        var zero = Money.Zero(price.Currency);
        var (underWay, today, thisMonth) = state ?? new UserSpend(zero, zero, zero);
        var limits = user.Limits;
        if (!isMany && limits.MessagePrice is { } most && price > most)
            return new MoneyRefusal(MoneyRefusal.Price, $"{cost}; one message of {user.EmailAddress} may cost {Text(most)}.");
        if (limits.DaySpend is { } day && today + underWay + price > day)
            return new MoneyRefusal(MoneyRefusal.Spend, $"{cost}; {user.EmailAddress} may spend {Text(day)} a day, and has spent {Text(today)} today{Held(underWay)}.");
        if (limits.MonthSpend is { } month && thisMonth + underWay + price > month)
            return new MoneyRefusal(MoneyRefusal.Spend, $"{cost}; {user.EmailAddress} may spend {Text(month)} a month, and has spent {Text(thisMonth)} in this one{Held(underWay)}.");
        return null;
    }

    private string Held(Money amount) => amount.IsZero ? "" : $", and {Text(amount)} held for messages that are under way";

    private string Text(Money amount) => money.Exact(amount, Language);
}
