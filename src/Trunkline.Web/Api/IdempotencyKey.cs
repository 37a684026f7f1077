using System.Text;
using Microsoft.AspNetCore.Http;

namespace Trunkline.Web.Api;

/// <summary>
/// The header <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header): the customer's own name for a request that may come again.
/// </summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    private const string ReplayedHeader = "Idempotency-Replayed";
    private const int MaxLength = 255;

    /// <summary>The key, null where there is none, or a problem.</summary>
    public static (string? Key, IResult? Problem) Read(HttpRequest request)
    {
        var given = request.Headers[Header];
        if (given.Count == 0)
            return (null, null);
        // The draft writes it as a quoted text; most clients leave the quotes out.
        var key = given[0]!.Trim();
        if (key is ['"', .., '"'] && key.Length > 2)
            key = key[1..^1];
        return given.Count == 1 && key.Length is > 0 and <= MaxLength && key.All(c => c is >= ' ' and < (char)0x7f)
            ? (key, null)
            : (null, ApiProblem.Malformed(Header, $"An {Header} is one text of at most {MaxLength} printable characters."));
    }

    /// <summary>The same request is being done at this moment.</summary>
    public static IResult Running() => ApiProblem.Conflict("A request with this Idempotency-Key is being done at this moment. Ask again.");

    /// <summary>The answer that was given before, or a refusal when something else was asked then.</summary>
    public static IResult Replay(HttpContext context, Gateway.Intake.RequestClaim claim, byte[] fingerprint)
    {
        if (!claim.Fingerprint.AsSpan().SequenceEqual(fingerprint))
            return ApiProblem.Refused(Header, "This key was used for another request. Take a new one for each message.");
        context.Response.Headers[ReplayedHeader] = "true";
        return Results.Text(claim.Answer, "application/json", Encoding.UTF8, StatusCodes.Status202Accepted);
    }
}
