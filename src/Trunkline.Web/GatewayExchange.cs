using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Settling;

namespace Trunkline.Web;

/// <summary>The gateway's end of the resource protocol: resources bring their receipts here.</summary>
public static class GatewayExchange
{
    // A receipt carries a log and a picture of one page.
    private const int MaxReceiptBytes = 16 * 1024 * 1024;

    /// <summary>Maps <c>POST {path}/exchange</c>.</summary>
    public static IEndpointConventionBuilder MapGatewayExchange(this IEndpointRouteBuilder endpoints, string path) =>
        endpoints.MapPost(path + "/exchange", async (HttpContext context, SettlingDesk desk) =>
        {
            if (await ReadAsync(context.Request, context.RequestAborted) is not { } body)
                return Line(StatusCodes.Status413PayloadTooLarge, $"A receipt has at most {MaxReceiptBytes} bytes.");
            // The resource may hang up, but what it brought is settled whole.
            return await desk.ReceiveAsync(body, CancellationToken.None) switch
            {
                ReceiptAnswer.Acknowledged acknowledged =>
                    Results.Bytes(ResourceMessageFormat.Write(acknowledged.Message), ResourceMessageFormat.ContentType),
                ReceiptAnswer.WrongPassword => Line(StatusCodes.Status401Unauthorized, "ResourceID and Password do not belong together."),
                ReceiptAnswer.Malformed malformed => Line(StatusCodes.Status400BadRequest, malformed.Reason),
                ReceiptAnswer.UnknownMessage unknown => Line(StatusCodes.Status404NotFound, unknown.Reason),
                _ => throw new InvalidOperationException("An answer of a kind that is not known."),
            };
        });

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxReceiptBytes)
            return null;
        using var memory = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (memory.Length + read > MaxReceiptBytes)
                return null;
            memory.Write(buffer, 0, read);
        }
        return memory.ToArray();
    }

    private static IResult Line(int status, string text) => Results.Text(text + "\n", "text/plain; charset=utf-8", statusCode: status);
}
