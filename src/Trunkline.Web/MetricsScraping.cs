using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web;

/// <summary>
/// <c>/metrics</c> for Prometheus. From this machine without a key, from elsewhere with an operator's: how much is sent, to what effect, is nobody
/// else's business.
/// </summary>
public static class MetricsScraping
{
    private const string Path = "/metrics";
    private const string Scheme = "Bearer ";

    /// <summary>Collects every instrument of ours.</summary>
    public static IServiceCollection AddMetricsScraping(this IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(m => m.AddMeter("Trunkline.*").AddPrometheusExporter(o => o.ScrapeResponseCacheDurationMilliseconds = 0));
        return services;
    }

    /// <summary>Maps the path.</summary>
    public static void MapMetricsScraping(this WebApplication application)
    {
        application.UseWhen(c => c.Request.Path.Equals(Path, StringComparison.Ordinal), branch => branch.Use(async (context, next) =>
        {
            if (MayScrape(context))
                await next(context);
            else
                await Api.ApiProblem.Of(StatusCodes.Status401Unauthorized, "From elsewhere, metrics want an operator's key.").ExecuteAsync(context);
        }));
        application.MapPrometheusScrapingEndpoint(Path);
    }

    private static bool MayScrape(HttpContext context)
    {
        // What a proxy on this machine passes on does not come from this machine.
        if (context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && !context.Request.Headers.ContainsKey("X-Forwarded-For")
            && !context.Request.Headers.ContainsKey("Forwarded"))
            return true;
        var given = context.Request.Headers.Authorization.ToString();
        return given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && context.RequestServices.GetRequiredService<KeyRing>().Find(given[Scheme.Length..].Trim()) is { Scope: KeyScope.Operator };
    }
}
