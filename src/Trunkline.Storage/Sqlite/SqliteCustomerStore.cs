using System.Net;
using Trunkline.Core;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;

namespace Trunkline.Storage.Sqlite;

/// <summary>Customers and their keys, and the File Type table.</summary>
public sealed class SqliteCustomerStore(SqliteDatabase database, TimeProvider time) : ICustomerStore
{
    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<(Customer Customer, IReadOnlyList<string> KeyHashes)>> ListAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(s =>
        {
            var keys = s.Query("SELECT customer_key, key_hash FROM api_key", r => (Customer: r.GetInt64(0), Hash: r.GetString(1))).ToLookup(k => k.Customer, k => k.Hash);
            return s.Query("""
                SELECT customer_key, emailaddress, status, country, languagecode, trusted_networks, header_line, source_csid, billtype, currencycode,
                    price_plan, time_zone, credit_limit, max_message_price, max_day_spend, max_month_spend, max_hour_messages, allowed_countries,
                    allows_premium, allows_satellite
                FROM customer
                """, r => (new Customer
            {
                Key = r.GetInt64(0),
                EmailAddress = r.GetString(1),
                Status = Enum.Parse<CustomerStatus>(r.GetString(2), ignoreCase: true),
                Country = r.GetString(3),
                Language = r.GetString(4),
                TrustedNetworks = [.. r.GetString(5).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPNetwork.Parse)],
                HeaderLine = r.IsDBNull(6) ? null : r.GetString(6),
                SourceCsid = r.IsDBNull(7) ? null : r.GetString(7),
                BillType = Enum.Parse<BillType>(r.GetString(8), ignoreCase: true),
                Currency = r.GetString(9),
                PricePlan = r.GetString(10),
                TimeZone = r.GetString(11),
                Limits = new CustomerLimits
                {
                    Credit = Amount(r, 12),
                    MessagePrice = Amount(r, 13),
                    DaySpend = Amount(r, 14),
                    MonthSpend = Amount(r, 15),
                    HourMessages = r.IsDBNull(16) ? null : r.GetInt32(16),
                    Countries = r.GetString(17).Split(' ', StringSplitOptions.RemoveEmptyEntries),
                    AllowsPremium = r.GetBoolean(18),
                    AllowsSatellite = r.GetBoolean(19),
                },
            }, (IReadOnlyList<string>)[.. keys[r.GetInt64(0)]]));
        }, cancellationToken);

    /// <inheritdoc />
    public async ValueTask AddAsync(Customer customer, string? keyHash, CancellationToken cancellationToken) => await database.WriteAsync(s =>
    {
        s.Execute("""
            INSERT OR IGNORE INTO customer (customer_key, emailaddress, status, country, languagecode, trusted_networks, header_line, source_csid, billtype,
                currencycode, price_plan, time_zone, credit_limit, max_message_price, max_day_spend, max_month_spend, max_hour_messages, allowed_countries,
                allows_premium, allows_satellite)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
            """, customer.Key, customer.EmailAddress, customer.Status.ToString().ToLowerInvariant(), customer.Country, customer.Language,
            string.Join(' ', customer.TrustedNetworks), customer.HeaderLine, customer.SourceCsid, customer.BillType.ToString().ToLowerInvariant(),
            customer.Currency, customer.PricePlan, customer.TimeZone, customer.Limits.Credit?.MicroUnits, customer.Limits.MessagePrice?.MicroUnits,
            customer.Limits.DaySpend?.MicroUnits, customer.Limits.MonthSpend?.MicroUnits, customer.Limits.HourMessages,
            string.Join(' ', customer.Limits.Countries), customer.Limits.AllowsPremium, customer.Limits.AllowsSatellite);
        if (keyHash is not null)
        {
            s.Execute("""
                INSERT OR IGNORE INTO api_key (key_hash, customer_key, created_at) SELECT ?1, customer_key, ?3 FROM customer WHERE emailaddress = ?2
                """, keyHash, customer.EmailAddress, time.GetUtcNow().ToUnixTimeMilliseconds());
        }
        return true;
    }, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<bool> SetStatusAsync(string emailAddress, CustomerStatus status, CancellationToken cancellationToken) =>
        await database.WriteAsync(s => s.Execute("UPDATE customer SET status = ?2 WHERE emailaddress = ?1",
            emailAddress, status.ToString().ToLowerInvariant()) == 1, cancellationToken);

    private static Money? Amount(Microsoft.Data.Sqlite.SqliteDataReader r, int column) => r.IsDBNull(column) ? null : new Money(r.GetInt64(column), r.GetString(9));

    /// <summary>The File Type table.</summary>
    public async Task<IReadOnlyList<FileTypeRow>> FileTypesAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query(
        "SELECT filetype_extension, filetype_mime, filetype_message_type FROM file_type",
        r => new FileTypeRow(r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : Names.MessageTypeOf(r.GetString(2)))), cancellationToken);
}
