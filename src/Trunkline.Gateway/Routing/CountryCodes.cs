namespace Trunkline.Gateway.Routing;

/// <summary>The country code at the head of a number (ITU-T E.164, list of assigned codes): one, two or three digits.</summary>
internal static class CountryCodes
{
    // A bit for each second digit, by first digit: the codes of two digits. 1 and 7 stand alone; every other code has three.
    private static readonly ushort[] TwoDigits =
    [
        0, 0, Bits(0, 7), Bits(0, 1, 2, 3, 4, 6, 9), Bits(0, 1, 3, 4, 5, 6, 7, 8, 9), Bits(1, 2, 3, 4, 5, 6, 7, 8), Bits(0, 1, 2, 3, 4, 5, 6), 0, Bits(1, 2, 4, 6),
        Bits(0, 1, 2, 3, 4, 5, 8),
    ];

    /// <summary>The code; 0 for what begins with none.</summary>
    public static int Of(ReadOnlySpan<char> digits)
    {
        if (digits.Length < 3 || !char.IsAsciiDigit(digits[0]) || !char.IsAsciiDigit(digits[1]) || !char.IsAsciiDigit(digits[2]))
            return 0;
        var (a, b, c) = (digits[0] - '0', digits[1] - '0', digits[2] - '0');
        if (a is 1 or 7)
            return a;
        return (TwoDigits[a] & 1 << b) != 0 ? a * 10 + b : a * 100 + b * 10 + c;
    }

    private static ushort Bits(params ReadOnlySpan<int> digits)
    {
        var bits = 0;
        foreach (var digit in digits)
            bits |= 1 << digit;
        return (ushort)bits;
    }
}
