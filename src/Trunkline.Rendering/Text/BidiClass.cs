using System.Globalization;

namespace Trunkline.Rendering.Text;

/// <summary>The classes of the bidirectional algorithm (Unicode UAX #9, table 4) that matter without explicit embeddings.</summary>
internal enum BidiClass
{
    Left,
    Right,
    ArabicLetter,
    EuropeanNumber,
    EuropeanSeparator,
    EuropeanTerminator,
    ArabicNumber,
    CommonSeparator,
    NonspacingMark,
    WhiteSpace,
    Neutral,
}

/// <summary>The class of a character, by block: our fonts know fewer characters than a table would.</summary>
internal static class BidiClasses
{
    public static BidiClass Of(int codePoint, UnicodeCategory category)
    {
        if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
            return BidiClass.NonspacingMark;
        if (codePoint is 0x200F || IsRight(codePoint))
            return BidiClass.Right;
        if (IsArabic(codePoint))
            return ArabicClass(codePoint, category);
        return codePoint switch
        {
            >= '0' and <= '9' => BidiClass.EuropeanNumber,
            '+' or '-' or 0x2212 => BidiClass.EuropeanSeparator,
            '#' or '%' or 0xB0 or 0x2030 => BidiClass.EuropeanTerminator,
            ',' or '.' or '/' or ':' or 0xA0 => BidiClass.CommonSeparator,
            0x200E => BidiClass.Left,
            _ => ByCategory(category),
        };
    }

    private static BidiClass ByCategory(UnicodeCategory category) => category switch
    {
        UnicodeCategory.CurrencySymbol => BidiClass.EuropeanTerminator,
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => BidiClass.WhiteSpace,
        UnicodeCategory.Control or UnicodeCategory.Format => BidiClass.WhiteSpace,
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber or
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.SpacingCombiningMark => BidiClass.Left,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => BidiClass.NonspacingMark,
        UnicodeCategory.OtherNumber or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.ConnectorPunctuation or
            UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or
            UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation or
            UnicodeCategory.MathSymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.OtherSymbol or
            UnicodeCategory.OtherNotAssigned => BidiClass.Neutral,
    };

    private static bool IsRight(int codePoint) =>
        codePoint is (>= 0x0590 and <= 0x05FF) or (>= 0x07C0 and <= 0x085F) or (>= 0xFB1D and <= 0xFB4F) or
            (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EDFF);

    private static bool IsArabic(int codePoint) =>
        codePoint is (>= 0x0600 and <= 0x07BF) or (>= 0x0860 and <= 0x08FF) or (>= 0xFB50 and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFE) or
            (>= 0x1EE00 and <= 0x1EEFF);

    private static BidiClass ArabicClass(int codePoint, UnicodeCategory category) => codePoint switch
    {
        >= 0x06F0 and <= 0x06F9 => BidiClass.EuropeanNumber,
        (>= 0x0600 and <= 0x0605) or (>= 0x0660 and <= 0x0669) or 0x066B or 0x066C or 0x06DD => BidiClass.ArabicNumber,
        0x060C => BidiClass.CommonSeparator,
        0x066A => BidiClass.EuropeanTerminator,
        _ => category is UnicodeCategory.OtherSymbol or UnicodeCategory.MathSymbol ? BidiClass.Neutral : BidiClass.ArabicLetter,
    };
}
