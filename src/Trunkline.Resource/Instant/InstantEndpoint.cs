using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Trunkline.Core.Protocol;
using Trunkline.Resource.Exchange;

namespace Trunkline.Resource.Instant;

/// <summary>Puts a stand-in on an HTTP address.</summary>
public static class InstantEndpoint
{
    private const long MaxBytes = 64 * 1024 * 1024;

    /// <summary>Maps <c>POST <paramref name="path"/>/exchange</c>.</summary>
    public static IEndpointConventionBuilder MapInstantResource(this IEndpointRouteBuilder endpoints, string path, InstantResource resource)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(resource);
        return endpoints.MapPost(path.TrimEnd('/') + ResourceExchangeEndpoint.LastSegment, (RequestDelegate)(context => ExchangeAsync(context, resource)));
    }

    internal static async Task ExchangeAsync(HttpContext context, InstantResource resource)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBytes;
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (BadHttpRequestException fault)
        {
            context.Response.StatusCode = fault.StatusCode;
            return;
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            // The router hung up; nobody waits for an answer.
            return;
        }
        var answer = await resource.ExchangeAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
        var bytes = answer.Message is { } message ? ResourceMessageFormat.Write(message) : Encoding.UTF8.GetBytes(answer.Line + "\n");
        context.Response.StatusCode = answer.Code;
        context.Response.ContentType = ResourceMessageFormat.ContentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
