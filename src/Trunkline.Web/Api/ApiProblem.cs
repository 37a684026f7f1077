using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Trunkline.Web.Api;

/// <summary>
/// What a request is answered with that was not done: <c>application/problem+json</c> (RFC 9457). Each names what is wrong in a sentence, and the
/// field where there is one, as it was written: <c>to[1]</c>, <c>limit</c>, <c>Idempotency-Key</c>.
/// </summary>
public sealed record ApiProblem
{
    /// <summary>The content type.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary><c>about:blank</c>: the status says what kind it is.</summary>
    public string Type { get; init; } = "about:blank";

    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <summary>A sentence or two: what is wrong, and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>By field, sentences; left out when no field is to blame.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    /// <summary>A problem without a field.</summary>
    public static IResult Of(int status, string detail) => Answer(status, detail, null);

    /// <summary>A field that cannot be read (400): the wrong type, an unknown name, no date.</summary>
    public static IResult Malformed(string field, string text) => Answer(StatusCodes.Status400BadRequest, text, OneError(field, text));

    /// <summary>A field that can be read and is refused for what it says (422).</summary>
    public static IResult Refused(string field, string text) => Answer(StatusCodes.Status422UnprocessableEntity, text, OneError(field, text));

    /// <summary>Several fields that are refused for what they say (422).</summary>
    public static IResult Refused(IReadOnlyDictionary<string, IReadOnlyList<string>> errors) =>
        Answer(StatusCodes.Status422UnprocessableEntity, errors.Count == 1 ? errors.First().Value[0] : $"{errors.Count} fields are refused.", errors);

    /// <summary>There is no such thing, or the caller may not know that there is.</summary>
    public static IResult NotFound(string what) => Of(StatusCodes.Status404NotFound, $"There is no {what} here.");

    /// <summary>How things stand does not allow it (409).</summary>
    public static IResult Conflict(string detail) => Of(StatusCodes.Status409Conflict, detail);

    /// <summary>A problem of a status, with or without a field.</summary>
    internal static IResult Answer(int status, string detail, IReadOnlyDictionary<string, IReadOnlyList<string>>? errors) => Results.Json(
        new ApiProblem { Title = ReasonPhrases.GetReasonPhrase(status), Status = status, Detail = detail, Errors = errors }, ApiJson.Options, ContentType, status);

    internal static IReadOnlyDictionary<string, IReadOnlyList<string>> OneError(string field, string text) =>
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [field] = [text] };
}
