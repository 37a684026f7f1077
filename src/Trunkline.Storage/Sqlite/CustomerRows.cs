using System.Net;
using Trunkline.Core;
using Trunkline.Gateway.Customers;

namespace Trunkline.Storage.Sqlite;

/// <summary>Rows of customers and users, as the gateway knows them.</summary>
internal static class CustomerRows
{
    public const string Columns = """
        c.customer_key, c.emailaddress, c.status, c.country, c.languagecode, c.trusted_networks, c.header_line, c.source_csid, c.billtype, c.currencycode,
        c.price_plan, c.time_zone, c.credit_limit, c.max_message_price, c.max_day_spend, c.max_month_spend, c.max_hour_messages, c.allowed_countries,
        c.allows_premium, c.allows_satellite, c.trust_from, c.revision, c.quiet_hours, c.message_options
        """;

    /// <summary>How many <see cref="Columns"/> are.</summary>
    public const int ColumnCount = 24;

    public const string UserColumns = """
        u.user_key, u.customer_key, u.emailaddress, u.name, u.status, u.languagecode, u.header_line, u.source_csid, u.cover_page, u.max_message_price,
        u.max_day_spend, u.max_month_spend, u.max_hour_messages, u.allowed_countries, u.allows_premium, u.allows_satellite
        """;

    public static (Customer Customer, long Revision) Read(SqliteStatement r)
    {
        var currency = r.GetString(9);
        return (new Customer
        {
            Key = r.GetInt64(0),
            EmailAddress = r.GetString(1),
            Status = StatusOf(r.GetString(2)),
            Country = r.GetString(3),
            Language = r.GetString(4),
            TrustedNetworks = Words(r.GetString(5)) is { Length: > 0 } networks ? [.. networks.Select(IPNetwork.Parse)] : [],
            HeaderLine = Text(r, 6),
            SourceCsid = Text(r, 7),
            BillType = Enum.Parse<BillType>(r.GetString(8), ignoreCase: true),
            Currency = currency,
            PricePlan = r.GetString(10),
            TimeZone = r.GetString(11),
            Limits = new CustomerLimits
            {
                Credit = Amount(r, 12, currency),
                MessagePrice = Amount(r, 13, currency),
                DaySpend = Amount(r, 14, currency),
                MonthSpend = Amount(r, 15, currency),
                HourMessages = r.IsDBNull(16) ? null : r.GetInt32(16),
                Countries = Words(r.GetString(17)),
                AllowsPremium = r.GetBoolean(18),
                AllowsSatellite = r.GetBoolean(19),
            },
            TrustFrom = TrustOf(r.GetString(20)),
            QuietHours = Text(r, 22),
            MessageOptions = Text(r, 23),
        }, r.GetInt64(21));
    }

    public static CustomerUser ReadUser(SqliteStatement r, string currency) => new()
    {
        Key = r.GetInt64(0),
        CustomerKey = r.GetInt64(1),
        EmailAddress = r.GetString(2),
        Name = Text(r, 3),
        Status = StatusOf(r.GetString(4)),
        Language = Text(r, 5),
        HeaderLine = Text(r, 6),
        SourceCsid = Text(r, 7),
        CoverPage = Text(r, 8),
        Limits = new UserLimits
        {
            MessagePrice = Amount(r, 9, currency),
            DaySpend = Amount(r, 10, currency),
            MonthSpend = Amount(r, 11, currency),
            HourMessages = r.IsDBNull(12) ? null : r.GetInt32(12),
            Countries = Words(r.GetString(13)),
            AllowsPremium = r.GetBoolean(14),
            AllowsSatellite = r.GetBoolean(15),
        },
    };

    /// <summary>Adds a customer; a key of 0 is given by the store. Returns the key.</summary>
    public static long Insert(SqliteConnectionSession s, Customer customer, long now)
    {
        s.Execute("""
            INSERT INTO customer (customer_key, emailaddress, status, country, languagecode, trusted_networks, header_line, source_csid, billtype,
                currencycode, price_plan, time_zone, credit_limit, max_message_price, max_day_spend, max_month_spend, max_hour_messages, allowed_countries,
                allows_premium, allows_satellite, trust_from, created_at, quiet_hours, message_options)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)
            """, customer.Key == 0 ? null : customer.Key, customer.EmailAddress, Of(customer.Status), customer.Country, customer.Language,
            string.Join(' ', customer.TrustedNetworks), customer.HeaderLine, customer.SourceCsid, Of(customer.BillType),
            customer.Currency, customer.PricePlan, customer.TimeZone, customer.Limits.Credit?.MicroUnits, customer.Limits.MessagePrice?.MicroUnits,
            customer.Limits.DaySpend?.MicroUnits, customer.Limits.MonthSpend?.MicroUnits, customer.Limits.HourMessages,
            string.Join(' ', customer.Limits.Countries), customer.Limits.AllowsPremium, customer.Limits.AllowsSatellite, Of(customer.TrustFrom), now,
            customer.QuietHours, customer.MessageOptions);
        return customer.Key == 0 ? s.Number("SELECT max(customer_key) FROM customer") : customer.Key;
    }

    public static CustomerSecret ReadSecret(SqliteStatement r) => new(r.GetInt64(0), KindOf(r.GetString(1)), r.GetString(2), r.GetInt64(3),
        r.IsDBNull(4) ? null : r.GetInt64(4), ScopeOf(r.GetString(5)), r.GetString(6), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(7)));

    public static string Of(SecretKind kind) => kind switch
    {
        SecretKind.Key => "key",
        SecretKind.Password => "password",
    };

    public static SecretKind KindOf(string name) => name switch
    {
        "key" => SecretKind.Key,
        "password" => SecretKind.Password,
        _ => throw new InvalidDataException($"\"{name}\" is no kind of a secret."),
    };

    public static string Of(KeyScope scope) => scope switch
    {
        KeyScope.Send => "send",
        KeyScope.Operator => "operator",
    };

    public static KeyScope ScopeOf(string name) => name switch
    {
        "send" => KeyScope.Send,
        "operator" => KeyScope.Operator,
        _ => throw new InvalidDataException($"\"{name}\" is no scope of a key."),
    };

    public static string Of(CustomerStatus status) => status switch
    {
        CustomerStatus.Active => "active",
        CustomerStatus.Suspended => "suspended",
        CustomerStatus.Closed => "closed",
    };

    public static string Of(TrustFrom trust) => trust switch
    {
        TrustFrom.None => "none",
        TrustFrom.Dkim => "dkim",
        TrustFrom.Spf => "spf",
        TrustFrom.DkimOrSpf => "dkim-or-spf",
        TrustFrom.From => "from",
    };

    public static string Of(BillType type) => type switch
    {
        BillType.Prepaid => "prepaid",
        BillType.Postpaid => "postpaid",
        BillType.Demo => "demo",
        BillType.Free => "free",
        BillType.Corporate => "corporate",
    };

    public static string? Text(SqliteStatement r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    private static CustomerStatus StatusOf(string name) => name switch
    {
        "active" => CustomerStatus.Active,
        "suspended" => CustomerStatus.Suspended,
        "closed" => CustomerStatus.Closed,
        _ => throw new InvalidDataException($"\"{name}\" is no status of a customer."),
    };

    private static TrustFrom TrustOf(string name) => name switch
    {
        "none" => TrustFrom.None,
        "dkim" => TrustFrom.Dkim,
        "spf" => TrustFrom.Spf,
        "dkim-or-spf" => TrustFrom.DkimOrSpf,
        "from" => TrustFrom.From,
        _ => throw new InvalidDataException($"\"{name}\" is no proof of a From address."),
    };

    private static Money? Amount(SqliteStatement r, int column, string currency) => r.IsDBNull(column) ? null : new Money(r.GetInt64(column), currency);

    private static string[] Words(string text) => text.Length == 0 ? [] : text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
