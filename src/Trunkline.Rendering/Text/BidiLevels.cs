using System.Globalization;

namespace Trunkline.Rendering.Text;

/// <summary>
/// Embedding levels of a paragraph: the implicit part of the bidirectional algorithm (Unicode UAX #9, P2 to I2). Explicit embeddings and
/// isolates are rare in mail and are read as if they were not there.
/// </summary>
internal static class BidiLevels
{
    /// <summary>The level of each UTF-16 unit; even is left to right. The base level is the level of the paragraph.</summary>
    public static byte[] Of(string paragraph, out byte baseLevel)
    {
        var classes = Classes(paragraph);
        baseLevel = BaseLevel(classes);
        var levels = new byte[paragraph.Length];
        Array.Fill(levels, baseLevel);
        if (baseLevel == 0 && !classes.Any(c => c is BidiClass.Right or BidiClass.ArabicLetter or BidiClass.ArabicNumber))
            return levels;
        var embedding = baseLevel == 0 ? BidiClass.Left : BidiClass.Right;
        ResolveNumbers(classes, embedding);
        ResolveSeparators(classes, embedding);
        ResolveNeutrals(classes, embedding);
        for (var i = 0; i < levels.Length; i++)
            levels[i] = Level(classes[i], baseLevel);
        return levels;
    }

    private static BidiClass[] Classes(string text)
    {
        var classes = new BidiClass[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            var pair = char.IsSurrogatePair(text, i);
            classes[i] = BidiClasses.Of(pair ? char.ConvertToUtf32(text, i) : text[i], CharUnicodeInfo.GetUnicodeCategory(text, i));
            if (pair)
                classes[i + 1] = classes[i++];
        }

        return classes;
    }

    /// <summary>P2, P3: the first strong character decides.</summary>
    private static byte BaseLevel(BidiClass[] classes)
    {
        foreach (var c in classes)
        {
            if (c == BidiClass.Left)
                return 0;
            if (c is BidiClass.Right or BidiClass.ArabicLetter)
                return 1;
        }

        return 0;
    }

    /// <summary>W1 to W3.</summary>
    private static void ResolveNumbers(BidiClass[] classes, BidiClass embedding)
    {
        var (previous, strong) = (embedding, embedding);
        for (var i = 0; i < classes.Length; i++)
        {
            if (classes[i] == BidiClass.NonspacingMark)
                classes[i] = previous;
            previous = classes[i];
            if (classes[i] is BidiClass.Left or BidiClass.Right or BidiClass.ArabicLetter)
                strong = classes[i];
            else if (classes[i] == BidiClass.EuropeanNumber && strong == BidiClass.ArabicLetter)
                classes[i] = BidiClass.ArabicNumber;
        }

        for (var i = 0; i < classes.Length; i++)
        {
            if (classes[i] == BidiClass.ArabicLetter)
                classes[i] = BidiClass.Right;
        }
    }

    /// <summary>W4 to W7.</summary>
    private static void ResolveSeparators(BidiClass[] classes, BidiClass embedding)
    {
        for (var i = 1; i + 1 < classes.Length; i++)
        {
            var (before, after) = (classes[i - 1], classes[i + 1]);
            var joins = before == after && classes[i] switch
            {
                BidiClass.CommonSeparator => before is BidiClass.EuropeanNumber or BidiClass.ArabicNumber,
                BidiClass.EuropeanSeparator => before == BidiClass.EuropeanNumber,
                _ => false,
            };
            if (joins)
                classes[i] = before;
        }

        for (var i = 0; i < classes.Length; i++)
        {
            if (classes[i] != BidiClass.EuropeanTerminator)
                continue;
            var end = i;
            while (end < classes.Length && classes[end] == BidiClass.EuropeanTerminator)
                end++;
            var beside = (i > 0 && classes[i - 1] == BidiClass.EuropeanNumber) || (end < classes.Length && classes[end] == BidiClass.EuropeanNumber);
            Array.Fill(classes, beside ? BidiClass.EuropeanNumber : BidiClass.Neutral, i, end - i);
            i = end - 1;
        }

        var strong = embedding;
        for (var i = 0; i < classes.Length; i++)
        {
            if (IsSeparator(classes[i]))
                classes[i] = BidiClass.Neutral;
            if (classes[i] is BidiClass.Left or BidiClass.Right)
                strong = classes[i];
            else if (classes[i] == BidiClass.EuropeanNumber && strong == BidiClass.Left)
                classes[i] = BidiClass.Left;
        }
    }

    /// <summary>N1, N2: neutrals between two of one direction take it, others that of the paragraph. Numbers count as right.</summary>
    private static void ResolveNeutrals(BidiClass[] classes, BidiClass embedding)
    {
        for (var i = 0; i < classes.Length; i++)
        {
            if (!IsNeutral(classes[i]))
                continue;
            var end = i;
            while (end < classes.Length && IsNeutral(classes[end]))
                end++;
            var before = i == 0 ? embedding : Direction(classes[i - 1]);
            var after = end == classes.Length ? embedding : Direction(classes[end]);
            Array.Fill(classes, before == after ? before : embedding, i, end - i);
            i = end - 1;
        }
    }

    private static bool IsSeparator(BidiClass c) => c is BidiClass.CommonSeparator or BidiClass.EuropeanSeparator;

    private static bool IsNeutral(BidiClass c) => c is BidiClass.WhiteSpace or BidiClass.Neutral;

    private static BidiClass Direction(BidiClass c) => c == BidiClass.Left ? BidiClass.Left : BidiClass.Right;

    /// <summary>I1, I2.</summary>
    private static byte Level(BidiClass c, byte baseLevel)
    {
        var number = c is BidiClass.EuropeanNumber or BidiClass.ArabicNumber;
        if (baseLevel == 0)
            return (byte)(c == BidiClass.Right ? 1 : number ? 2 : 0);
        return (byte)(c == BidiClass.Left || number ? 2 : 1);
    }
}
