using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Trunkline.Core.Protocol;

namespace Trunkline.Resource.Exchange;

/// <summary>Puts the resource's half of the protocol on an HTTP address.</summary>
public static class ResourceExchangeEndpoint
{
    /// <summary>The last part of the address, on both sides.</summary>
    public const string LastSegment = "/exchange";

    // The head and the little that HTTP may add around the message.
    private const int Allowance = 2 * ResourceMessageFormat.MaxHeadLength;

    /// <summary>Maps <c>POST <paramref name="path"/>/exchange</c> to the <see cref="ResourceServer"/> of the services.</summary>
    public static IEndpointConventionBuilder MapResourceExchange(this IEndpointRouteBuilder endpoints, string path)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var server = endpoints.ServiceProvider.GetRequiredService<ResourceServer>();
        return endpoints.MapPost(path.TrimEnd('/') + LastSegment, (RequestDelegate)(context => ExchangeAsync(context, server)));
    }

    private static async Task ExchangeAsync(HttpContext context, ResourceServer server)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = server.Options.MaxMessageBytes + Allowance;

        ExchangeAnswer answer;
        try
        {
            answer = await server.ExchangeAsync(context.Request.BodyReader, context.RequestAborted);
        }
        catch (Exception fault) when (context.RequestAborted.IsCancellationRequested && fault is OperationCanceledException or ConnectionResetException)
        {
            // The router hung up; nobody waits for an answer.
            return;
        }
        catch (BadHttpRequestException fault)
        {
            answer = ExchangeAnswer.Refuse(fault.StatusCode, OneLine(fault.Message));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The disk, not the message. Not 503, which says that the message was not taken: it may be in the spool although the last sync
            // failed, so the router is left in doubt and asks again under the same MessageID.
            ResourceLog.ExchangeFailed(server.Log, context.Connection.RemoteIpAddress?.ToString(), fault);
            answer = ExchangeAnswer.Refuse(500, "The resource cannot store the message now.");
        }

        if (answer.Code != StatusCodes.Status200OK)
            ResourceLog.Refused(server.Log, context.Connection.RemoteIpAddress?.ToString(), answer.Code, answer.Line);
        var bytes = answer.Message is { } message ? ResourceMessageFormat.Write(message) : Encoding.UTF8.GetBytes(answer.Line + "\n");
        context.Response.StatusCode = answer.Code;
        context.Response.ContentType = ResourceMessageFormat.ContentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static string OneLine(string text) => text.Replace('\r', ' ').Replace('\n', ' ');
}
