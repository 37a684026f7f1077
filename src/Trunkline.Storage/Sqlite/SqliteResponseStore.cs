using Trunkline.Gateway.Receipts;

namespace Trunkline.Storage.Sqlite;

/// <summary>The response table.</summary>
public sealed class SqliteResponseStore(SqliteDatabase database) : IResponseStore
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<Response>> ListAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query(
        "SELECT language, kind, subject, text FROM response ORDER BY language, kind", r => new Response(r.GetString(0),
            ResponseKinds.TryParse(r.GetString(1), out var kind) ? kind : throw new InvalidDataException($"\"{r.GetString(1)}\" is no kind of response."),
            r.GetString(2), r.GetString(3))), cancellationToken);

    /// <inheritdoc />
    public Task SaveAsync(Response response, CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute(
        "INSERT OR REPLACE INTO response (language, kind, subject, text) VALUES (?1, ?2, ?3, ?4)",
        response.Language, response.Kind.Code(), response.Subject, response.Text), cancellationToken);

    /// <inheritdoc />
    public Task<bool> RemoveAsync(string language, ResponseKind kind, CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute(
        "DELETE FROM response WHERE language = ?1 AND kind = ?2", language, kind.Code()) == 1, cancellationToken);
}
