namespace Trunkline.Gateway.Preparing;

/// <summary>What came of the documents of a submission.</summary>
public abstract record PressResult
{
    /// <param name="Key">Names the whole; <see cref="DocumentPress.PathOf"/> finds it.</param>
    /// <param name="Pages">At least one.</param>
    public sealed record Made(string Key, int Pages) : PressResult;

    /// <summary>There will be no pages.</summary>
    /// <param name="Cause">A sentence for the sender.</param>
    /// <param name="IsOfContent">True when the cause follows from the content, and is kept for all who send the same.</param>
    public sealed record Refused(string Cause, bool IsOfContent) : PressResult;

    /// <summary>There are no pages now, for a reason that may be this machine's.</summary>
    /// <param name="Due">When to try again.</param>
    public sealed record Later(string Cause, DateTimeOffset Due) : PressResult;
}
