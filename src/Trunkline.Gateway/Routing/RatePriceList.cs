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
        if (!Pays(customer.BillType))
            return new Quote(Money.Zero(customer.Currency), null, "", Rate.Free(customer.Currency));
        if (book.Price(customer.PricePlan, type, at) is not { } deck || !deck.TryFind(digits, at, out var own, out var length))
            return null;
        // Once, here, so that the bill of any usage is made of the same amounts.
        return own.In(customer.Currency, m => exchange.Convert(m, customer.Currency, at)) is { } rate
            ? new Quote(rate.Price(usage), deck.Info.Id, digits[..length].ToString(), rate)
            : null;
    }

    /// <summary>The currency of a rate that there is for the number, where no price can be made of it for want of an exchange rate alone; else null.</summary>
    internal string? WithoutExchange(RateBook book, Customer customer, MessageType type, ReadOnlySpan<char> digits, DateTimeOffset at) =>
        Pays(customer.BillType) && book.Price(customer.PricePlan, type, at) is { } deck && deck.TryFind(digits, at, out var own, out _)
            && own.In(customer.Currency, m => exchange.Convert(m, customer.Currency, at)) is null
            ? deck.Info.Currency
            : null;
}
