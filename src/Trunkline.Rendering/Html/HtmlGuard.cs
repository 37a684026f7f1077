using System.Text;
using System.Text.RegularExpressions;
using Trunkline.Core.Documents;
using Trunkline.Rendering.Text;

namespace Trunkline.Rendering.Html;

/// <summary>
/// Makes a mail's HTML fit to be opened: UTF-8, and headed by a policy that lets it use its own styles and embedded pictures and nothing
/// else. Whatever it says of its own head comes after ours, and a policy can only be made stricter.
/// </summary>
internal static partial class HtmlGuard
{
    /// <summary>Its own styles and embedded pictures, and nothing else: no script, no network, no frame.</summary>
    public const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'";

    private const int CharsetWithin = 1024;

    /// <summary>The page's text, by the charset of its part or else the one that it names itself.</summary>
    public static string Read(ReadOnlySpan<byte> html, string? charset) => TextDecoding.Decode(html, charset ?? DeclaredInside(html));

    public static byte[] Guard(string text, FaxPaper paper)
    {
        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Head(paper) + AbsentPictures.Replace(WithoutRefresh(text)))];
    }

    /// <summary>A refresh is a navigation, which no policy in a page can forbid.</summary>
    public static string WithoutRefresh(string html) => Refresh().Replace(html, "http-equiv=\"x-refresh");

    /// <summary>As CSS writes it: width and height.</summary>
    public static string SizeOf(FaxPaper paper) => paper switch
    {
        FaxPaper.A4 => "210mm 297mm",
        FaxPaper.Letter => "8.5in 11in",
        FaxPaper.Legal => "8.5in 14in",
    };

    private static string? DeclaredInside(ReadOnlySpan<byte> html)
    {
        var match = Charset().Match(Encoding.Latin1.GetString(html[..Math.Min(html.Length, CharsetWithin)]));
        return match.Success ? match.Groups[1].Value : null;
    }

    /// <summary>The styles come first, so that the document's own win: a face that survives a fax, our paper, nothing wider than it.</summary>
    private static string Head(FaxPaper paper) => $$"""
        <!DOCTYPE html><html><head><meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="{{Policy}}">
        <style>
        @page { size: {{SizeOf(paper)}}; margin: 16mm 15mm; }
        html { font-family: "Noto Sans", "DejaVu Sans", sans-serif; font-size: 15px; color: #000; }
        body { margin: 0; overflow-wrap: anywhere; }
        img, table { max-width: 100%; }
        img { height: auto; }
        pre { white-space: pre-wrap; }
        iframe, frame, object, embed, video, audio, script { display: none !important; }
        tr, img { break-inside: avoid; }
        img:not([src^="data:"]):not([alt]), img:not([src^="data:"])[alt=""] { display: none; }
        </style>
        """;

    [GeneratedRegex("""http-equiv\s*=\s*["']?\s*refresh""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Refresh();

    [GeneratedRegex("""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Charset();
}
