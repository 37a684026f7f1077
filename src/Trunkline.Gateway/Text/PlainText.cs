using System.Text;
using MimeKit.Text;

namespace Trunkline.Gateway.Text;

/// <summary>The words of a text or HTML part: what a person would read. Untrusted bytes in, bounded text out, and nothing throws.</summary>
public static class PlainText
{
    /// <summary>More of a text than this is not looked at: a filter and a pager need its beginning, and HTML says in the first pages what it is.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <param name="content">The first bytes; more than <see cref="MaxBytes"/> are cut off.</param>
    /// <param name="contentType"><c>text/html</c>, or any other for a plain text.</param>
    /// <param name="charset">As the mail names it; null and unknown ones are read as UTF-8, or as Windows-1252 when it is none.</param>
    public static string Of(ReadOnlySpan<byte> content, string contentType, string? charset)
    {
        var text = Decode(content[..Math.Min(content.Length, MaxBytes)], charset);
        return contentType is "text/html" ? OfHtml(text) : text;
    }

    /// <summary>The text of an HTML document, a line for each block.</summary>
    public static string OfHtml(string html)
    {
        var text = new StringBuilder();
        var tokenizer = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true };
        HtmlTagId? hidden = null;
        while (tokenizer.ReadNextToken(out var token))
        {
            switch (token)
            {
                case HtmlTagToken tag when hidden is not null:
                    if (tag.IsEndTag && tag.Id == hidden)
                        hidden = null;
                    break;
                case HtmlTagToken { IsEndTag: false, IsEmptyElement: false, Id: HtmlTagId.Script or HtmlTagId.Style or HtmlTagId.Head or HtmlTagId.Title } tag:
                    hidden = tag.Id;
                    break;
                case HtmlTagToken { Id: HtmlTagId.TD or HtmlTagId.TH }:
                    text.Append(' ');
                    break;
                case HtmlTagToken tag when IsBlock(tag.Id):
                    text.Append('\n');
                    break;
                case HtmlDataToken { Kind: HtmlTokenKind.Data or HtmlTokenKind.CData } data when hidden is null:
                    text.Append(data.Data);
                    break;
            }
        }
        return text.ToString();
    }

    /// <summary>On one line, white space as single spaces, without control characters; at most so many characters.</summary>
    public static string OneLine(string text, int max)
    {
        var line = new StringBuilder(Math.Min(text.Length, max));
        var gap = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                gap = line.Length > 0;
                continue;
            }
            if (gap)
                line.Append(' ');
            gap = false;
            line.Append(c);
            if (line.Length >= max)
                break;
        }
        return line.ToString(0, Math.Min(line.Length, max));
    }

    private static bool IsBlock(HtmlTagId id) => id is HtmlTagId.P or HtmlTagId.Div or HtmlTagId.Br or HtmlTagId.TR or HtmlTagId.LI or HtmlTagId.H1 or HtmlTagId.H2
        or HtmlTagId.H3 or HtmlTagId.H4 or HtmlTagId.H5 or HtmlTagId.H6 or HtmlTagId.Table or HtmlTagId.BlockQuote or HtmlTagId.Pre or HtmlTagId.HR or HtmlTagId.UL or HtmlTagId.OL;

    private static string Decode(ReadOnlySpan<byte> content, string? charset)
    {
        if (charset is not null)
        {
            try
            {
                return CodePagesEncodingProvider.Instance.GetEncoding(charset)?.GetString(content) ?? Encoding.GetEncoding(charset).GetString(content);
            }
            catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
            {
                // No such charset, or UTF-7, which .NET refuses to read: guessed below.
            }
        }
        try
        {
            // A character that the bound cut in two is not a reason to read all as another charset.
            var whole = content.Length == MaxBytes ? content[..(content.Length - 4)] : content;
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(whole);
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(content);
        }
    }
}
