using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Trunkline.Core.Calls;
using Trunkline.Core.Protocol;

namespace Trunkline.Resource.Exchange;

/// <summary>Puts the resource's half of the protocol on an HTTP address.</summary>
public static class ResourceExchangeEndpoint
{
    /// <summary>The last part of the address, on both sides.</summary>
    public const string LastSegment = "/exchange";

    // The head and the little that HTTP may add around the message.
    private const int Allowance = 2 * ResourceMessageFormat.MaxHeadLength;

    /// <summary>
    /// Maps <c>POST <paramref name="path"/>/exchange</c>, and <c>…/call-record</c> for the records of calls, to the <see cref="ResourceServer"/> of the
    /// services.
    /// </summary>
    public static IEndpointConventionBuilder MapResourceExchange(this IEndpointRouteBuilder endpoints, string path)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var server = endpoints.ServiceProvider.GetRequiredService<ResourceServer>();
        endpoints.MapPost(path.TrimEnd('/') + RecordedCallFormat.LastSegment, (RequestDelegate)(context => CallRecordAsync(context, server)));
        return endpoints.MapPost(path.TrimEnd('/') + LastSegment, (RequestDelegate)(context => ExchangeAsync(context, server)));
    }

    private static Task CallRecordAsync(HttpContext context, ResourceServer server) =>
        AnswerAsync(context, server, Allowance, () => server.CallRecordAsync(context.Request.BodyReader, context.RequestAborted));

    private static Task ExchangeAsync(HttpContext context, ResourceServer server) => AnswerAsync(
        context, server, server.Options.MaxMessageBytes + Allowance, () => server.ExchangeAsync(context.Request.BodyReader, context.RequestAborted));

    private static async Task AnswerAsync(HttpContext context, ResourceServer server, long maxBytes, Func<Task<ExchangeAnswer>> serve)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBytes;

        ExchangeAnswer answer;
        try
        {
            answer = await serve();
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

        // A record that is not kept is no refusal worth a line.
        if (answer.Code is not (StatusCodes.Status200OK or StatusCodes.Status404NotFound))
            ResourceLog.Refused(server.Log, context.Connection.RemoteIpAddress?.ToString(), answer.Code, answer.Line);
        var bytes = answer.Message is { } message ? ResourceMessageFormat.Write(message)
            : answer.Record.IsEmpty ? Encoding.UTF8.GetBytes(answer.Line + "\n")
            : answer.Record;
        context.Response.StatusCode = answer.Code;
        context.Response.ContentType = answer.Record.IsEmpty ? ResourceMessageFormat.ContentType : RecordedCallFormat.ContentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static string OneLine(string text) => text.Replace('\r', ' ').Replace('\n', ' ');
}
