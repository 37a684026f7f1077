using System.Globalization;
using System.Text;

namespace Trunkline.Mail.Mime;

/// <summary>The file name of a part (RFC 2183, 2.3; RFC 2231; RFC 2047, which MimeKit decodes), made harmless.</summary>
internal static class PartName
{
    /// <summary>As many as file systems take.</summary>
    private const int MaxCharacters = 255;

    public static string? Of(MimeNode node) => Clean(node.Headers.Disposition?.FileName) ?? Clean(node.ContentType.Name);

    /// <summary>Null when nothing is left.</summary>
    public static string? Clean(string? name)
    {
        if (name is null)
            return null;
        var folder = name.AsSpan().LastIndexOfAny('/', '\\');
        var clean = new StringBuilder();
        foreach (var rune in name.AsSpan(folder + 1).EnumerateRunes())
        {
            // Format characters too: one of them turns "fdp.exe" around into "exe.pdf".
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate)
                continue;
            if (clean.Length + rune.Utf16SequenceLength > MaxCharacters)
                break;
            clean.Append(rune.ToString());
        }
        var result = clean.ToString().Trim();
        return result is "" or "." or ".." ? null : result;
    }
}
