using System.Globalization;
using System.Text;
using Trunkline.Core;

namespace Trunkline.Gateway.Routing;

/// <summary>
/// What a delivery costs by one row of a deck: a fee for each call, a price for each page, a price for time on the line. Amounts are micro-units of
/// the currency (<see cref="Money"/>), never negative. It is written with each attempt, so that a bill never depends on which deck is current later.
/// </summary>
public readonly record struct Rate
{
    /// <summary>No single amount of a rate is above this many micro-units: a million units.</summary>
    public const long MaxAmount = 1_000_000 * Money.Unit;

    /// <summary>No increment is longer: an hour.</summary>
    public const int MaxIncrement = 3600;

    /// <summary>No rate is written with more characters.</summary>
    public const int MaxTextLength = 120;

    // What is beyond any call costs no more than this: a number that a resource made up must not make a bill that cannot be written down.
    private const int MostPages = 100_000;
    private const int MostSeconds = 7 * 24 * 3600;

    private Rate(string currency) => Currency = currency;

    /// <summary>ISO 4217.</summary>
    public string Currency { get; private init; }

    /// <summary>For each delivery, whatever it uses.</summary>
    public long ConnectFee { get; private init; }

    /// <summary>For each confirmed page.</summary>
    public long PerPage { get; private init; }

    /// <summary>For <see cref="PricedSeconds"/> on the line.</summary>
    public long PerTime { get; private init; }

    /// <summary>The seconds that <see cref="PerTime"/> is the price of: the next increment, or 60 in a deck that says prices per minute.</summary>
    public int PricedSeconds { get; private init; }

    /// <summary>Seconds that a call is charged at least.</summary>
    public int FirstIncrement { get; private init; }

    /// <summary>After the first increment, time is charged in steps of so many seconds; a step begun is charged whole.</summary>
    public int NextIncrement { get; private init; }

    /// <summary>A rate by which everything costs nothing.</summary>
    public static Rate Free(string currency) => new(currency) { PricedSeconds = 1, FirstIncrement = 1, NextIncrement = 1 };

    /// <summary>A rate of these amounts. Throws <see cref="ArgumentOutOfRangeException"/> for what <see cref="Fault"/> names.</summary>
    public static Rate Of(
        string currency, long connectFee = 0, long perPage = 0, long perTime = 0, int pricedSeconds = 1, int firstIncrement = 1, int nextIncrement = 1) =>
        Fault(connectFee, perPage, perTime, pricedSeconds, firstIncrement, nextIncrement) is null && Money.IsCurrency(currency)
            ? Unchecked(currency, connectFee, perPage, perTime, pricedSeconds, firstIncrement, nextIncrement)
            : throw new ArgumentOutOfRangeException(nameof(currency), "These are no amounts of a rate.");

    /// <summary>Which of these cannot stand in a rate, by its name in a rate file; null when all can.</summary>
    public static string? Fault(long connectFee, long perPage, long perTime, int pricedSeconds, int firstIncrement, int nextIncrement)
    {
        if (connectFee is < 0 or > MaxAmount)
            return "connect_fee";
        if (perPage is < 0 or > MaxAmount)
            return "per_page";
        if (perTime is < 0 or > MaxAmount || pricedSeconds is < 1 or > MaxIncrement)
            return "per_increment";
        if (firstIncrement is < 1 or > MaxIncrement)
            return "first_increment";
        return nextIncrement is < 1 or > MaxIncrement ? "next_increment" : null;
    }

    /// <summary>
    /// The price of a usage, exact to a micro-unit: the fee, the confirmed pages, and the time. Part of a second counts as a second; the time is at
    /// least the first increment, then whole next increments; what falls between two micro-units is rounded half up, once, at the end. No time costs
    /// no first increment.
    /// </summary>
    public Money Price(Usage usage)
    {
        var pages = Math.Clamp(usage.Pages, 0, MostPages);
        var whole = usage.Duration.Ticks <= 0 ? 0 : (usage.Duration.Ticks - 1) / TimeSpan.TicksPerSecond + 1;
        var billed = Billed((int)Math.Min(whole, MostSeconds));
        // A million units for each second of a week and an hour, twice: a long holds seven times as much.
        var time = PerTime == 0 ? 0 : (PerTime * billed * 2 + PricedSeconds) / (2 * PricedSeconds);
        return new Money(ConnectFee + PerPage * pages + time, Currency);
    }

    /// <summary>The same rate in another currency: each amount converted by itself. Null when one cannot be, or is too large there.</summary>
    public Rate? In(string currency, Func<Money, Money?> convert)
    {
        if (currency == Currency)
            return this;
        if (convert(new Money(ConnectFee, Currency)) is not { } fee || convert(new Money(PerPage, Currency)) is not { } page
            || convert(new Money(PerTime, Currency)) is not { } time
            || Fault(fee.MicroUnits, page.MicroUnits, time.MicroUnits, PricedSeconds, FirstIncrement, NextIncrement) is not null)
            return null;
        return Unchecked(currency, fee.MicroUnits, page.MicroUnits, time.MicroUnits, PricedSeconds, FirstIncrement, NextIncrement);
    }

    /// <summary>One line that <see cref="TryParse"/> reads: <c>USD call=0.01 page=0.05 6s=0.0012 by=30/6</c>; what is nothing is left out.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Currency);
        if (ConnectFee > 0)
            text.Append(CultureInfo.InvariantCulture, $" call={Amount(ConnectFee)}");
        if (PerPage > 0)
            text.Append(CultureInfo.InvariantCulture, $" page={Amount(PerPage)}");
        if (PerTime > 0)
            text.Append(CultureInfo.InvariantCulture, $" {PricedSeconds}s={Amount(PerTime)} by={FirstIncrement}/{NextIncrement}");
        return text.ToString();
    }

    /// <summary>Reads what <see cref="ToString"/> writes; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Rate rate)
    {
        rate = default;
        if (text.Length is < 3 or > MaxTextLength || !Money.IsCurrency(text[..3].ToString()))
            return false;
        var currency = text[..3].ToString();
        long fee = 0, page = 0, time = 0;
        int priced = 1, first = 1, next = 1;
        foreach (var range in text[3..].Split(' '))
        {
            var word = text[3..][range];
            if (word.IsEmpty)
                continue;
            if (word.IndexOf('=') is not (> 0 and var sign))
                return false;
            var name = word[..sign];
            var value = word[(sign + 1)..];
            var isRead = name switch
            {
                "call" => TryAmount(value, currency, out fee),
                "page" => TryAmount(value, currency, out page),
                "by" => TryIncrements(value, out first, out next),
                [.. var seconds, 's'] => TrySeconds(seconds, out priced) && TryAmount(value, currency, out time),
                _ => false,
            };
            if (!isRead)
                return false;
        }
        if (Fault(fee, page, time, priced, first, next) is not null)
            return false;
        rate = Unchecked(currency, fee, page, time, priced, first, next);
        // One way to write each: a text that says a thing twice, or otherwise, was not written here.
        return text.SequenceEqual(rate.ToString());
    }

    /// <summary>A rate whose amounts were checked before: from a deck that was imported.</summary>
    internal static Rate Unchecked(string currency, long connectFee, long perPage, long perTime, int pricedSeconds, int firstIncrement, int nextIncrement) =>
        new(currency)
        {
            ConnectFee = connectFee,
            PerPage = perPage,
            PerTime = perTime,
            // Without a price for time its increments say nothing, and two rates that charge the same are the same.
            PricedSeconds = perTime == 0 ? 1 : pricedSeconds,
            FirstIncrement = perTime == 0 ? 1 : firstIncrement,
            NextIncrement = perTime == 0 ? 1 : nextIncrement,
        };

    private static string Amount(long micro) => ((decimal)micro / Money.Unit).ToString("0.######", CultureInfo.InvariantCulture);

    private static bool TryAmount(ReadOnlySpan<char> text, string currency, out long micro)
    {
        micro = 0;
        if (!Money.TryParse(text, currency, out var money))
            return false;
        micro = money.MicroUnits;
        return true;
    }

    private static bool TryIncrements(ReadOnlySpan<char> text, out int first, out int next)
    {
        first = next = 0;
        var slash = text.IndexOf('/');
        return slash > 0 && TrySeconds(text[..slash], out first) && TrySeconds(text[(slash + 1)..], out next);
    }

    private static bool TrySeconds(ReadOnlySpan<char> text, out int seconds) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds);

    private int Billed(int seconds)
    {
        if (seconds == 0)
            return 0;
        var rest = seconds - FirstIncrement;
        return rest <= 0 ? FirstIncrement : FirstIncrement + (rest + NextIncrement - 1) / NextIncrement * NextIncrement;
    }
}
