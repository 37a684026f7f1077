using Trunkline.Gateway.Customers;

namespace Trunkline.Storage.Sqlite;

/// <summary>Customers, users, addresses and keys, as they are administered.</summary>
public sealed class SqliteCustomerRegister(SqliteDatabase database, TimeProvider time) : ICustomerRegister
{
    private const string Details = """
        c.firstname, c.lastname, c.company, c.addressline1, c.addressline2, c.city, c.mailregion, c.mailcode, c.worknumber, c.homenumber,
        c.collectionmethod, c.created_at, c.status_reason
        """;

    /// <inheritdoc />
    public Task<CustomerRecord?> FindAsync(long customerKey, CancellationToken cancellationToken) => database.ReadAsync(s =>
        s.First($"SELECT {CustomerRows.Columns}, {Details} FROM customer c WHERE c.customer_key = ?1", Read, customerKey), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<CustomerRecord>> ListAsync(long after, int most, CustomerStatus? status, string? text, CancellationToken cancellationToken) =>
        database.ReadAsync(s => (IReadOnlyList<CustomerRecord>)s.Query($"""
            SELECT {CustomerRows.Columns}, {Details} FROM customer c
            WHERE c.customer_key > ?1 AND (?2 IS NULL OR c.status = ?2) AND (?3 IS NULL OR instr(lower(c.emailaddress || ' ' || coalesce(c.firstname, '') || ' '
                || coalesce(c.lastname, '') || ' ' || coalesce(c.company, '')), lower(?3)) > 0)
            ORDER BY c.customer_key LIMIT ?4
            """, Read, after, status is { } wanted ? CustomerRows.Of(wanted) : null, text, most), cancellationToken);

    /// <inheritdoc />
    public Task<(RegisterAnswer Answer, long CustomerKey)> AddAsync(Customer customer, CustomerDetails details, CancellationToken cancellationToken) =>
        database.WriteAsync(s =>
        {
            if (IsTaken(s, customer.EmailAddress))
                return (RegisterAnswer.AddressTaken, 0L);
            var key = CustomerRows.Insert(s, customer, Now);
            SaveDetails(s, key, details);
            return (RegisterAnswer.Done, key);
        }, cancellationToken);

    /// <inheritdoc />
    public Task<RegisterAnswer> SaveAsync(CustomerRecord customer, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        var c = customer.Customer;
        var before = s.First("SELECT emailaddress, revision FROM customer WHERE customer_key = ?1", r => (Address: r.GetString(0), Revision: r.GetInt64(1)), c.Key);
        if (before.Address is null)
            return RegisterAnswer.NotFound;
        if (before.Revision != customer.Revision)
            return RegisterAnswer.Changed;
        if (!before.Address.Equals(c.EmailAddress, StringComparison.OrdinalIgnoreCase) && IsTaken(s, c.EmailAddress))
            return RegisterAnswer.AddressTaken;
        s.Execute("""
            UPDATE customer SET emailaddress = ?2, country = ?3, languagecode = ?4, trusted_networks = ?5, header_line = ?6, source_csid = ?7, billtype = ?8,
                currencycode = ?9, price_plan = ?10, time_zone = ?11, credit_limit = ?12, max_message_price = ?13, max_day_spend = ?14, max_month_spend = ?15,
                max_hour_messages = ?16, allowed_countries = ?17, allows_premium = ?18, allows_satellite = ?19, trust_from = ?20, quiet_hours = ?21,
                message_options = ?22
            WHERE customer_key = ?1
            """, c.Key, c.EmailAddress, c.Country, c.Language, string.Join(' ', c.TrustedNetworks), c.HeaderLine, c.SourceCsid, CustomerRows.Of(c.BillType),
            c.Currency, c.PricePlan, c.TimeZone, c.Limits.Credit?.MicroUnits, c.Limits.MessagePrice?.MicroUnits, c.Limits.DaySpend?.MicroUnits,
            c.Limits.MonthSpend?.MicroUnits, c.Limits.HourMessages, string.Join(' ', c.Limits.Countries), c.Limits.AllowsPremium, c.Limits.AllowsSatellite,
            CustomerRows.Of(c.TrustFrom), c.QuietHours, c.MessageOptions);
        SaveDetails(s, c.Key, customer.Details);
        return RegisterAnswer.Done;
    }, cancellationToken);

    /// <inheritdoc />
    public Task<RegisterAnswer> SetStatusAsync(long customerKey, CustomerStatus status, string? reason, CancellationToken cancellationToken) =>
        database.WriteAsync(s => s.Execute("UPDATE customer SET status = ?2, status_reason = ?3 WHERE customer_key = ?1",
            customerKey, CustomerRows.Of(status), reason) == 1 ? RegisterAnswer.Done : RegisterAnswer.NotFound, cancellationToken);

    /// <inheritdoc />
    public Task<(RegisterAnswer Answer, long UserKey)> AddUserAsync(CustomerUser user, int atMost, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        if (!Exists(s, user.CustomerKey))
            return (RegisterAnswer.NotFound, 0L);
        if (IsTaken(s, user.EmailAddress))
            return (RegisterAnswer.AddressTaken, 0L);
        if (s.Number("SELECT count(*) FROM customer_user WHERE customer_key = ?1", user.CustomerKey) >= atMost)
            return (RegisterAnswer.TooMany, 0L);
        s.Execute("INSERT INTO customer_user (customer_key, emailaddress, created_at) VALUES (?1, ?2, ?3)", user.CustomerKey, user.EmailAddress, Now);
        var key = s.Number("SELECT user_key FROM customer_user WHERE emailaddress = ?1", user.EmailAddress);
        SaveUser(s, user with { Key = key });
        return (RegisterAnswer.Done, key);
    }, cancellationToken);

    /// <inheritdoc />
    public Task<RegisterAnswer> SaveUserAsync(CustomerUser user, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        var before = s.First("SELECT emailaddress FROM customer_user WHERE user_key = ?1 AND customer_key = ?2", r => r.GetString(0), user.Key, user.CustomerKey);
        if (before is null)
            return RegisterAnswer.NotFound;
        if (before != user.EmailAddress && IsTaken(s, user.EmailAddress))
            return RegisterAnswer.AddressTaken;
        SaveUser(s, user);
        return RegisterAnswer.Done;
    }, cancellationToken);

    /// <inheritdoc />
    public Task<RegisterAnswer> AddAddressAsync(long customerKey, CustomerAddress address, int atMost, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        if (!Exists(s, customerKey)
            || (address.UserKey is { } user && s.Number("SELECT count(*) FROM customer_user WHERE user_key = ?1 AND customer_key = ?2", user, customerKey) == 0))
            return RegisterAnswer.NotFound;
        if (IsTaken(s, address.Address))
            return RegisterAnswer.AddressTaken;
        if (s.Number("SELECT count(*) FROM customer_address WHERE customer_key = ?1 AND kind IN ('sender', 'domain')", customerKey) >= atMost)
            return RegisterAnswer.TooMany;
        s.Execute("INSERT INTO customer_address (address, customer_key, user_key, kind, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            address.Address, customerKey, address.UserKey, address.Kind == CustomerAddressKind.Domain ? "domain" : "sender", Now);
        return RegisterAnswer.Done;
    }, cancellationToken);

    /// <inheritdoc />
    public Task<RegisterAnswer> RemoveAddressAsync(long customerKey, string address, CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute(
        "DELETE FROM customer_address WHERE address = ?1 AND customer_key = ?2 AND kind IN ('sender', 'domain')", address, customerKey) == 1
            ? RegisterAnswer.Done : RegisterAnswer.NotFound, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<SecretRecord>> SecretsAsync(long customerKey, CancellationToken cancellationToken) => database.ReadAsync(s =>
        (IReadOnlyList<SecretRecord>)s.Query("""
            SELECT secret_id, kind, scope, name, user_key, created_at, last_used_at, revoked_at FROM customer_secret WHERE customer_key = ?1 ORDER BY secret_id
            """, r => new SecretRecord(r.GetInt64(0), CustomerRows.KindOf(r.GetString(1)), CustomerRows.ScopeOf(r.GetString(2)), r.GetString(3),
                r.IsDBNull(4) ? null : r.GetInt64(4), Time(r, 5)!.Value, Time(r, 6), Time(r, 7)), customerKey), cancellationToken);

    /// <inheritdoc />
    public Task<CustomerSecret?> AddSecretAsync(CustomerSecret secret, int atMost, CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute("""
        INSERT OR IGNORE INTO customer_secret (customer_key, user_key, kind, secret_hash, scope, name, created_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE EXISTS (SELECT 1 FROM customer WHERE customer_key = ?1)
            AND (SELECT count(*) FROM customer_secret WHERE customer_key = ?1 AND revoked_at IS NULL) < ?8
        """, secret.CustomerKey, secret.UserKey, CustomerRows.Of(secret.Kind), secret.Hash, CustomerRows.Of(secret.Scope), secret.Name,
        secret.CreatedAt.ToUnixTimeMilliseconds(), atMost) == 1
            ? secret with { Id = s.Number("SELECT secret_id FROM customer_secret WHERE secret_hash = ?1", secret.Hash) }
            : null, cancellationToken);

    /// <inheritdoc />
    public Task<bool> RevokeSecretAsync(long customerKey, long id, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute(
        "UPDATE customer_secret SET revoked_at = ?3 WHERE secret_id = ?1 AND customer_key = ?2 AND revoked_at IS NULL", id, customerKey, now.ToUnixTimeMilliseconds()) == 1,
        cancellationToken);

    /// <inheritdoc />
    public Task NoteUseAsync(IReadOnlyList<(long Id, DateTimeOffset At)> used, CancellationToken cancellationToken) => database.WriteAsync(s => used.Sum(u => s.Execute(
        "UPDATE customer_secret SET last_used_at = ?2 WHERE secret_id = ?1 AND coalesce(last_used_at, 0) < ?2", u.Id, u.At.ToUnixTimeMilliseconds())), cancellationToken);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static bool Exists(SqliteConnectionSession s, long customer) => s.Number("SELECT count(*) FROM customer WHERE customer_key = ?1", customer) == 1;

    private static bool IsTaken(SqliteConnectionSession s, string address) =>
        s.Number("SELECT count(*) FROM customer_address WHERE address = lower(?1)", address) > 0;

    private static void SaveDetails(SqliteConnectionSession s, long key, CustomerDetails d) => s.Execute("""
        UPDATE customer SET firstname = ?2, lastname = ?3, company = ?4, addressline1 = ?5, addressline2 = ?6, city = ?7, mailregion = ?8, mailcode = ?9,
            worknumber = ?10, homenumber = ?11, collectionmethod = ?12
        WHERE customer_key = ?1
        """, key, d.FirstName, d.LastName, d.Company, d.AddressLine1, d.AddressLine2, d.City, d.MailRegion, d.MailCode, d.WorkNumber, d.HomeNumber, d.CollectionMethod);

    private static void SaveUser(SqliteConnectionSession s, CustomerUser u) => s.Execute("""
        UPDATE customer_user SET emailaddress = ?2, name = ?3, status = ?4, languagecode = ?5, header_line = ?6, source_csid = ?7, cover_page = ?8,
            max_message_price = ?9, max_day_spend = ?10, max_month_spend = ?11, max_hour_messages = ?12, allowed_countries = ?13, allows_premium = ?14,
            allows_satellite = ?15
        WHERE user_key = ?1
        """, u.Key, u.EmailAddress, u.Name, CustomerRows.Of(u.Status), u.Language, u.HeaderLine, u.SourceCsid, u.CoverPage, u.Limits.MessagePrice?.MicroUnits,
        u.Limits.DaySpend?.MicroUnits, u.Limits.MonthSpend?.MicroUnits, u.Limits.HourMessages, string.Join(' ', u.Limits.Countries), u.Limits.AllowsPremium,
        u.Limits.AllowsSatellite);

    private static CustomerRecord Read(SqliteStatement r)
    {
        const int At = CustomerRows.ColumnCount;
        var (customer, revision) = CustomerRows.Read(r);
        return new CustomerRecord(customer, new CustomerDetails
        {
            FirstName = CustomerRows.Text(r, At),
            LastName = CustomerRows.Text(r, At + 1),
            Company = CustomerRows.Text(r, At + 2),
            AddressLine1 = CustomerRows.Text(r, At + 3),
            AddressLine2 = CustomerRows.Text(r, At + 4),
            City = CustomerRows.Text(r, At + 5),
            MailRegion = CustomerRows.Text(r, At + 6),
            MailCode = CustomerRows.Text(r, At + 7),
            WorkNumber = CustomerRows.Text(r, At + 8),
            HomeNumber = CustomerRows.Text(r, At + 9),
            CollectionMethod = CustomerRows.Text(r, At + 10),
        }, revision, Time(r, At + 11)!.Value, CustomerRows.Text(r, At + 12));
    }

    private static DateTimeOffset? Time(SqliteStatement r, int column) => r.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(column));
}
