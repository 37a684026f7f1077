namespace Trunkline.Gateway.Resources;

/// <summary>The resources in the store.</summary>
public interface IResourceStore
{
    /// <summary>All of them, each with the number of attempts that are open there.</summary>
    Task<IReadOnlyList<(ResourceModel Resource, int Open)>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds a resource, or replaces the one of this name.</summary>
    Task SaveAsync(ResourceModel resource, CancellationToken cancellationToken);
}
