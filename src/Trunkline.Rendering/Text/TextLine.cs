namespace Trunkline.Rendering.Text;

/// <summary>A stretch of one line in one face and one direction, shaped.</summary>
/// <param name="Face">What draws it.</param>
/// <param name="Glyphs">Glyph ids, in the order in which they are drawn.</param>
/// <param name="Positions">Of each glyph, in points from the start of the run.</param>
/// <param name="Width">In points.</param>
/// <param name="Level">The embedding level.</param>
internal sealed record TextRun(FontFallback.Face Face, ushort[] Glyphs, SkiaSharp.SKPoint[] Positions, float Width, byte Level);

/// <summary>A line, its runs from left to right.</summary>
/// <param name="Runs">What is drawn.</param>
/// <param name="Width">Of all runs, in points.</param>
/// <param name="FromRight">The paragraph reads from right to left, so the line starts at the right margin.</param>
/// <param name="StartsPage">A form feed stood before it.</param>
internal sealed record TextLine(IReadOnlyList<TextRun> Runs, float Width, bool FromRight, bool StartsPage)
{
    public static TextLine Empty(bool startsPage) => new([], 0, FromRight: false, startsPage);
}
