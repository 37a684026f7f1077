using System.Text;
using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace Trunkline.Rendering.Text;

/// <summary>Which installed typeface draws a character. Ours first, in an order that suits print; else whatever the system offers.</summary>
internal sealed class FontFallback : IDisposable
{
    /// <summary>Sans faces keep their thin strokes on a fax; serif faces lose them.</summary>
    private static readonly string[] Proportional = ["Noto Sans", "DejaVu Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Thai", "Noto Sans Devanagari"];
    private static readonly string[] Monospaced = ["DejaVu Sans Mono", "Noto Sans Mono", .. Proportional];
    private static readonly string[] Chinese = ["Noto Sans CJK SC", "Noto Sans CJK TC", "Noto Sans CJK JP"];
    private static readonly string[] Japanese = ["Noto Sans CJK JP"];
    private static readonly string[] Korean = ["Noto Sans CJK KR"];

    private readonly List<Face> _preferred = [];
    private readonly Dictionary<int, Face> _byCharacter = [];
    private readonly Dictionary<string, Face> _byFamily = [];

    /// <param name="text">The whole document: the same Han characters are drawn differently in China, Japan and Korea.</param>
    /// <param name="monospaced">For text that is laid out in columns.</param>
    public FontFallback(string text, bool monospaced)
    {
        foreach (var family in (monospaced ? Monospaced : Proportional).Concat(HanFamilies(text)))
        {
            if (SKFontManager.Default.MatchFamily(family) is { } typeface && typeface.FamilyName == family)
                _preferred.Add(Remember(typeface));
        }

        if (_preferred.Count == 0)
            _preferred.Add(Remember(SKTypeface.Default));
    }

    /// <summary>A typeface with what shapes its text.</summary>
    internal sealed record Face(SKTypeface Typeface, SKShaper Shaper);

    public Face Primary => _preferred[0];

    /// <summary>The face for a character; the primary one, which draws its own mark for the unknown, when no font here has it.</summary>
    public Face For(Rune character)
    {
        if (_byCharacter.TryGetValue(character.Value, out var known))
            return known;
        var face = _preferred.Find(f => f.Typeface.ContainsGlyph(character.Value)) ?? FromSystem(character) ?? Primary;
        return _byCharacter[character.Value] = face;
    }

    public void Dispose()
    {
        foreach (var face in _byFamily.Values)
        {
            face.Shaper.Dispose();
            face.Typeface.Dispose();
        }
    }

    private Face? FromSystem(Rune character) =>
        SKFontManager.Default.MatchCharacter(character.Value) is { } typeface ? Remember(typeface) : null;

    private Face Remember(SKTypeface typeface)
    {
        if (_byFamily.TryGetValue(typeface.FamilyName, out var known))
            return known;
        return _byFamily[typeface.FamilyName] = new Face(typeface, new SKShaper(typeface));
    }

    private static string[] HanFamilies(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\u3040', '\u30FF') >= 0)
            return [.. Japanese, .. Chinese];
        return text.AsSpan().IndexOfAnyInRange('\uAC00', '\uD7A3') >= 0 ? [.. Korean, .. Chinese] : Chinese;
    }
}
