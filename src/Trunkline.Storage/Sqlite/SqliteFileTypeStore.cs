using Trunkline.Gateway.Intake;

namespace Trunkline.Storage.Sqlite;

/// <summary>The File Type table.</summary>
public sealed class SqliteFileTypeStore(SqliteDatabase database) : IFileTypeStore
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<FileTypeRow>> FileTypesAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query("""
        SELECT filetype_extension, filetype_mime, filetype_message_type, filetype_signature, filetype_resource_type, filetype_is_text, filetype_known_as, filetype_refusal
        FROM file_type ORDER BY filetype_mime, filetype_extension
        """,
        r => new FileTypeRow(r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : Names.MessageTypeOf(r.GetString(2)), r.GetString(3))
        {
            ResourceType = r.IsDBNull(4) ? null : Names.MessageTypeOf(r.GetString(4)),
            IsText = r.GetBoolean(5),
            KnownAs = r.IsDBNull(6) ? null : r.GetString(6),
            Refusal = r.IsDBNull(7) ? null : r.GetString(7),
        }), cancellationToken);

    /// <inheritdoc />
    public Task<bool> AddAsync(FileTypeRow row, CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute("""
        INSERT OR IGNORE INTO file_type (filetype_extension, filetype_mime, filetype_message_type, filetype_resource_type, filetype_signature, filetype_is_text,
            filetype_known_as, filetype_refusal)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """, row.Extension, row.MimeType, row.MessageType is { } type ? Names.Of(type) : null, row.ResourceType is { } resource ? Names.Of(resource) : null,
        row.Signature, row.IsText, row.KnownAs, row.Refusal) == 1, cancellationToken);

    /// <inheritdoc />
    public Task<bool> RemoveAsync(string mimeType, string extension, CancellationToken cancellationToken) => database.WriteAsync(
        s => s.Execute("DELETE FROM file_type WHERE filetype_mime = ?1 AND filetype_extension = ?2", mimeType, extension) == 1, cancellationToken);
}
