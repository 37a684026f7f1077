using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Trunkline.Web.Api;

/// <summary>
/// Which part of a list is asked for: <c>?limit=50&amp;after=…</c>. An endpoint takes it as <c>[AsParameters] PageQuery page</c>, asks
/// <see cref="Refusal"/>, reads <see cref="Size"/> + 1 items behind <see cref="After"/>, and answers with <see cref="Cut"/>.
/// </summary>
public sealed class PageQuery
{
    /// <summary>Items when none are asked for.</summary>
    public const int DefaultLimit = 50;

    /// <summary>Items at most: what one answer may take of memory and of the store's time.</summary>
    public const int MaxLimit = 1000;

    /// <summary>How many.</summary>
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    /// <summary><c>next</c> of the part before.</summary>
    [FromQuery(Name = "after")]
    public string? After { get; init; }

    /// <summary>How many, with the default.</summary>
    public int Size => Limit ?? DefaultLimit;

    /// <summary>A problem when the limit is none, else null.</summary>
    public IResult? Refusal() => Limit is null or (>= 1 and <= MaxLimit) ? null : ApiProblem.Malformed("limit", $"A limit is 1 to {MaxLimit}.");

    /// <summary>Of what was read, one more than was asked for, the part that was asked for.</summary>
    /// <param name="cursorOf">What <c>after</c> says to begin behind an item.</param>
    public Page<T> Cut<T>(IReadOnlyList<T> oneMore, Func<T, string> cursorOf) => oneMore.Count <= Size
        ? new Page<T>(oneMore, null)
        : new Page<T>([.. oneMore.Take(Size)], cursorOf(oneMore[Size - 1]));

    /// <summary>For a cursor that is not understood.</summary>
    public static IResult UnknownCursor() => ApiProblem.Malformed("after", "\"after\" is what an earlier answer gave as \"next\".");
}
