namespace Trunkline.Gateway.Routing;

/// <summary>
/// The first digits of a number, up to fifteen, in one word: four bits a digit from the top, each one more than the digit, so that words sort as the
/// digits do and a shorter one comes before what it begins.
/// </summary>
public readonly record struct RatePrefix(ulong Word) : IComparable<RatePrefix>
{
    /// <summary>ITU-T E.164: no number has more digits.</summary>
    public const int MaxLength = 15;

    /// <summary>Digits in it.</summary>
    public int Length => Word == 0 ? 0 : MaxLength + 1 - System.Numerics.BitOperations.TrailingZeroCount(Word) / 4;

    /// <summary>The digit at a place, or -1 where it has ended.</summary>
    public int DigitAt(int index) => index >= MaxLength ? -1 : (int)(Word >> (60 - 4 * index) & 0xf) - 1;

    /// <summary>True when every number that begins with the other begins with this one too.</summary>
    public bool IsPrefixOf(RatePrefix other) => Word == 0 || (other.Word ^ Word) >> (64 - 4 * Length) == 0;

    /// <summary>With a digit at a place where it has none yet.</summary>
    internal RatePrefix With(int index, int digit) => new(Word | (ulong)(digit + 1) << (60 - 4 * index));

    /// <summary>Reads digits; an empty text is the prefix of every number.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RatePrefix prefix)
    {
        prefix = default;
        if (text.Length > MaxLength)
            return false;
        ulong word = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiDigit(text[i]))
                return false;
            word |= (ulong)(text[i] - '0' + 1) << (60 - 4 * i);
        }
        prefix = new RatePrefix(word);
        return true;
    }

    public int CompareTo(RatePrefix other) => Word.CompareTo(other.Word);

    public static bool operator <(RatePrefix a, RatePrefix b) => a.Word < b.Word;

    public static bool operator >(RatePrefix a, RatePrefix b) => a.Word > b.Word;

    public static bool operator <=(RatePrefix a, RatePrefix b) => a.Word <= b.Word;

    public static bool operator >=(RatePrefix a, RatePrefix b) => a.Word >= b.Word;

    /// <summary>The digits.</summary>
    public override string ToString() => string.Create(Length, this, static (span, p) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = (char)('0' + p.DigitAt(i));
    });
}
