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

    // With the size, what receipts on their way in may take of memory.
    private static readonly SemaphoreSlim Slots = new(16);
    private static readonly TimeSpan SlotWait = TimeSpan.FromSeconds(5);

    /// <summary>Maps <c>POST {path}/exchange</c>.</summary>
    public static IEndpointConventionBuilder MapGatewayExchange(this IEndpointRouteBuilder endpoints, string path) =>
        endpoints.MapPost(path + "/exchange", (HttpContext context, SettlingDesk desk) => ExchangeAsync(context, desk));

    private static async Task<IResult> ExchangeAsync(HttpContext context, SettlingDesk desk)
    {
        if (!await Slots.WaitAsync(SlotWait, context.RequestAborted))
            return Line(StatusCodes.Status503ServiceUnavailable, "As many receipts are coming in as may at once; bring it again.");
        try
        {
            var (body, refusal) = await ReadAsync(context.Request, desk, context.RequestAborted);
            if (refusal is not null)
                return refusal;
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
        }
        finally
        {
            Slots.Release();
        }
    }

    /// <summary>The body, or why it is not read: the password is looked at as soon as the head is there, before anything large is taken in.</summary>
    private static async Task<(ReadOnlyMemory<byte> Body, IResult? Refusal)> ReadAsync(HttpRequest request, SettlingDesk desk, CancellationToken cancellationToken)
    {
        var tooLong = Line(StatusCodes.Status413PayloadTooLarge, $"A receipt has at most {MaxReceiptBytes} bytes.");
        if (request.ContentLength > MaxReceiptBytes)
            return (default, tooLong);
        using var memory = new MemoryStream();
        var buffer = new byte[64 * 1024];
        var isHeadRead = false;
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (memory.Length + read > MaxReceiptBytes)
                return (default, tooLong);
            memory.Write(buffer, 0, read);
            if (isHeadRead)
                continue;
            var length = ResourceMessageFormat.HeadLength(memory.GetBuffer().AsSpan(0, (int)memory.Length));
            if (length < 0 && memory.Length > ResourceMessageFormat.MaxHeadLength)
                return (default, Line(StatusCodes.Status400BadRequest, "The twenty fields do not end."));
            isHeadRead = length >= 0;
            if (isHeadRead && !desk.IsResource(memory.GetBuffer().AsMemory(0, length)))
                return (default, Line(StatusCodes.Status401Unauthorized, "ResourceID and Password do not belong together."));
        }
        return (memory.GetBuffer().AsMemory(0, (int)memory.Length), null);
    }

    private static IResult Line(int status, string text) => Results.Text(text + "\n", "text/plain; charset=utf-8", statusCode: status);
}
