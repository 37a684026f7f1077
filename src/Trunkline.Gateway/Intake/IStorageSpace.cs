namespace Trunkline.Gateway.Intake;

/// <summary>The disk that everything accepted lies on.</summary>
public interface IStorageSpace
{
    /// <summary>Bytes that this process may still write; not older than a second or so.</summary>
    long FreeBytes { get; }
}
