namespace Trunkline.Gateway.Resources;

/// <summary>What became of taking a resource away.</summary>
public enum ResourceRemoval
{
    Removed,

    /// <summary>There is none of this name.</summary>
    Unknown,

    /// <summary>It holds messages.</summary>
    StillOpen,
}

/// <summary>The resources in the store.</summary>
public interface IResourceStore
{
    /// <summary>All of them, each with the number of attempts that are open there.</summary>
    Task<IReadOnlyList<(ResourceModel Resource, int Open)>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds a resource, or replaces the one of this name.</summary>
    Task SaveAsync(ResourceModel resource, CancellationToken cancellationToken);

    /// <summary>Adds a resource. False when there is one of this name.</summary>
    Task<bool> AddAsync(ResourceModel resource, CancellationToken cancellationToken);

    /// <summary>
    /// The resource of this process: added, or brought to its address and passwords of today. Whether it takes messages, and its preference, stay as the operator said.
    /// </summary>
    /// <param name="newId">Its id where its own is another resource's.</param>
    Task RegisterAsync(ResourceModel resource, long newId, CancellationToken cancellationToken);

    /// <summary>Whether it takes messages. False when there is none of this name.</summary>
    Task<bool> SetModeAsync(string name, bool isActive, bool isDraining, CancellationToken cancellationToken);

    /// <summary>Of two that cost the same the one with the lower number is used. False when there is none of this name.</summary>
    Task<bool> SetPreferenceAsync(string name, int preference, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a resource away; with <paramref name="force"/> also one that holds messages. These are given up as uncertain, since only it knew what became
    /// of them: they are due to be asked about at once.
    /// </summary>
    Task<(ResourceRemoval Result, int Open)> RemoveAsync(string name, bool force, DateTimeOffset now, CancellationToken cancellationToken);
}
