namespace Trunkline.Gateway.Routing;

/// <summary>Which resources a customer may use.</summary>
public enum RouteRule
{
    /// <summary>This one, and no other that is not allowed too.</summary>
    Allow,

    /// <summary>Any but this one.</summary>
    Deny,
}

/// <summary>What was measured of a resource in a country, up to a time. In thousandths of an attempt, since older ones count less.</summary>
public sealed record RouteMeasure(long ResourceId, int CountryCode, long Good, long Total, DateTimeOffset At);

/// <summary>What routing keeps besides rates.</summary>
public interface IRouteStore
{
    /// <summary>The rules of all customers.</summary>
    Task<IReadOnlyList<(long CustomerKey, long ResourceId, RouteRule Rule)>> RulesAsync(CancellationToken cancellationToken);

    /// <summary>Sets or, with null, takes away the rule of a customer for a resource.</summary>
    Task SetRuleAsync(long customerKey, long resourceId, RouteRule? rule, CancellationToken cancellationToken);

    /// <summary>What was measured before this process began.</summary>
    Task<IReadOnlyList<RouteMeasure>> MeasuresAsync(CancellationToken cancellationToken);

    /// <summary>Writes these in place of older ones of the same resource and country.</summary>
    Task SaveMeasuresAsync(IReadOnlyList<RouteMeasure> measures, CancellationToken cancellationToken);
}
