using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Trunkline.Gateway.Customers;
using Trunkline.Web.Api.Messages;
using Trunkline.Web.Api.Broadcasts;
using Trunkline.Web.Api.Covers;

namespace Trunkline.Web.Api;

/// <summary>
/// The HTTP interface under <c>/v1</c>. A noun adds itself by a class <c>…Endpoints</c> with one method <c>Map…Endpoints(this RouteGroupBuilder api)</c>
/// and a line in <see cref="MapApi"/>. Its endpoints are an operator's unless they say <see cref="ForCustomers{T}"/>; they take what they need as
/// parameters (a body of JSON, <see cref="ApiCaller"/>, <see cref="PageQuery"/>, services), say what they answer by <c>Produces</c>, and refuse by
/// <see cref="ApiProblem"/>. What cannot be read never reaches them.
/// </summary>
public static class ApiEndpoints
{
    /// <summary>The path of the description of the interface.</summary>
    public const string OpenApiPath = "/openapi/v1.json";

    /// <summary>What the interface needs besides the gateway.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services, ApiOptions options) => services
        .AddSingleton(options)
        .AddSingleton<FailedKeys>()
        .AddSingleton<Uploads>()
        .AddSingleton<MessageReader>()
        .AddSingleton<RequestTurns>()
        .AddSingleton<MessageIntake>()
        .AddBroadcastApi()
        .ConfigureHttpJsonOptions(o => ApiJson.Configure(o.SerializerOptions))
        .Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true)
        .AddOpenApi("v1", ApiDescription.Configure);

    /// <summary>Maps every noun under <c>/v1</c>, and the description at <see cref="OpenApiPath"/>.</summary>
    public static void MapApi(this WebApplication application)
    {
        application.UseMiddleware<ApiGate>();
        application.MapOpenApi("/openapi/{documentName}.json");
        var api = application.MapGroup(ApiGate.Path).WithMetadata(new RequiredScope(KeyScope.Operator));
        foreach (var status in new[] { 400, 401, 403, 404, 413, 415, 422, 429, 500, 503 })
            api.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ApiProblem), [ApiProblem.ContentType]));
        api.MapSelfEndpoints();
        api.MapCustomerEndpoints();
        api.MapResponseEndpoints();
        api.MapFileTypeEndpoints();
        api.MapFilterEndpoints();
        api.MapPagerEndpoints();
        api.MapMessageEndpoints(application.Services.GetRequiredService<ApiOptions>());
        api.MapWebhookEndpoints();
        api.MapRatesEndpoints();
        api.MapBillingEndpoints();
        api.MapCoverEndpoints();
        api.MapBroadcastEndpoints();
        api.MapMessageOperationEndpoints();
        api.MapResourceEndpoints();
    }

    /// <summary>A key of scope <c>send</c> is enough; the endpoint keeps its caller to what is the caller's.</summary>
    public static T ForCustomers<T>(this T endpoint) where T : IEndpointConventionBuilder => endpoint.WithMetadata(new RequiredScope(KeyScope.Send));

    /// <summary>A body larger than <see cref="BodyLimit.Default"/>.</summary>
    public static T WithBodyLimit<T>(this T endpoint, long bytes) where T : IEndpointConventionBuilder => endpoint.WithMetadata(new BodyLimit(bytes));
}

/// <summary>What a key must be allowed to do; the last one of an endpoint counts.</summary>
internal sealed record RequiredScope(KeyScope Scope);

/// <summary>How large a body may be; the last one of an endpoint counts.</summary>
internal sealed record BodyLimit(long Bytes)
{
    /// <summary>For a body of JSON that is read into memory.</summary>
    public const long Default = 256 * 1024;
}
