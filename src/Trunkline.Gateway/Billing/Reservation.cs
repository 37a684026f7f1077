using Trunkline.Core;

namespace Trunkline.Gateway.Billing;

/// <summary>How a customer stands, in its currency, as read in the transaction that decides.</summary>
/// <param name="Balance">What it may still spend, without what is held; below zero what it owes.</param>
/// <param name="Held">For messages that are under way.</param>
/// <param name="SpentToday">Charged on this day of its time zone.</param>
/// <param name="SpentThisMonth">Charged in this month of it.</param>
public sealed record SpendState(Money Balance, Money Held, Money SpentToday, Money SpentThisMonth)
{
    /// <summary>The same of the user that sends; null where the customer itself does.</summary>
    public UserSpend? User { get; init; }
}

/// <summary>How a user of a customer stands, in the customer's currency.</summary>
/// <param name="Held">For its messages that are under way.</param>
/// <param name="SpentToday">Charged on this day of the customer's time zone.</param>
/// <param name="SpentThisMonth">Charged in this month of it.</param>
public sealed record UserSpend(Money Held, Money SpentToday, Money SpentThisMonth);

/// <summary>What is to be held for a message before it is sent.</summary>
/// <param name="Amount">In the customer's currency, above zero.</param>
/// <param name="Day">Today in the customer's time zone.</param>
/// <param name="Refusal">
/// Why the customer cannot spend it, or null. Runs inside the store's transaction and must not wait for anything.
/// </param>
public sealed record Reservation(Money Amount, DateOnly Day, Func<SpendState, MoneyRefusal?> Refusal);

/// <summary>Why something is not paid for.</summary>
/// <param name="Limit">
/// What refuses it, a stable word: a limit that was set, <c>price</c> of one message or <c>spend</c> of a day or a month; or <c>balance</c>, what there is to spend.
/// </param>
/// <param name="Reason">Sentences for the sender.</param>
public sealed record MoneyRefusal(string Limit, string Reason)
{
    /// <summary>True for a limit that somebody set: to be refused by one again and again is what a stolen key looks like. To have no money left is not.</summary>
    public bool IsOfLimit => Limit != Balance;

    public const string Balance = "balance";
    public const string Price = "price";
    public const string Spend = "spend";
}

/// <summary>What is known of a message's price before it is sent.</summary>
/// <param name="Country">Of the number: ISO 3166; empty when it belongs to none.</param>
/// <param name="Prefix">The digits of the number that chose the rate; empty where none did.</param>
/// <param name="Price">What it is expected to cost the customer.</param>
/// <param name="Reservation">Null when nothing is to be held.</param>
public sealed record Estimate(string Country, string Prefix, Money Price, Reservation? Reservation)
{
    /// <summary>Of a message that costs nothing.</summary>
    public static Estimate Free { get; } = new("", "", Money.Zero("USD"), null);
}
