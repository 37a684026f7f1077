using Trunkline.Gateway.Customers;

namespace Trunkline.Storage.Sqlite;

/// <summary>Keys of the HTTP interface.</summary>
public sealed class SqliteBearerKeyStore(SqliteDatabase database) : IBearerKeyStore
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<BearerKey>> ListAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query(
        "SELECT key_id, key_hash, customer_key, scope, name, created_at FROM bearer_key",
        r => new BearerKey(r.GetInt64(0), r.GetString(1), r.GetInt64(2), Enum.Parse<KeyScope>(r.GetString(3), ignoreCase: true), r.GetString(4),
            DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(5)))), cancellationToken);

    /// <inheritdoc />
    public async Task<BearerKey?> AddAsync(BearerKey key, int atMost, CancellationToken cancellationToken) => await database.WriteAsync(s => s.Execute("""
        INSERT OR IGNORE INTO bearer_key (key_hash, customer_key, scope, name, created_at)
        SELECT ?1, ?2, ?3, ?4, ?5 WHERE (SELECT count(*) FROM bearer_key WHERE customer_key = ?2) < ?6
        """, key.Hash, key.CustomerKey, key.Scope.ToString().ToLowerInvariant(), key.Name, key.CreatedAt.ToUnixTimeMilliseconds(), atMost) == 1
            ? key with { Id = s.Number("SELECT last_insert_rowid()") }
            : null, cancellationToken);

    /// <inheritdoc />
    public async Task<bool> RemoveAsync(long customerKey, long id, CancellationToken cancellationToken) => await database.WriteAsync(
        s => s.Execute("DELETE FROM bearer_key WHERE key_id = ?1 AND customer_key = ?2", id, customerKey) == 1, cancellationToken);
}
