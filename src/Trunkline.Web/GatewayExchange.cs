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
    private const int MaxSmallBytes = 32 * 1024;
    private static readonly string TooLong = $"A receipt has at most {MaxReceiptBytes} bytes.";

    // With the size, what long receipts on their way in may take of memory.
    private static readonly SemaphoreSlim Slots = new(16);
    private static readonly TimeSpan SlotWait = TimeSpan.FromSeconds(5);

    /// <summary>Maps <c>POST {path}/exchange</c>.</summary>
    public static IEndpointConventionBuilder MapGatewayExchange(this IEndpointRouteBuilder endpoints, string path) =>
        endpoints.MapPost(path + "/exchange", (HttpContext context, SettlingDesk desk) => ExchangeAsync(context, desk));

    private static async Task<IResult> ExchangeAsync(HttpContext context, SettlingDesk desk)
    {
        // Nearly all receipts are fields and a few lines; those take no slot, so that none waits until others are on the disk.
        var isSmall = context.Request.ContentLength <= MaxSmallBytes;
        if (!isSmall && !await Slots.WaitAsync(SlotWait, context.RequestAborted))
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
            if (!isSmall)
                Slots.Release();
        }
    }

    /// <summary>The body, or why it is not read: the password is looked at as soon as the head is there, before anything large is taken in.</summary>
    private static async Task<(ReadOnlyMemory<byte> Body, IResult? Refusal)> ReadAsync(HttpRequest request, SettlingDesk desk, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxReceiptBytes)
            return (default, Line(StatusCodes.Status413PayloadTooLarge, TooLong));
        var body = new byte[request.ContentLength is { } known and <= MaxSmallBytes ? (int)known + 1 : MaxSmallBytes];
        var length = 0;
        var isHeadRead = false;
        int read;
        while ((read = await request.Body.ReadAsync(body.AsMemory(length), cancellationToken)) > 0)
        {
            length += read;
            if (length > MaxReceiptBytes)
                return (default, Line(StatusCodes.Status413PayloadTooLarge, TooLong));
            if (!isHeadRead)
            {
                var head = ResourceMessageFormat.HeadLength(body.AsSpan(0, length));
                if (head < 0 && length > ResourceMessageFormat.MaxHeadLength)
                    return (default, Line(StatusCodes.Status400BadRequest, "The twenty fields do not end."));
                isHeadRead = head >= 0;
                if (isHeadRead && !desk.IsResource(body.AsMemory(0, head)))
                    return (default, Line(StatusCodes.Status401Unauthorized, "ResourceID and Password do not belong together."));
            }
            if (length == body.Length)
                Array.Resize(ref body, Math.Min(body.Length * 2, MaxReceiptBytes + 1));
        }
        return (body.AsMemory(0, length), null);
    }

    private static IResult Line(int status, string text) => Results.Text(text + "\n", "text/plain; charset=utf-8", statusCode: status);
}
