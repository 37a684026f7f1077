namespace Trunkline.Gateway.Intake;

/// <summary>The File Type table in the store.</summary>
public interface IFileTypeStore
{
    /// <summary>All rows.</summary>
    Task<IReadOnlyList<FileTypeRow>> FileTypesAsync(CancellationToken cancellationToken);
}
