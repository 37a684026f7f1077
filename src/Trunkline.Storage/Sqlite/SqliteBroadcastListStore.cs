using Trunkline.Core;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Covers;

namespace Trunkline.Storage.Sqlite;

/// <summary>Lists that are kept, and numbers that are not to be called.</summary>
public sealed class SqliteBroadcastListStore(SqliteDatabase database) : IBroadcastListStore
{
    // Rows of one transaction: some milliseconds of the one writer.
    private const int Chunk = 500;

    /// <inheritdoc />
    public async Task SaveAsync(
        long id, long customerKey, string name, IReadOnlyList<BroadcastRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await database.WriteAsync(s => s.Execute("INSERT INTO broadcast_list (list_id, customer_key, name, created_at, row_count) VALUES (?1, ?2, ?3, ?4, ?5)",
            id, customerKey, name, now.ToUnixTimeMilliseconds(), rows.Count), cancellationToken);
        for (var at = 0; at < rows.Count; at += Chunk)
        {
            var (first, chunk) = (at, rows.Skip(at).Take(Chunk).ToList());
            await database.WriteAsync(s =>
            {
                for (var i = 0; i < chunk.Count; i++)
                {
                    s.Execute("INSERT INTO broadcast_list_row (list_id, ordinal, line, destination, fields) VALUES (?1, ?2, ?3, ?4, ?5)",
                        id, first + i, chunk[i].Line, chunk[i].Number.E164, chunk[i].Fields == CoverFields.None ? null : chunk[i].Fields.ToJson());
                }
                return chunk.Count;
            }, cancellationToken);
        }
        // The old one goes and the new one is seen at the same moment.
        await database.WriteAsync(s =>
        {
            Remove(s, customerKey, name, now.ToUnixTimeMilliseconds());
            return s.Execute("UPDATE broadcast_list SET is_ready = 1 WHERE list_id = ?1", id);
        }, cancellationToken);
    }

    /// <inheritdoc />
    public Task<BroadcastList?> FindAsync(long customerKey, string name, CancellationToken cancellationToken) => database.ReadAsync(s => s.First(
        "SELECT list_id, customer_key, name, row_count, created_at FROM broadcast_list WHERE customer_key = ?1 AND name = ?2 AND is_ready = 1 AND removed_at IS NULL",
        Read, customerKey, name), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<BroadcastList>> ListAsync(long customerKey, CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query("""
        SELECT list_id, customer_key, name, row_count, created_at FROM broadcast_list WHERE customer_key = ?1 AND is_ready = 1 AND removed_at IS NULL ORDER BY name
        """, Read, customerKey), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<BroadcastRow>> RowsAsync(long list, int afterOrdinal, int max, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query(
            "SELECT line, destination, fields FROM broadcast_list_row WHERE list_id = ?1 AND ordinal > ?2 ORDER BY ordinal LIMIT ?3",
            r => new BroadcastRow(r.GetInt32(0), NumberOf(r.GetString(1)), CoverFields.FromJson(r.IsDBNull(2) ? null : r.GetString(2))),
            list, afterOrdinal, max), cancellationToken);

    /// <inheritdoc />
    public Task<bool> RemoveAsync(long customerKey, string name, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(s => Remove(s, customerKey, name, now.ToUnixTimeMilliseconds()), cancellationToken);

    /// <inheritdoc />
    public async Task<int> AddDoNotCallAsync(
        long customerKey, IReadOnlyList<PhoneNumber> numbers, string source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var added = 0;
        foreach (var chunk in numbers.Chunk(Chunk))
        {
            added += await database.WriteAsync(s => chunk.Sum(n => s.Execute(
                "INSERT OR IGNORE INTO do_not_call (customer_key, destination, source, added_at) VALUES (?1, ?2, ?3, ?4)",
                customerKey, n.E164, source, now.ToUnixTimeMilliseconds())), cancellationToken);
        }
        return added;
    }

    /// <inheritdoc />
    public Task<bool> RemoveDoNotCallAsync(long customerKey, PhoneNumber number, CancellationToken cancellationToken) => database.WriteAsync(
        s => s.Execute("DELETE FROM do_not_call WHERE customer_key = ?1 AND destination = ?2", customerKey, number.E164) == 1, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<DoNotCallEntry>> DoNotCallAsync(long customerKey, string? after, int max, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query(
            "SELECT customer_key, destination, source, added_at FROM do_not_call WHERE customer_key = ?1 AND destination > ?2 ORDER BY destination LIMIT ?3",
            r => new DoNotCallEntry(r.GetInt64(0), r.GetString(1), r.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(3))),
            customerKey, after ?? "", max), cancellationToken);

    private static bool Remove(SqliteConnectionSession s, long customerKey, string name, long now) => s.Execute(
        "UPDATE broadcast_list SET removed_at = ?3 WHERE customer_key = ?1 AND name = ?2 AND is_ready = 1 AND removed_at IS NULL", customerKey, name, now) > 0;

    private static BroadcastList Read(SqliteStatement r) => new(
        r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetInt32(3), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(4)));

    private static PhoneNumber NumberOf(string number) => PhoneNumber.TryParse(number, "US", out var parsed)
        ? parsed
        : throw new InvalidDataException($"A list holds {number}, which is no number.");
}
