using System.Globalization;
using Trunkline.Core;

namespace Trunkline.Gateway.Billing;

/// <summary>
/// Amounts for people, by currency and language. The machine's own tables are not asked (the program runs without ICU); the languages are those of
/// the receipts, and every other is written as English is.
/// </summary>
public sealed class MoneyFormat(CurrencyTable currencies)
{
    private const string Space = "\u00a0";
    private const int MaxDecimals = 6;

    private static readonly Style English = new(",", ".", true, "", 1);

    private static readonly Dictionary<string, Style> Styles = new(StringComparer.OrdinalIgnoreCase)
    {
        ["en"] = English,
        ["de"] = new Style(".", ",", false, Space, 1),
        ["fr"] = new Style(Space, ",", false, Space, 1),
        // Spanish groups from five digits on.
        ["es"] = new Style(".", ",", false, Space, 2),
        ["pt"] = new Style(".", ",", true, Space, 1),
        ["ja"] = new Style(",", ".", true, "", 1),
    };

    /// <summary>As it is paid, rounded half away from zero to the currency's decimals: <c>$1,234.50</c>, <c>1.234,50 €</c>, <c>¥1,235</c>.</summary>
    /// <param name="language">ISO 639, with or without a region: <c>de</c>, <c>de-AT</c>.</param>
    public string Round(Money money, string language)
    {
        var decimals = DecimalsOf(money.Currency);
        return Write(money, language, decimals, decimals);
    }

    /// <summary>As it is, with up to six decimals: what a page costs may be less than a cent.</summary>
    public string Exact(Money money, string language) => Write(money, language, DecimalsOf(money.Currency), MaxDecimals);

    private int DecimalsOf(string currency) => currencies.Find(currency)?.Decimals ?? 2;

    private string Write(Money money, string language, int minDecimals, int maxDecimals)
    {
        var style = StyleOf(language);
        var amount = decimal.Round(money.Amount, maxDecimals, MidpointRounding.AwayFromZero);
        var digits = Math.Abs(amount).ToString("0." + new string('0', minDecimals) + new string('#', maxDecimals - minDecimals), CultureInfo.InvariantCulture);
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? digits : digits[..point];
        var number = Grouped(whole, style) + (point < 0 ? "" : style.Point + digits[(point + 1)..]);
        var symbol = currencies.Find(money.Currency)?.Symbol ?? money.Currency;
        var sign = amount < 0 ? "-" : "";
        if (!style.IsSymbolFirst)
            return sign + number + style.Gap + symbol;
        // Letters and digits would run into one another: CHF 5.00, but $5.00.
        var gap = style.Gap.Length == 0 && char.IsLetter(symbol[^1]) ? Space : style.Gap;
        return sign + symbol + gap + number;
    }

    private static string Grouped(string whole, Style style)
    {
        if (whole.Length < 3 + style.MinGrouped)
            return whole;
        var first = (whole.Length - 1) % 3 + 1;
        var groups = new List<string> { whole[..first] };
        for (var i = first; i < whole.Length; i += 3)
            groups.Add(whole.Substring(i, 3));
        return string.Join(style.Group, groups);
    }

    private static Style StyleOf(string language)
    {
        var dash = language.IndexOf('-', StringComparison.Ordinal);
        return Styles.GetValueOrDefault(dash < 0 ? language : language[..dash], English);
    }

    /// <param name="MinGrouped">Digits before the last three from which on they are grouped.</param>
    private sealed record Style(string Group, string Point, bool IsSymbolFirst, string Gap, int MinGrouped);
}
