using System.Globalization;
using System.Text;
using HarfBuzzSharp;
using SkiaSharp;
using Buffer = HarfBuzzSharp.Buffer;

namespace Trunkline.Rendering.Text;

/// <summary>Paragraphs to lines: faces by character, directions by the bidirectional algorithm, shapes by HarfBuzz, breaks at the width.</summary>
internal sealed class TextLayout(FontFallback fonts, float sizePoints, float widthPoints)
{
    /// <summary>No line of a page holds more characters, however narrow; bounds the search for the place to break a word that is too long.</summary>
    private const int MostCharactersOfLine = 1_000;

    private const int TabColumns = 8;

    private readonly float _tabWidth = TabColumns * sizePoints * 0.6f;

    /// <summary>The lines of one paragraph; an empty paragraph is an empty line.</summary>
    public IEnumerable<TextLine> Lines(string paragraph, bool startsPage)
    {
        var text = Visible(paragraph);
        if (string.IsNullOrWhiteSpace(text))
        {
            yield return TextLine.Empty(startsPage);
            yield break;
        }

        var levels = BidiLevels.Of(text, out var baseLevel);
        var start = 0;
        while (start < text.Length)
        {
            var end = EndOfLine(text, levels, start);
            var line = Line(text, levels, start, end, baseLevel, startsPage);

            // Pieces shaped together can be wider than one by one, most of all when that moves a tab to the next stop.
            while (line.Width > widthPoints && LastBreakBefore(text, start, end) is var earlier && earlier > start)
            {
                end = earlier;
                line = Line(text, levels, start, end, baseLevel, startsPage);
            }

            yield return line;
            startsPage = false;
            start = end;
        }
    }

    /// <summary>Without what has no shape: controls, marks of direction that the levels have taken in, variation selectors.</summary>
    private static string Visible(string paragraph)
    {
        var kept = new StringBuilder(paragraph.Length);
        foreach (var rune in paragraph.EnumerateRunes())
        {
            var hidden = rune.Value switch
            {
                '\t' or 0x200C or 0x200D or 0x200E or 0x200F => false,
                (>= 0xFE00 and <= 0xFE0F) or 0xFEFF or 0x00AD => true,
                _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format,
            };
            if (!hidden)
                kept.Append(rune);
        }

        return kept.ToString();
    }

    private int EndOfLine(string text, byte[] levels, int start)
    {
        var x = 0f;
        var end = start;
        while (end < text.Length)
        {
            var length = Math.Min(LineBreaks.PieceLength(text.AsSpan(end)), MostCharactersOfLine);
            var width = text[end] == '\t' ? ToNextTab(x) - x : Measure(text, levels, end, end + TrimmedLength(text, end, length));
            if (x + width > widthPoints)
                return end > start ? end : BreakInside(text, levels, start, length);
            x += text[end] == '\t' || TrimmedLength(text, end, length) == length ? width : Measure(text, levels, end, end + length);
            end += length;
        }

        return end;
    }

    private static int LastBreakBefore(string text, int start, int end)
    {
        var last = start;
        for (var i = start; i < end; i += LineBreaks.PieceLength(text.AsSpan(i)))
            last = i;
        return last;
    }

    private static int TrimmedLength(string text, int start, int length) => text.AsSpan(start, length).TrimEnd().Length;

    /// <summary>A word wider than the page ends where the page does, between two characters as readers see them.</summary>
    private int BreakInside(string text, byte[] levels, int start, int length)
    {
        List<int> ends = [];
        for (var i = start; i < start + length;)
        {
            i += StringInfo.GetNextTextElementLength(text.AsSpan(i, start + length - i));

            // A Thai vowel that is written before its consonant must not be left behind.
            if (text[i - 1] is not (>= '\u0E40' and <= '\u0E44') || i == start + length)
                ends.Add(i);
        }

        var (fits, tooMany) = (0, ends.Count);
        while (tooMany - fits > 1)
        {
            var middle = (fits + tooMany) / 2;
            if (Measure(text, levels, start, ends[middle]) <= widthPoints)
                fits = middle;
            else
                tooMany = middle;
        }

        return ends[fits];
    }

    private float ToNextTab(float x) => (MathF.Floor((x + 0.5f) / _tabWidth) + 1) * _tabWidth;

    private float Measure(string text, byte[] levels, int start, int end)
    {
        var width = 0f;
        foreach (var run in Runs(text, levels, start, end))
            width += run.Width;
        return width;
    }

    private TextLine Line(string text, byte[] levels, int start, int end, byte baseLevel, bool startsPage)
    {
        end = start + text.AsSpan(start, end - start).TrimEnd().Length;
        var runs = new List<TextRun>();
        var x = 0f;
        foreach (var run in Runs(text, levels, start, end))
        {
            var placed = run.Glyphs.Length == 0 ? run with { Width = ToNextTab(x) - x } : run;
            runs.Add(placed);
            x += placed.Width;
        }

        Reorder(runs);
        return new TextLine(runs, x, baseLevel == 1, startsPage);
    }

    /// <summary>L2 of the bidirectional algorithm, over runs: from the highest level to the lowest odd one, each sequence is reversed.</summary>
    private static void Reorder(List<TextRun> runs)
    {
        for (var level = runs.Count == 0 ? 0 : runs.Max(r => r.Level); level > 0; level--)
        {
            for (var i = 0; i < runs.Count; i++)
            {
                var end = i;
                while (end < runs.Count && runs[end].Level >= level)
                    end++;
                if (end > i)
                    runs.Reverse(i, end - i);
                i = end;
            }
        }
    }

    /// <summary>In logical order, cut where the face or the level changes; a tab is a run without glyphs.</summary>
    private IEnumerable<TextRun> Runs(string text, byte[] levels, int start, int end)
    {
        var runStart = start;
        FontFallback.Face? face = null;
        for (var i = start; i < end;)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(i, end - i));
            var next = FaceFor(text.AsSpan(i, length), face);
            var tab = text[i] == '\t';
            if (i > runStart && (tab || text[i - 1] == '\t' || !ReferenceEquals(next, face) || levels[i] != levels[runStart]))
            {
                yield return Shape(text, runStart, i, face!, levels[runStart]);
                runStart = i;
            }

            face = next;
            i += length;
        }

        if (end > runStart)
            yield return Shape(text, runStart, end, face!, levels[runStart]);
    }

    /// <summary>Spaces and punctuation stay in the face of what stands before them, so that words are shaped whole.</summary>
    private FontFallback.Face FaceFor(ReadOnlySpan<char> element, FontFallback.Face? current)
    {
        if (Rune.DecodeFromUtf16(element, out var character, out _) != System.Buffers.OperationStatus.Done)
            character = Rune.ReplacementChar;
        var common = !Rune.IsLetterOrDigit(character);
        if (current is not null && common && current.Typeface.ContainsGlyph(character.Value))
            return current;
        return character.Value == '\t' ? current ?? fonts.Primary : fonts.For(character);
    }

    private TextRun Shape(string text, int start, int end, FontFallback.Face face, byte level)
    {
        if (text[start] == '\t')
            return new TextRun(face, [], [], 0, level);
        using var font = Font(face, sizePoints);
        using var buffer = new Buffer();
        buffer.AddUtf16(text.AsSpan(start, end - start));
        buffer.GuessSegmentProperties();
        buffer.Direction = level % 2 == 0 ? Direction.LeftToRight : Direction.RightToLeft;
        var shaped = face.Shaper.Shape(buffer, font);
        return new TextRun(face, Array.ConvertAll(shaped.Codepoints, c => (ushort)c), shaped.Points, shaped.Width, level);
    }

    public static SKFont Font(FontFallback.Face face, float sizePoints) =>
        new(face.Typeface, sizePoints) { Edging = SKFontEdging.Antialias, Hinting = SKFontHinting.None, Subpixel = true, LinearMetrics = true };
}
