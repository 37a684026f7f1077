using Trunkline.Core;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>Cover pages and logos, and the messages that want a cover.</summary>
public sealed class SqliteCoverStore(SqliteDatabase database) : ICoverStore
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<CoverName>> ListAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query("""
        SELECT coverpage_id, customer_key, name, template IS NULL, logo IS NOT NULL, created_at FROM cover_page WHERE removed_at IS NULL ORDER BY name
        """, r => new CoverName(r.GetInt64(0), r.IsDBNull(1) ? null : r.GetInt64(1), r.GetString(2), r.GetBoolean(3), r.GetBoolean(4),
            DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(5)))), cancellationToken);

    /// <inheritdoc />
    public Task<StoredCover?> FindAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(s => s.First(
        "SELECT coverpage_id, customer_key, name, template, logo_type, logo FROM cover_page WHERE coverpage_id = ?1",
        r => new StoredCover(r.GetInt64(0), r.IsDBNull(1) ? null : r.GetInt64(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3),
            r.IsDBNull(4) ? null : new CoverLogo(r.GetString(4), r.GetBytes(5))), id), cancellationToken);

    /// <inheritdoc />
    public Task AddAsync(StoredCover cover, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        var at = now.ToUnixTimeMilliseconds();
        Remove(s, cover.CustomerKey, cover.Name, at);
        return s.Execute("""
            INSERT INTO cover_page (coverpage_id, customer_key, name, template, logo_type, logo, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """, cover.Id, cover.CustomerKey, cover.Name, cover.Template, cover.Logo?.ContentType, cover.Logo?.Content.ToArray(), at);
    }, cancellationToken);

    /// <inheritdoc />
    public Task<bool> RemoveAsync(long? customerKey, string name, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(s => Remove(s, customerKey, name, now.ToUnixTimeMilliseconds()), cancellationToken);

    /// <inheritdoc />
    public Task<CoverLogo?> FindLogoAsync(long customerKey, CancellationToken cancellationToken) => database.ReadAsync(s => s.First(
        "SELECT logo_type, logo FROM customer_logo WHERE customer_key = ?1", r => new CoverLogo(r.GetString(0), r.GetBytes(1)), customerKey),
        cancellationToken);

    /// <inheritdoc />
    public Task SetLogoAsync(long customerKey, CoverLogo? logo, CancellationToken cancellationToken) => database.WriteAsync(s => logo is null
        ? s.Execute("DELETE FROM customer_logo WHERE customer_key = ?1", customerKey)
        : s.Execute("INSERT OR REPLACE INTO customer_logo (customer_key, logo_type, logo) VALUES (?1, ?2, ?3)",
            customerKey, logo.ContentType, logo.Content.ToArray()), cancellationToken);

    /// <inheritdoc />
    public async Task<CoverSender> FindSenderAsync(long customerKey, CancellationToken cancellationToken) => await database.ReadAsync(s => s.First("""
        SELECT trim(coalesce(firstname, '') || ' ' || coalesce(lastname, '')), coalesce(company, ''), coalesce(worknumber, ''), coalesce(source_csid, ''),
            emailaddress
        FROM customer WHERE customer_key = ?1
        """, r => new CoverSender(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4)), customerKey), cancellationToken)
        ?? CoverSender.Unknown;

    /// <inheritdoc />
    public async Task<IReadOnlyList<CoverOrder>> OrdersAsync(MessageId message, int max, CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query("""
        SELECT m.message_id, m.submission_id, m.coverpage_id, m.customer_key, m.destination, m.message_language_code, m.message_subject,
            m.message_from_email_address, m.message_priority, m.resolution, coalesce(m.message_scheduled_date, m.message_creation_date), m.cover_fields
        FROM message o JOIN message m ON m.submission_id = o.submission_id AND m.ordinal >= o.ordinal
        WHERE o.message_id = ?1 AND o.message_status = 'P' AND m.message_status = 'P' AND m.coverpage_id = o.coverpage_id AND m.resolution = o.resolution
        ORDER BY m.ordinal LIMIT ?2
        """, r => new CoverOrder(new MessageId(r.GetInt64(0)), new MessageId(r.GetInt64(1)), r.GetInt64(2), r.GetInt64(3), r.GetString(4), r.GetString(5),
            r.GetString(6), r.GetString(7), (Priority)r.GetInt32(8), Names.ResolutionOf(r.GetString(9)),
            DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(10)), CoverFields.FromJson(r.IsDBNull(11) ? null : r.GetString(11))),
        message.Value, max), cancellationToken);

    private static bool Remove(SqliteConnectionSession s, long? customerKey, string name, long now) => s.Execute("""
        UPDATE cover_page SET removed_at = ?3 WHERE coalesce(customer_key, 0) = ?1 AND name = ?2 AND removed_at IS NULL AND template IS NOT NULL
        """, customerKey ?? 0, name, now) > 0;
}
