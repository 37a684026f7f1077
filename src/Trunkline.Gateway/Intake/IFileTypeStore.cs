namespace Trunkline.Gateway.Intake;

/// <summary>The File Type table in the store.</summary>
public interface IFileTypeStore
{
    /// <summary>All rows.</summary>
    Task<IReadOnlyList<FileTypeRow>> FileTypesAsync(CancellationToken cancellationToken);

    /// <summary>Adds a row. False when there is one of this MIME type and ending.</summary>
    Task<bool> AddAsync(FileTypeRow row, CancellationToken cancellationToken);

    /// <summary>Removes a row. False when there is none of this MIME type and ending.</summary>
    Task<bool> RemoveAsync(string mimeType, string extension, CancellationToken cancellationToken);
}
