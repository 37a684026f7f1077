using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace Trunkline.Gateway.Filter;

/// <summary>The rules and pagers of one customer.</summary>
public sealed record CustomerFilter(IReadOnlyList<FilterRule> Rules, IReadOnlyList<Pager> Pagers)
{
    /// <summary>No rules: all mail is kept.</summary>
    public static CustomerFilter None { get; } = new([], []);

    /// <summary>By the customer's own name for it, in any case; null when there is none.</summary>
    public Pager? Find(string pager) => Pagers.FirstOrDefault(p => p.Name.Equals(pager, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Rules and pagers in memory, swapped whole when they change.</summary>
public sealed partial class FilterDirectory(IFilterStore store, ILogger<FilterDirectory> logger)
{
    private sealed record Snapshot(FrozenDictionary<long, CustomerFilter> ByCustomer, FrozenDictionary<string, FilterRule> ByJson);

    private volatile Snapshot _snapshot = new(FrozenDictionary<long, CustomerFilter>.Empty, FrozenDictionary<string, FilterRule>.Empty);

    /// <summary>Reads the store; called at start, now and then, and after a change.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var pagers = (await store.PagersAsync(cancellationToken)).ToLookup(p => p.CustomerKey);
        // A rule that has not changed is not compiled again.
        var known = _snapshot.ByJson;
        var byJson = new Dictionary<string, FilterRule>(StringComparer.Ordinal);
        var rules = new Dictionary<long, List<FilterRule>>();
        foreach (var (customer, json) in await store.RulesAsync(cancellationToken))
        {
            if (!byJson.TryGetValue(json, out var rule) && !known.TryGetValue(json, out rule))
            {
                if (!FilterRuleFormat.TryRead($"[{json}]", "US", out var read, out var error))
                {
                    LogUnreadable(customer, error);
                    continue;
                }
                rule = read[0];
            }
            byJson[json] = rule;
            if (!rules.TryGetValue(customer, out var list))
                rules[customer] = list = [];
            list.Add(rule);
        }
        _snapshot = new Snapshot(
            rules.Keys.Union(pagers.Select(p => p.Key)).ToFrozenDictionary(k => k, k => new CustomerFilter(rules.GetValueOrDefault(k) ?? [], [.. pagers[k]])),
            byJson.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>Of one customer.</summary>
    public CustomerFilter Of(long customerKey) => _snapshot.ByCustomer.GetValueOrDefault(customerKey) ?? CustomerFilter.None;

    [LoggerMessage(6020, LogLevel.Error, "A rule of customer {Customer} cannot be read and is passed over: {Error}")]
    private partial void LogUnreadable(long customer, string error);
}
