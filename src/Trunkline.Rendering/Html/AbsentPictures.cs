using System.Text.RegularExpressions;

namespace Trunkline.Rendering.Html;

/// <summary>
/// Puts the words of a picture that is not fetched in its place. A browser shows them itself, behind the icon of a broken picture, which comes out of a fax
/// machine as a black spot.
/// </summary>
internal static partial class AbsentPictures
{
    /// <summary>A picture with neither stays what it was: it is not shown.</summary>
    public static string Replace(string html) => Picture().Replace(html, tag =>
        Source().Match(tag.Value) is { Success: true } source && source.Groups["value"].Value.TrimStart('"', '\'', ' ').StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            ? tag.Value
            : Words().Match(tag.Value) is { Success: true } words ? $"<span>{Unquoted(words.Groups["value"].Value)}</span>" : tag.Value);

    // Within quotes nothing needs to be written otherwise but what would begin a tag.
    private static string Unquoted(string value) => value.Trim('"', '\'').Replace("<", "&lt;", StringComparison.Ordinal);

    [GeneratedRegex("""<img\b(?:[^>"']|"[^"]*"|'[^']*')*>""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Picture();

    [GeneratedRegex("""\ssrc\s*=\s*(?<value>"[^"]*"|'[^']*'|[^\s"'>]+)""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Source();

    [GeneratedRegex("""\salt\s*=\s*(?<value>"[^"]*"|'[^']*'|[^\s"'>]+)""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Words();
}
