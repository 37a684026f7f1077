using Trunkline.Gateway.Routing;

namespace Trunkline.Storage.Sqlite;

/// <summary>Rules of customers for resources, and what was measured of resources.</summary>
public sealed class SqliteRouteStore(SqliteDatabase database) : IRouteStore
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<(long CustomerKey, long ResourceId, RouteRule Rule)>> RulesAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query("SELECT customer_key, resource_id, rule FROM customer_resource ORDER BY customer_key, resource_id",
            r => (r.GetInt64(0), r.GetInt64(1), r.GetString(2) == "allow" ? RouteRule.Allow : RouteRule.Deny)), cancellationToken);

    /// <inheritdoc />
    public Task SetRuleAsync(long customerKey, long resourceId, RouteRule? rule, CancellationToken cancellationToken) => database.WriteAsync(s =>
        rule is { } set
            ? s.Execute("INSERT OR REPLACE INTO customer_resource (customer_key, resource_id, rule) VALUES (?1, ?2, ?3)",
                customerKey, resourceId, set == RouteRule.Allow ? "allow" : "deny")
            : s.Execute("DELETE FROM customer_resource WHERE customer_key = ?1 AND resource_id = ?2", customerKey, resourceId), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<RouteMeasure>> MeasuresAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query(
        "SELECT resource_id, country_code, good, total, at FROM route_success",
        r => new RouteMeasure(r.GetInt64(0), r.GetInt32(1), r.GetInt64(2), r.GetInt64(3), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(4)))), cancellationToken);

    /// <inheritdoc />
    public Task SaveMeasuresAsync(IReadOnlyList<RouteMeasure> measures, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        foreach (var m in measures)
        {
            s.Execute("INSERT OR REPLACE INTO route_success (resource_id, country_code, good, total, at) VALUES (?1, ?2, ?3, ?4, ?5)",
                m.ResourceId, m.CountryCode, m.Good, m.Total, m.At.ToUnixTimeMilliseconds());
        }
        return measures.Count;
    }, cancellationToken);
}
