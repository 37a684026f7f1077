namespace Trunkline.Core;

/// <summary>
/// A time-ordered number of 63 bits, written as 13 characters of Crockford's base 32 (no I, L, O, U), so that texts sort as numbers do.
/// </summary>
public readonly record struct MessageId(long Value) : IComparable<MessageId>
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int TextLength = 13;

    /// <inheritdoc />
    public override string ToString() => string.Create(TextLength, Value, static (text, value) =>
    {
        for (var i = TextLength - 1; i >= 0; i--, value >>= 5)
            text[i] = Alphabet[(int)(value & 31)];
    });

    /// <summary>Reads what <see cref="ToString"/> writes, in either case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MessageId id)
    {
        id = default;
        if (text.Length != TextLength)
            return false;
        long value = 0;
        foreach (var c in text)
        {
            var digit = Alphabet.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal);
            // The first character holds three bits only: anything above would not fit 63.
            if (digit < 0 || value > long.MaxValue >> 5)
                return false;
            value = value << 5 | (long)digit;
        }
        id = new MessageId(value);
        return true;
    }

    /// <inheritdoc />
    public int CompareTo(MessageId other) => Value.CompareTo(other.Value);

    public static bool operator <(MessageId left, MessageId right) => left.Value < right.Value;

    public static bool operator >(MessageId left, MessageId right) => left.Value > right.Value;

    public static bool operator <=(MessageId left, MessageId right) => left.Value <= right.Value;

    public static bool operator >=(MessageId left, MessageId right) => left.Value >= right.Value;
}
