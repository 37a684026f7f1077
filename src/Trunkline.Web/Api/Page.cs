namespace Trunkline.Web.Api;

/// <summary>A part of a list.</summary>
/// <param name="Next">What to give as <c>after</c> for the part behind it; left out when there is none.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
