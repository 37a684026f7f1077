using System.Net;
using System.Text.RegularExpressions;

namespace Trunkline.Rendering.Html;

/// <summary>
/// What a page reaches for beyond itself: files of a computer, and scripts. Nothing is protected by this, the fences of <see cref="HtmlPages"/> do that; it is
/// for a clear answer instead of a page with a hole in it.
/// </summary>
internal static partial class HtmlReach
{
    private const int LongestShown = 100;

    /// <summary>The first file of a computer that the page would show or load, shortened; null when there is none. A link to be clicked on is none.</summary>
    public static string? FileLink(string html)
    {
        html = Comment().Replace(html, "");
        foreach (Match element in Loading().Matches(html))
        {
            var attributes = element.Groups["attributes"].Value;
            // A list of files, as Word writes it, is loaded by nobody.
            if (element.Groups["name"].Value.Equals("link", StringComparison.OrdinalIgnoreCase) && !attributes.Contains("stylesheet", StringComparison.OrdinalIgnoreCase))
                continue;
            foreach (Match attribute in Address().Matches(attributes))
            {
                var address = Plain(attribute.Groups["value"].Value);
                if (IsLocal(address))
                    return Shown(address);
            }
        }
        return StyleAddress().Match(html) is { Success: true } style ? Shown(Plain(style.Groups["value"].Value)) : null;
    }

    /// <summary>True when a browser would run something of the page. Data in a script element, such as JSON-LD, is none.</summary>
    public static bool HasScript(string html)
    {
        html = Comment().Replace(html, "");
        return Handler().IsMatch(html) || Script().Matches(html).Any(script => RunsAs(ScriptType().Match(script.Groups["attributes"].Value).Groups["value"].Value));
    }

    private static bool RunsAs(string type)
    {
        type = Plain(type);
        return type.Length == 0 || type.Equals("module", StringComparison.OrdinalIgnoreCase) || type.Contains("javascript", StringComparison.OrdinalIgnoreCase)
            || type.Contains("ecmascript", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>As a browser reads an attribute's address: without quotes, entities, and the blanks and breaks that it passes over.</summary>
    private static string Plain(string value) =>
        string.Concat(WebUtility.HtmlDecode(value.Trim('"', '\'')).Where(c => !char.IsControl(c))).Trim();

    private static bool IsLocal(string address) =>
        address.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
        || address.StartsWith(@"\\", StringComparison.Ordinal)
        || (address.Length > 2 && char.IsAsciiLetter(address[0]) && address[1] == ':' && address[2] is '\\' or '/');

    private static string Shown(string address) => address.Length > LongestShown ? address[..LongestShown] + "…" : address;

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Comment();

    [GeneratedRegex("""<(?<name>img|image|input|iframe|frame|embed|object|source|track|video|audio|link|use|base|body|table|td|th|tr|script|v:imagedata|v:fill)(?<attributes>[\s/](?:[^>"']|"[^"]*"|'[^']*')*)>""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Loading();

    [GeneratedRegex("""[\s"'/](?:src|srcset|data|href|background|poster|xlink:href)\s*=\s*(?<value>"[^"]*"|'[^']*'|[^\s"'>]+)""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex("""(?:url\(|@import)\s*["']?\s*(?<value>file:[^"')\s;]*)""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex StyleAddress();

    [GeneratedRegex("""<script(?<attributes>(?:[\s/](?:[^>"']|"[^"]*"|'[^']*')*)?)>""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Script();

    [GeneratedRegex("""[\s"'/]type\s*=\s*(?<value>"[^"]*"|'[^']*'|[^\s"'>]+)""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex ScriptType();

    [GeneratedRegex("""<[a-z][^<>]*[\s"'/]on(?:load|error|pageshow|beforeprint)\s*=""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Handler();
}
