using System.Collections.Frozen;

namespace Trunkline.Gateway.Covers;

/// <summary>The names of the cover pages in memory: intake asks while the sender is connected.</summary>
public sealed class CoverDirectory(ICoverStore store)
{
    private volatile FrozenDictionary<(long Customer, string Name), CoverName> _byName = FrozenDictionary<(long, string), CoverName>.Empty;

    /// <summary>Reads the store; called at start and after a change.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken) => _byName = (await store.ListAsync(cancellationToken))
        .ToFrozenDictionary(c => (c.CustomerKey ?? 0, c.Name.ToLowerInvariant()));

    /// <summary>The cover page that a customer means: its own of this name, else everybody's; null when there is none.</summary>
    public CoverName? Find(long customerKey, string name) =>
        _byName.GetValueOrDefault((customerKey, name.ToLowerInvariant())) ?? _byName.GetValueOrDefault((0, name.ToLowerInvariant()));

    /// <summary>All that a customer may use, by name.</summary>
    public IReadOnlyList<CoverName> Of(long customerKey) => [.. _byName.Values
        .Where(c => c.CustomerKey is null || c.CustomerKey == customerKey)
        .OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase).ThenBy(c => c.CustomerKey ?? 0)];
}
