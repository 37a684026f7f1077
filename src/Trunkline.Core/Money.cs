using System.Globalization;

namespace Trunkline.Core;

/// <summary>An amount in one currency, exact to a millionth of its unit: 1.25 USD is 1,250,000 micro-units. Never a floating-point number.</summary>
/// <param name="MicroUnits">Millionths of the currency's unit; negative for what is owed.</param>
/// <param name="Currency">ISO 4217, three capital letters.</param>
public readonly record struct Money(long MicroUnits, string Currency) : IComparable<Money>
{
    /// <summary>Micro-units of one unit.</summary>
    public const long Unit = 1_000_000;

    // Far above any bill, far below where a sum of a few could run over.
    private const decimal Largest = 1_000_000_000_000m;

    /// <summary>The amount in units: 1.25.</summary>
    public decimal Amount => (decimal)MicroUnits / Unit;

    public bool IsZero => MicroUnits == 0;

    /// <summary>Nothing, in a currency.</summary>
    public static Money Zero(string currency) => new(0, currency);

    /// <summary>An amount in units, rounded half away from zero to a micro-unit. Throws <see cref="OverflowException"/> above a million million.</summary>
    public static Money Of(decimal amount, string currency) => Math.Abs(amount) > Largest
        ? throw new OverflowException($"{amount} {currency} is no amount of money that is charged here.")
        : new Money((long)Math.Round(amount * Unit, MidpointRounding.AwayFromZero), currency);

    /// <summary>Reads <c>1.25</c>: digits, one point, at most six decimals, a minus sign in front. Nothing else: a comma means two things.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, string currency, out Money money)
    {
        money = default;
        if (!IsCurrency(currency) || !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            || Math.Abs(amount) > Largest || decimal.Round(amount, 6) != amount)
            return false;
        money = Of(amount, currency);
        return true;
    }

    /// <summary>True for three capital letters.</summary>
    public static bool IsCurrency(string? code) => code is { Length: 3 } && code.All(char.IsAsciiLetterUpper);

    public static Money operator +(Money a, Money b) => new(checked(a.MicroUnits + Same(a, b).MicroUnits), a.Currency);

    public static Money operator -(Money a, Money b) => new(checked(a.MicroUnits - Same(a, b).MicroUnits), a.Currency);

    public static Money operator -(Money a) => new(checked(-a.MicroUnits), a.Currency);

    public static Money operator *(Money a, int times) => new(checked(a.MicroUnits * times), a.Currency);

    public static bool operator <(Money a, Money b) => a.CompareTo(b) < 0;

    public static bool operator >(Money a, Money b) => a.CompareTo(b) > 0;

    public static bool operator <=(Money a, Money b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Money a, Money b) => a.CompareTo(b) >= 0;

    /// <summary>By amount. Throws when the currencies differ: they are converted first, by a dated rate.</summary>
    public int CompareTo(Money other) => MicroUnits.CompareTo(Same(this, other).MicroUnits);

    /// <summary>For programs: <c>1.25 USD</c>, at least two decimals.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Amount:0.00####} {Currency}");

    private static Money Same(Money a, Money b) => a.Currency == b.Currency
        ? b
        : throw new InvalidOperationException($"{a} and {b} are of two currencies.");
}
