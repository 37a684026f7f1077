namespace Trunkline.Gateway.Billing;

/// <summary>A currency (Table 4), and how its amounts are written for people.</summary>
/// <param name="Code">ISO 4217.</param>
/// <param name="Format">Its label: the name in English.</param>
/// <param name="Symbol">What stands before or after an amount; the code where there is no symbol of its own.</param>
/// <param name="Decimals">Of an amount that is paid: 2 for cents, 0 for yen.</param>
public sealed record Currency(string Code, string Format, string Symbol, int Decimals)
{
    /// <summary>What the table is seeded with.</summary>
    public static IReadOnlyList<Currency> Major { get; } =
    [
        new("AED", "UAE Dirham", "AED", 2),
        new("ARS", "Argentine Peso", "ARS", 2),
        new("AUD", "Australian Dollar", "A$", 2),
        new("BRL", "Brazilian Real", "R$", 2),
        new("CAD", "Canadian Dollar", "CA$", 2),
        new("CHF", "Swiss Franc", "CHF", 2),
        new("CLP", "Chilean Peso", "CLP", 0),
        new("CNY", "Chinese Yuan", "CN¥", 2),
        new("COP", "Colombian Peso", "COP", 2),
        new("CZK", "Czech Koruna", "Kč", 2),
        new("DKK", "Danish Krone", "kr.", 2),
        new("EUR", "Euro", "€", 2),
        new("GBP", "Pound Sterling", "£", 2),
        new("HKD", "Hong Kong Dollar", "HK$", 2),
        new("HUF", "Hungarian Forint", "Ft", 2),
        new("IDR", "Indonesian Rupiah", "Rp", 2),
        new("ILS", "Israeli New Shekel", "₪", 2),
        new("INR", "Indian Rupee", "₹", 2),
        new("JPY", "Japanese Yen", "¥", 0),
        new("KRW", "South Korean Won", "₩", 0),
        new("KWD", "Kuwaiti Dinar", "KWD", 3),
        new("MXN", "Mexican Peso", "MX$", 2),
        new("MYR", "Malaysian Ringgit", "RM", 2),
        new("NOK", "Norwegian Krone", "NOK", 2),
        new("NZD", "New Zealand Dollar", "NZ$", 2),
        new("PHP", "Philippine Peso", "₱", 2),
        new("PLN", "Polish Zloty", "zł", 2),
        new("RON", "Romanian Leu", "lei", 2),
        new("SAR", "Saudi Riyal", "SAR", 2),
        new("SEK", "Swedish Krona", "SEK", 2),
        new("SGD", "Singapore Dollar", "S$", 2),
        new("THB", "Thai Baht", "฿", 2),
        new("TRY", "Turkish Lira", "₺", 2),
        new("TWD", "New Taiwan Dollar", "NT$", 2),
        new("UAH", "Ukrainian Hryvnia", "₴", 2),
        new("USD", "US Dollar", "$", 2),
        new("VND", "Vietnamese Dong", "₫", 0),
        new("ZAR", "South African Rand", "R", 2),
    ];
}
