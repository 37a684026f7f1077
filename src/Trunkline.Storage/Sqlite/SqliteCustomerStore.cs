using System.Globalization;
using Trunkline.Core;
using Trunkline.Gateway.Customers;

namespace Trunkline.Storage.Sqlite;

/// <summary>Customers and their keys.</summary>
public sealed class SqliteCustomerStore(SqliteDatabase database, TimeProvider time) : ICustomerStore
{
    // A batch of keys for each question about what belongs to them: SQLite takes a list as JSON.
    private const int Batch = 5000;

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<CustomerAccount>> ChangedSinceAsync(long revision, CancellationToken cancellationToken) =>
        await database.ReadAsync(s =>
        {
            // Nearly always there is nothing new, and one row says so.
            if (s.Number("SELECT revision FROM customer_revision") == revision)
                return [];
            var accounts = new List<CustomerAccount>();
            var customers = s.Query($"SELECT {CustomerRows.Columns} FROM customer c WHERE c.revision > ?1 ORDER BY c.revision", CustomerRows.Read, revision);
            foreach (var batch in customers.Chunk(Batch))
                accounts.AddRange(WithBelongings(s, batch));
            return (IReadOnlyList<CustomerAccount>)accounts;
        }, cancellationToken);

    private static IEnumerable<CustomerAccount> WithBelongings(SqliteConnectionSession s, (Customer Customer, long Revision)[] customers)
    {
        var keys = "[" + string.Join(',', customers.Select(c => c.Customer.Key.ToString(CultureInfo.InvariantCulture))) + "]";
        var currencies = customers.ToDictionary(c => c.Customer.Key, c => c.Customer.Currency);
        var secrets = s.Query("""
            SELECT secret_id, kind, secret_hash, customer_key, user_key, scope, name, created_at FROM customer_secret
            WHERE customer_key IN (SELECT value FROM json_each(?1)) AND revoked_at IS NULL
            """, CustomerRows.ReadSecret, keys).ToLookup(k => k.CustomerKey);
        var addresses = s.Query("SELECT customer_key, address, kind, user_key FROM customer_address WHERE customer_key IN (SELECT value FROM json_each(?1))",
            r => (Customer: r.GetInt64(0), Address: new CustomerAddress(r.GetString(1), Enum.Parse<CustomerAddressKind>(r.GetString(2), ignoreCase: true),
                r.IsDBNull(3) ? null : r.GetInt64(3))), keys).ToLookup(a => a.Customer, a => a.Address);
        var users = s.Query($"SELECT {CustomerRows.UserColumns} FROM customer_user u WHERE u.customer_key IN (SELECT value FROM json_each(?1))",
            r => CustomerRows.ReadUser(r, currencies[r.GetInt64(1)]), keys).ToLookup(u => u.CustomerKey);
        foreach (var (customer, revision) in customers)
            yield return new CustomerAccount(customer, revision, [.. users[customer.Key]], [.. addresses[customer.Key]], [.. secrets[customer.Key]]);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<SentInMinute>> SentSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query("""
            SELECT customer_key, user_key, message_creation_date / 60000, count(*) FROM message WHERE message_id >= ?1 GROUP BY 1, 2, 3
            """, r => new SentInMinute(r.GetInt64(0), r.IsDBNull(1) ? null : r.GetInt64(1), DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(2) * 60), r.GetInt32(3)),
            MessageIdSource.FirstAt(since).Value), cancellationToken);

    /// <inheritdoc />
    public async ValueTask AddAsync(Customer customer, string? passwordHash, CancellationToken cancellationToken) => await database.WriteAsync(s =>
    {
        // Also the address of another customer's user is known.
        if (s.Number("SELECT count(*) FROM customer_address WHERE address = lower(?1)", customer.EmailAddress) == 0
            && s.Number("SELECT count(*) FROM customer WHERE customer_key = ?1", customer.Key) == 0)
            CustomerRows.Insert(s, customer, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (passwordHash is not null)
        {
            s.Execute("""
                INSERT OR IGNORE INTO customer_secret (customer_key, kind, secret_hash, scope, name, created_at)
                SELECT customer_key, 'password', ?1, 'send', 'password', ?3 FROM customer WHERE emailaddress = ?2
                """, passwordHash, customer.EmailAddress, time.GetUtcNow().ToUnixTimeMilliseconds());
        }
        return true;
    }, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<bool> SetStatusAsync(string emailAddress, CustomerStatus status, CancellationToken cancellationToken) =>
        await database.WriteAsync(s => s.Execute("UPDATE customer SET status = ?2 WHERE emailaddress = ?1",
            emailAddress, status.ToString().ToLowerInvariant()) == 1, cancellationToken);

}
