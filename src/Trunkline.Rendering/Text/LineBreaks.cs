using System.Globalization;

namespace Trunkline.Rendering.Text;

/// <summary>Where a line may end: a simple reading of Unicode UAX #14 for what people send by mail.</summary>
internal static class LineBreaks
{
    private const string NeverAtStart = "、。，．：；？！）」』】〕〉》”’ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ";
    private const string NeverAtEnd = "（「『【〔〈《“‘";

    /// <summary>The length of the piece that starts here and must stay on one line; white space after a word belongs to it, a tab stands alone.</summary>
    public static int PieceLength(ReadOnlySpan<char> text)
    {
        if (text[0] == '\t')
            return 1;
        var i = 0;
        while (i < text.Length)
        {
            var here = text[i];
            if (here == '\t')
                return i;
            i += StringInfo.GetNextTextElementLength(text[i..]);
            if (i < text.Length && MayBreak(here, text[i]))
                return i;
        }

        return i;
    }

    private static bool MayBreak(char before, char after)
    {
        if (IsSpace(after))
            return false;
        if (IsSpace(before))
            return true;
        if (NeverAtStart.Contains(after, StringComparison.Ordinal) || NeverAtEnd.Contains(before, StringComparison.Ordinal))
            return false;
        if (IsIdeographic(before) || IsIdeographic(after))
            return true;
        return (before is '-' or '/' or '?' or '&' or '\u00AD' or '\u200B') && char.IsLetter(after);
    }

    private static bool IsSpace(char c) => c != '\u00A0' && c != '\u202F' && char.IsWhiteSpace(c);

    private static bool IsIdeographic(char c) =>
        c is (>= '\u2E80' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF') or (>= '\uFF00' and <= '\uFFEF') or (>= '\uD840' and <= '\uD87F');
}
