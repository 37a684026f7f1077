using Trunkline.Core;
using Trunkline.Gateway.Customers;

namespace Trunkline.Gateway.Routing;

/// <summary>What a delivery uses, expected or measured: the pages of a fax, the time on the line.</summary>
public readonly record struct Usage(int Pages, TimeSpan Duration);

/// <summary>What a delivery costs a customer.</summary>
/// <param name="Price">In the customer's currency.</param>
/// <param name="DeckId">The price deck; null where the customer pays nothing.</param>
/// <param name="Prefix">The digits of the number that chose the rate; empty where none did.</param>
/// <param name="Rate">By which it is priced, in the customer's currency: <c>Rate.Price(usage)</c> is the price of any other usage.</param>
public sealed record Quote(Money Price, long? DeckId, string Prefix, Rate Rate);

/// <summary>The prices of customers.</summary>
public interface IPriceList
{
    /// <summary>The price of a delivery that is placed at a time, or null when this customer has no price for this number: it is not served.</summary>
    Quote? Price(Customer customer, MessageType type, PhoneNumber destination, Usage usage, DateTimeOffset at);
}
