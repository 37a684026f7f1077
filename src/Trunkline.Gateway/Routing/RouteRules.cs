using System.Collections.Frozen;

namespace Trunkline.Gateway.Routing;

/// <summary>Which resources each customer may use, in memory, swapped whole.</summary>
public sealed class RouteRules(IRouteStore store)
{
    private volatile FrozenDictionary<long, Rules> _rules = FrozenDictionary<long, Rules>.Empty;

    /// <summary>Reads the store; called at start, from time to time and after a change.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var rows = await store.RulesAsync(cancellationToken);
        _rules = rows.GroupBy(r => r.CustomerKey).ToFrozenDictionary(g => g.Key, g => new Rules(
            [.. g.Where(r => r.Rule == RouteRule.Allow).Select(r => r.ResourceId)], [.. g.Where(r => r.Rule == RouteRule.Deny).Select(r => r.ResourceId)]));
    }

    /// <summary>True when the customer may use the resource: it is not denied, and it is allowed where any is. Without rules, all are.</summary>
    public bool Allows(long customerKey, long resourceId) => !_rules.TryGetValue(customerKey, out var rules)
        || (!rules.Denied.Contains(resourceId) && (rules.Allowed.Length == 0 || rules.Allowed.Contains(resourceId)));

    // A few of each: arrays are quicker than sets.
    private sealed record Rules(long[] Allowed, long[] Denied);
}
