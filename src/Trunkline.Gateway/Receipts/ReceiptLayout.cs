using System.Globalization;
using System.Net;
using System.Text;

namespace Trunkline.Gateway.Receipts;

/// <summary>How the words of receipts are put onto paper, whatever they are about: lines, columns, times, and HTML made of plain text.</summary>
internal static class ReceiptLayout
{
    /// <summary>Where <c>{{details}}</c> goes; no subject can hold it, since control characters are taken out.</summary>
    public const string DetailsMark = "\u0001details\u0001";

    /// <summary>The text as HTML: a blank line begins a paragraph, and where the mark stands, <paramref name="details"/> writes.</summary>
    /// <param name="end">Writes behind the text; null for nothing.</param>
    public static string Html(ReceiptLanguage language, string text, Action<StringBuilder> details, Action<StringBuilder>? end)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"{language.Code}\"><body style=\"font-family:Helvetica,Arial,sans-serif;font-size:14px;color:#222;max-width:640px\">");
        foreach (var paragraph in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var (before, after) = paragraph.IndexOf(DetailsMark, StringComparison.Ordinal) is >= 0 and var at
                ? (paragraph[..at], paragraph[(at + DetailsMark.Length)..]) : (paragraph, "");
            Paragraph(html, before);
            if (before.Length == paragraph.Length)
                continue;
            details(html);
            Paragraph(html, after);
        }
        end?.Invoke(html);
        return html.Append("</body></html>").ToString();
    }

    /// <summary>A time on the customer's clock.</summary>
    // The offset and not a name: names of zones are many, and this program has none of other languages.
    public static string Moment(ReceiptLanguage language, TimeZoneInfo zone, DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var offset = local.Offset == TimeSpan.Zero ? "UTC" : "UTC" + local.ToString("zzz", CultureInfo.InvariantCulture);
        return local.ToString(language.Word("moment"), CultureInfo.InvariantCulture) + " " + offset;
    }

    /// <summary>The clock of a time zone (IANA); UTC where there is none of this name.</summary>
    public static TimeZoneInfo Zone(string? name) => TimeZoneInfo.TryFindSystemTimeZoneById(name ?? "UTC", out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>A label of a column.</summary>
    // A wide character takes two places on a screen; without counting them the columns of a Japanese receipt would not stand in line.
    public static string Padded(string label, int width)
    {
        var taken = label.Sum(c => c is >= '\u1100' and <= '\u115f' or >= '\u2e80' and <= '\uffef' ? 2 : 1);
        return label + new string(' ', Math.Max(1, width - taken));
    }

    /// <summary>Without what would end the line.</summary>
    public static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    /// <summary>Text within HTML.</summary>
    public static string E(string text) => WebUtility.HtmlEncode(text);

    private static void Paragraph(StringBuilder html, string text)
    {
        if (text.Trim().Length > 0)
            html.Append("<p>").Append(E(text.Trim()).Replace("\n", "<br>", StringComparison.Ordinal)).Append("</p>");
    }
}
