using System.Globalization;
using System.Text;

namespace Trunkline.Gateway.Text;

/// <summary>Fits texts to what a pager can show.</summary>
public static class PageText
{
    private const string Gsm = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    private const string Plain =
        "ÀA ÁA ÂA ÃA ÄA ÅA ÇC ÈE ÉE ÊE ËE ÌI ÍI ÎI ÏI ÑN ÒO ÓO ÔO ÕO ÖO ØO ÙU ÚU ÛU ÜU ÝY àa áa âa ãa äa åa çc èe ée êe ëe ìi íi îi ïi ñn òo óo ôo õo öo øo ùu úu ûu üu ýy ÿy "
        + "ĀA āa ĂA ăa ĄA ąa ĆC ćc ČC čc ĎD ďd ĐD đd ĒE ēe ĘE ęe ĚE ěe ĞG ğg ĢG ģg ĪI īi İI ıi ĶK ķk ĹL ĺl ĻL ļl ŁL łl ŃN ńn ŅN ņn ŇN ňn ŌO ōo ŐO őo ŔR ŕr ŘR řr ŚS śs ŞS şs ŠS šs ȘS șs "
        + "ŢT ţt ŤT ťt ȚT țt ŪU ūu ŮU ůu ŰU űu ŹZ źz ŻZ żz ŽZ žz ‘' ’' ‚, “\" ”\" „\" «\" »\" ‐- ‑- –- —- −- •* ·. ×x";
    private const string Long = "…=... ß=ss Æ=AE æ=ae Œ=OE œ=oe Þ=Th þ=th ð=d Ð=D €=EUR £=GBP ¥=JPY ©=(c) ®=(R) ™=TM °=deg ½=1/2 ¼=1/4 [=( ]=) {=( }=) |=/ ^=' ~=- \\=/ `='";
    private static readonly HashSet<char> GsmSet = [.. Gsm];
    private static readonly Dictionary<char, string> Folds = MakeFolds();

    /// <summary>
    /// A text on one line, in the characters of the pager, at most so long: cut behind a word where one ends in the last quarter, with an ellipsis.
    /// </summary>
    public static string Fit(string text, int max, PageFold fold)
    {
        // Folding may make it longer, hardly ever shorter than a quarter; what lies far behind the end cannot show.
        var line = PlainText.OneLine(text, 4 * max + 16);
        var folded = PlainText.OneLine(Fold(line, fold), 4 * max + 16);
        if (folded.Length <= max)
            return folded;
        var mark = fold == PageFold.None ? "…" : "...";
        if (max <= mark.Length)
            return Whole(folded, max);
        var room = max - mark.Length;
        var end = folded[room] == ' ' ? room : folded.LastIndexOf(' ', room - 1);
        var cut = end >= room - room / 4 && end > 0 ? folded[..end] : Whole(folded, room);
        return cut.TrimEnd(' ', ',', ';', ':', '-') + mark;
    }

    /// <summary>The digits of a text, at most so many; empty when there are more, since a number without its end is another number.</summary>
    public static string Digits(string text, int max)
    {
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        return digits.Length <= max ? digits : "";
    }

    /// <summary>The first run of at least five digits in a text, with what people write between them left out; empty when there is none.</summary>
    public static string FirstNumber(string text)
    {
        var number = new StringBuilder();
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            if (char.IsAsciiDigit(c))
                number.Append(c);
            else if (!" +-./()".Contains(c, StringComparison.Ordinal) || number.Length == 0 || (c == '.' && !(i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))))
            {
                if (number.Length is >= 5 and <= 20)
                    return number.ToString();
                number.Clear();
            }
        }
        return "";
    }

    private static string Fold(string text, PageFold fold)
    {
        if (fold == PageFold.None)
            return text;
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var c = rune.IsBmp ? (char)rune.Value : '\0';
            if (Carries(fold, c))
                folded.Append(c);
            else if (Folds.TryGetValue(c, out var plain))
                folded.Append(plain);
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.Format or UnicodeCategory.EnclosingMark))
                folded.Append('?');
        }
        return folded.ToString();
    }

    private static bool Carries(PageFold fold, char c) => fold switch
    {
        PageFold.None => true,
        PageFold.Gsm => GsmSet.Contains(c),
        PageFold.Ascii => c is >= ' ' and <= '~',
    };

    // Never half of a surrogate pair, and no mark parted from its letter.
    private static string Whole(string text, int max)
    {
        var length = 0;
        while (length < text.Length)
        {
            var next = StringInfo.GetNextTextElementLength(text, length);
            if (length + next > max)
                break;
            length += next;
        }
        return text[..length];
    }

    private static Dictionary<char, string> MakeFolds()
    {
        var folds = new Dictionary<char, string>();
        foreach (var pair in Plain.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            folds[pair[0]] = pair[1..];
        foreach (var pair in Long.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            folds.TryAdd(pair[0], pair[2..]);
        return folds;
    }
}
