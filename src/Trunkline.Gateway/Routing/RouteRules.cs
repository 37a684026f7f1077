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

    /// <summary>What a customer may use.</summary>
    public Rules Of(long customerKey) => _rules.GetValueOrDefault(customerKey, Rules.None);

    /// <summary>What a customer may use: of each a few, and arrays are quicker than sets.</summary>
    public sealed record Rules(long[] Allowed, long[] Denied)
    {
        /// <summary>All of them.</summary>
        public static Rules None { get; } = new([], []);

        /// <summary>True when the customer may use the resource: it is not denied, and it is allowed where any is. Without rules, all are.</summary>
        public bool Allow(long resourceId) => !Denied.Contains(resourceId) && (Allowed.Length == 0 || Allowed.Contains(resourceId));
    }
}
