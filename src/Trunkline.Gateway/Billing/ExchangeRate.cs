using System.Globalization;
using Trunkline.Core;

namespace Trunkline.Gateway.Billing;

/// <summary>What one unit of a currency is worth in another, from a time on until a newer rate.</summary>
/// <param name="From">ISO 4217.</param>
/// <param name="To">ISO 4217, another.</param>
/// <param name="Rate">Units of <paramref name="To"/> for one of <paramref name="From"/>: above zero, exact.</param>
public sealed record ExchangeRate(string From, string To, decimal Rate, DateTimeOffset ValidFrom)
{
    // More decimals than any bank quotes; few enough that an amount times a rate is exact in a decimal.
    private const int MaxDecimals = 12;
    private const decimal Largest = 1_000_000m;

    /// <summary>Reads the parts of a rate. False, with a sentence, for what is none.</summary>
    public static bool TryCreate(string from, string to, string rate, DateTimeOffset validFrom, out ExchangeRate result, out string error)
    {
        result = null!;
        error = "";
        if (!Money.IsCurrency(from) || !Money.IsCurrency(to))
            error = $"\"{Short(Money.IsCurrency(from) ? to : from)}\" is no currency: three capital letters, such as EUR.";
        else if (from == to)
            error = "A rate is between two different currencies.";
        else if (!decimal.TryParse(rate, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value is <= 0 or > Largest
            || decimal.Round(value, MaxDecimals) != value)
            error = $"\"{Short(rate)}\" is no rate: a number above 0 and up to {Largest:0}, with a point and at most {MaxDecimals} decimals.";
        else
            result = new ExchangeRate(from, to, value, validFrom);
        return error.Length == 0;
    }

    /// <summary>The rate as it is stored: <c>1.0845</c>.</summary>
    public string Text => Rate.ToString("0.############", CultureInfo.InvariantCulture);

    private static string Short(string text) => text.Length > 20 ? text[..20] + "…" : text;
}
