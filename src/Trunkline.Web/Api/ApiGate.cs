using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web.Api;

/// <summary>
/// Stands before everything under <c>/v1</c>: asks for the key before a byte of the body is read, bounds the body, refuses what the endpoint does not
/// know, and makes every refusal a problem of RFC 9457.
/// </summary>
internal sealed partial class ApiGate(RequestDelegate next, KeyRing keys, FailedKeys failed, ILogger<ApiGate> logger)
{
    /// <summary>All of it lies below.</summary>
    public const string Path = "/v1";

    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal))
        {
            await next(context);
            return;
        }
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (Refusal(context) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException fault) when (!context.Response.HasStarted)
        {
            await UnreadableRequest.Explain(fault).ExecuteAsync(context);
            return;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // Whatever it is, the caller gets an answer, and the log says why.
        catch (Exception fault) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            LogFault(fault, context.Request.Method, context.Request.Path);
            context.Response.Clear();
            await ApiProblem.Of(StatusCodes.Status500InternalServerError, "A fault of this server; its log says more. Ask again later.").ExecuteAsync(context);
            return;
        }
        // What routing answers by itself has no body: a path or a method that is not there.
        if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentType: null, ContentLength: null })
            await ApiProblem.Of(context.Response.StatusCode, Words(context.Response.StatusCode, context.Request)).ExecuteAsync(context);
    }

    private IResult? Refusal(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (failed.Wait(address) is { } wait)
        {
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return ApiProblem.Of(StatusCodes.Status429TooManyRequests, "Too many wrong keys came from your address. Come again in a minute.");
        }
        var given = context.Request.Headers.Authorization;
        var holder = given.Count == 1 && given[0]!.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? keys.Find(given[0]![Scheme.Length..].Trim()) : null;
        if (holder is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"trunkline\"";
            if (given.Count == 0)
                return ApiProblem.Of(StatusCodes.Status401Unauthorized, "A key is needed: Authorization: Bearer <key>.");
            failed.Note(address);
            LogWrongKey(address);
            return ApiProblem.Of(StatusCodes.Status401Unauthorized, "This key is nobody's. Ask the operator of this service for one.");
        }
        var caller = new ApiCaller(holder.Scope, holder.Sender, address);
        caller.RememberIn(context);

        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<RequiredScope>() is not { } required)
            return null;
        if (required.Scope == KeyScope.Operator && !caller.IsOperator)
            return ApiProblem.Of(StatusCodes.Status403Forbidden, "This is the operator's: your key may send messages and see its customer's own.");
        var limit = (endpoint.Metadata.GetMetadata<BodyLimit>() ?? new BodyLimit(BodyLimit.Default)).Bytes;
        if (context.Request.ContentLength > limit)
            return UnreadableRequest.TooLarge(limit);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limit;
        return QueryNames.Refusal(endpoint, context.Request.Query);
    }

    private static string Words(int status, HttpRequest request) => status switch
    {
        StatusCodes.Status404NotFound => $"There is no {request.Path} here. {ApiEndpoints.OpenApiPath} describes what there is.",
        StatusCodes.Status405MethodNotAllowed => $"{request.Method} is not for {request.Path}.",
        StatusCodes.Status415UnsupportedMediaType => "The body is not of a kind that is read here: send application/json.",
        _ => "The request was not done.",
    };

    [LoggerMessage(8000, LogLevel.Error, "A fault kept {Method} {Path} from being answered")]
    private partial void LogFault(Exception fault, string method, string path);

    [LoggerMessage(8001, LogLevel.Warning, "A wrong key came from {Address}")]
    private partial void LogWrongKey(IPAddress address);
}
