using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;

namespace Trunkline.Gateway.Routing;

/// <summary>The prices of customers by the price decks of their plans.</summary>
public sealed class RatePriceList(RateShelf shelf, IExchangeRates exchange) : IPriceList
{
    /// <summary>Who pays nothing is never refused for the want of a price.</summary>
    public static bool Pays(BillType type) => type switch
    {
        BillType.Prepaid or BillType.Postpaid or BillType.Corporate => true,
        BillType.Demo or BillType.Free => false,
    };

    /// <inheritdoc />
    public Quote? Price(Customer customer, MessageType type, PhoneNumber destination, Usage usage, DateTimeOffset at) =>
        Price(shelf.Book, customer, type, destination.Digits, usage, at);

    /// <summary>The price by this book and no other.</summary>
    /// <param name="digits">Of the number, country code first; empty for what is no telephone number.</param>
    internal Quote? Price(RateBook book, Customer customer, MessageType type, ReadOnlySpan<char> digits, Usage usage, DateTimeOffset at)
    {
        var search = book.Search(type, digits, at);
        if (!TryPrice(ref search, customer, at, out var deck, out var rate))
            return null;
        var length = 0;
        deck?.TryFind(digits, at, out _, out length);
        return new Quote(rate.Price(usage), deck?.Info.Id, digits[..length].ToString(), rate);
    }

    /// <summary>By which rate the customer pays, in its currency; false when it has no price.</summary>
    /// <param name="deck">The price deck; null where the customer pays nothing.</param>
    internal bool TryPrice(ref RateSearch search, Customer customer, DateTimeOffset at, out RateDeck? deck, out Rate rate)
    {
        (deck, rate) = (null, default);
        if (!Pays(customer.BillType))
        {
            rate = Rate.Free(customer.Currency);
            return true;
        }
        if (search.Price(customer.PricePlan) is not { } placed || search.Find(placed) is not (>= 0 and var number))
            return false;
        deck = placed.Deck;
        rate = deck.Rate(number);
        // Once, here, so that the bill of any usage is made of the same amounts.
        return rate.Currency == customer.Currency || TryConvert(ref rate, customer.Currency, at);
    }

    /// <summary>The currency of a rate that there is for the number, where no price can be made of it for want of an exchange rate alone; else null.</summary>
    internal string? WithoutExchange(RateBook book, Customer customer, MessageType type, ReadOnlySpan<char> digits, DateTimeOffset at) =>
        Pays(customer.BillType) && book.Price(customer.PricePlan, type, at) is { } deck && deck.TryFind(digits, at, out var own, out _)
            && !TryConvert(ref own, customer.Currency, at)
            ? deck.Info.Currency
            : null;

    private bool TryConvert(ref Rate rate, string currency, DateTimeOffset at)
    {
        if (rate.In(currency, m => exchange.Convert(m, currency, at)) is not { } converted)
            return false;
        rate = converted;
        return true;
    }
}
