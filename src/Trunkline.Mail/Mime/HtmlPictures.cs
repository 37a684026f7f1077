using System.Buffers;
using System.Text;

namespace Trunkline.Mail.Mime;

/// <summary>
/// Replaces <c>cid:</c> addresses (RFC 2392) in HTML by <c>data:</c> URIs (RFC 2397), so that the HTML stands alone. Works on the bytes, since all charsets
/// but UTF-16 and UTF-32 keep ASCII as it is.
/// </summary>
internal static class HtmlPictures
{
    /// <summary>A Content-ID longer than this is none.</summary>
    private const int MaxIdBytes = 512;

    private static readonly SearchValues<byte> IdEnd = SearchValues.Create("\"'<> )\\"u8);

    /// <param name="html">The decoded HTML.</param>
    /// <param name="dataUriOf">The data URI for a Content-ID, or null to leave the address as it is.</param>
    /// <param name="take">Takes the result, piece by piece.</param>
    public static void Embed(ReadOnlySpan<byte> html, Func<string, byte[]?> dataUriOf, Action<ReadOnlySpan<byte>> take)
    {
        var kept = 0;
        var at = 0;
        while (NextColon(html, at) is var colon and >= 0)
        {
            at = colon + 1;
            if (!IsAddress(html, colon))
                continue;
            var length = html[at..Math.Min(html.Length, at + MaxIdBytes)].IndexOfAny(IdEnd);
            if (length <= 0)
                continue;
            var id = Uri.UnescapeDataString(Encoding.UTF8.GetString(html.Slice(at, length)));
            if (dataUriOf(id) is not { } uri)
                continue;
            take(html[kept..(colon - 3)]);
            take(uri);
            at += length;
            kept = at;
        }
        take(html[kept..]);
    }

    private static int NextColon(ReadOnlySpan<byte> html, int from)
    {
        var found = html[from..].IndexOf((byte)':');
        return found < 0 ? -1 : from + found;
    }

    // "cid" before the colon, in any case, where an attribute value or a CSS url( begins.
    private static bool IsAddress(ReadOnlySpan<byte> html, int colon) =>
        colon >= 4 && Ascii.EqualsIgnoreCase(html[(colon - 3)..colon], "cid"u8) && html[colon - 4] is (byte)'"' or (byte)'\'' or (byte)'=' or (byte)'(' or (byte)' ';
}
