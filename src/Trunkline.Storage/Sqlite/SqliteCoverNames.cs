using Trunkline.Gateway.Intake;

namespace Trunkline.Storage.Sqlite;

/// <summary>Cover pages by their names.</summary>
public sealed class SqliteCoverNames(SqliteDatabase database) : ICoverNames
{
    // For a sentence that lists them.
    private const int MaxListed = 40;

    /// <inheritdoc />
    public async Task<long?> FindAsync(long customerKey, string name, CancellationToken cancellationToken) => await database.ReadAsync(s => s.First("""
        SELECT coverpage_id FROM cover_page
        WHERE removed_at IS NULL AND (customer_key = ?1 OR customer_key IS NULL) AND (name = ?2 OR ?3)
        ORDER BY customer_key IS NULL, coverpage_id LIMIT 1
        """, r => (long?)r.GetInt64(0), customerKey, name, name == Cover.On), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> ListAsync(long customerKey, CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query("""
        SELECT DISTINCT name FROM cover_page WHERE removed_at IS NULL AND (customer_key = ?1 OR customer_key IS NULL) ORDER BY name LIMIT ?2
        """, r => r.GetString(0), customerKey, MaxListed), cancellationToken);
}
