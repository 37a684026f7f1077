using System.Net;
using System.Text.RegularExpressions;

namespace Trunkline.Bench.Legibility;

/// <summary>How many of a page's words were read back.</summary>
internal static partial class Words
{
    /// <summary>The words that stand on a page of HTML.</summary>
    public static List<string> Of(string html) => Split(WebUtility.HtmlDecode(Tags().Replace(Styles().Replace(html, " "), " ")));

    /// <summary>Letters and digits in a row, in lower case; a single character proves nothing.</summary>
    public static List<string> Split(string text) => [.. Runs().Matches(text.ToLowerInvariant()).Select(m => m.Value).Where(w => w.Length > 1)];

    /// <summary>How many of the words were read, each as often as it was.</summary>
    public static int Found(IEnumerable<string> words, IEnumerable<string> read)
    {
        var left = read.GroupBy(w => w).ToDictionary(g => g.Key, g => g.Count());
        var found = 0;
        foreach (var word in words)
        {
            if (left.GetValueOrDefault(word) == 0)
                continue;
            left[word]--;
            found++;
        }
        return found;
    }

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Styles();

    [GeneratedRegex("<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tags();

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Runs();
}
