using System.Globalization;

namespace Trunkline.Gateway.Intake;

/// <summary>
/// How content of a type begins, as a row of the File Type table writes it: <c>0:52494646&amp;8:57415645</c>. Patterns of hex bytes at an offset,
/// <c>??</c> for any byte, <c>*</c> for anywhere in the first kilobyte; <c>&amp;</c> where all must be there, <c>|</c> between alternatives; and
/// checks of our own by name, <c>@text</c>, <c>@mpeg-audio</c> and <c>@gsm</c>. Empty for what is not looked at.
/// </summary>
public sealed class ContentSignature
{
    /// <summary>So many bytes of a content are looked at.</summary>
    public const int Length = 1024;

    private const int MaxTextLength = 500;
    private const int MaxPatterns = 16;
    private const int GsmFrame = 33;
    private readonly IReadOnlyList<IReadOnlyList<Pattern>> _alternatives;

    private ContentSignature(IReadOnlyList<IReadOnlyList<Pattern>> alternatives) => _alternatives = alternatives;

    /// <summary>Fits any content.</summary>
    public static ContentSignature Any { get; } = new([]);

    // Bytes of -1 fit any. Offset -1 is anywhere; Name is a check of our own.
    private sealed record Pattern(int Offset, short[] Bytes, string? Name);

    /// <summary>Reads a signature; false, with what is wrong, for what is none.</summary>
    public static bool TryParse(string text, out ContentSignature signature, out string error)
    {
        signature = Any;
        error = "";
        if (text.Length == 0)
            return true;
        if (text.Length > MaxTextLength)
        {
            error = $"A signature has at most {MaxTextLength} characters.";
            return false;
        }
        var alternatives = new List<IReadOnlyList<Pattern>>();
        var count = 0;
        foreach (var alternative in text.Split('|'))
        {
            var patterns = new List<Pattern>();
            foreach (var written in alternative.Split('&'))
            {
                if (++count > MaxPatterns || !TryPattern(written.Trim(), out var pattern))
                {
                    error = $"\"{written.Trim()}\" is no pattern: OFFSET:HEX, *:HEX, @text, @mpeg-audio or @gsm was expected, {MaxPatterns} of them at most.";
                    return false;
                }
                patterns.Add(pattern);
            }
            alternatives.Add(patterns);
        }
        signature = new ContentSignature(alternatives);
        return true;
    }

    /// <summary>True when content that begins so can be of the type.</summary>
    /// <param name="start">The first <see cref="Length"/> bytes, or all when there are fewer.</param>
    public bool Fits(ReadOnlySpan<byte> start)
    {
        if (_alternatives.Count == 0)
            return true;
        foreach (var alternative in _alternatives)
        {
            var fits = true;
            foreach (var pattern in alternative)
                fits = fits && Fits(pattern, start);
            if (fits)
                return true;
        }
        return false;
    }

    private static bool TryPattern(string text, out Pattern pattern)
    {
        pattern = null!;
        if (text is "@text" or "@mpeg-audio" or "@gsm")
        {
            pattern = new Pattern(0, [], text);
            return true;
        }
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var offset = -1;
        if (colon < 1 || (text[..colon] != "*" && !int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out offset)))
            return false;
        var hex = text.AsSpan(colon + 1);
        if (hex.Length is 0 || hex.Length % 2 != 0 || offset + hex.Length / 2 > Length)
            return false;
        var bytes = new short[hex.Length / 2];
        for (var i = 0; i < bytes.Length; i++)
        {
            var pair = hex.Slice(2 * i, 2);
            if (pair is "??")
                bytes[i] = -1;
            else if (byte.TryParse(pair, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                bytes[i] = value;
            else
                return false;
        }
        pattern = new Pattern(offset, bytes, null);
        return true;
    }

    private static bool Fits(Pattern pattern, ReadOnlySpan<byte> start) => pattern switch
    {
        { Name: "@text" } => !start.Contains((byte)0) || start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..],
        // A frame of MPEG audio: eleven bits set, then version and layer that exist (ISO 11172-3, 2.4.1.3).
        { Name: "@mpeg-audio" } => start is [0xFF, var second, ..] && (second & 0xE0) == 0xE0 && (second & 0x18) != 0x08 && (second & 0x06) != 0,
        // Raw GSM 06.10 has no header, but each of its frames begins with the same four bits.
        { Name: "@gsm" } => IsGsm(start),
        { Offset: < 0 } => Anywhere(pattern.Bytes, start),
        _ => At(pattern.Bytes, start, pattern.Offset),
    };

    private static bool IsGsm(ReadOnlySpan<byte> start)
    {
        for (var i = 0; i < start.Length; i += GsmFrame)
        {
            if (start[i] >> 4 != 0xD)
                return false;
        }
        return start.Length >= GsmFrame;
    }

    private static bool Anywhere(short[] bytes, ReadOnlySpan<byte> start)
    {
        for (var i = 0; i + bytes.Length <= start.Length; i++)
        {
            if (At(bytes, start, i))
                return true;
        }
        return false;
    }

    private static bool At(short[] bytes, ReadOnlySpan<byte> start, int offset)
    {
        if (offset + bytes.Length > start.Length)
            return false;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] >= 0 && bytes[i] != start[offset + i])
                return false;
        }
        return true;
    }
}
