using PhoneNumbers;

namespace Trunkline.Core;

/// <summary>A telephone number in E.164 form: <c>+</c>, country code, national number; 7 to 15 digits.</summary>
public readonly record struct PhoneNumber
{
    /// <summary>No text longer than this is looked at.</summary>
    public const int MaxTextLength = 64;

    private readonly string? _e164;

    private PhoneNumber(string e164) => _e164 = e164;

    /// <summary>The number as <c>+12025550100</c>.</summary>
    public string E164 => _e164 ?? throw new InvalidOperationException("This is not a number: it was never read.");

    /// <summary>The digits without the plus sign.</summary>
    public ReadOnlySpan<char> Digits => E164.AsSpan(1);

    /// <summary>For logs: all but the last two digits of the subscriber's part are hidden.</summary>
    public string Shortened => string.Concat(E164.AsSpan(0, Math.Min(5, E164.Length - 2)), "…", E164.AsSpan(E164.Length - 2));

    /// <summary>
    /// Reads a number as people write it: spaces, dots, dashes, slashes and brackets are ignored (RFC 3192 tells us to ignore "-" and ".").
    /// A number without "+" is read as one dialled in <paramref name="defaultRegion"/> (ISO 3166, such as <c>US</c>), or, when that gives no
    /// possible number and there are enough digits for a country code, as an international number without its plus sign.
    /// </summary>
    public static bool TryParse(string? text, string defaultRegion, out PhoneNumber number)
    {
        number = default;
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxTextLength || !IsDialString(text))
            return false;

        return TryRegion(text, defaultRegion, out number)
            || (!text.Contains('+', StringComparison.Ordinal) && text.Count(char.IsAsciiDigit) > 10 && TryRegion("+" + text, null, out number));
    }

    /// <inheritdoc />
    public override string ToString() => _e164 ?? "";

    private static bool TryRegion(string text, string? region, out PhoneNumber number)
    {
        number = default;
        try
        {
            var util = PhoneNumberUtil.GetInstance();
            var parsed = util.Parse(text, region);
            // "Possible" and not "valid": numbering plans grow faster than their tables, and refusing a real number is the worse error. A length that is only
            // dialled within its own town or country, such as 555 0100 or 112, is no number from elsewhere: behind a country code it is another one, or none.
            if (parsed.HasExtension || util.IsPossibleNumberWithReason(parsed) != PhoneNumberUtil.ValidationResult.IS_POSSIBLE)
                return false;
            number = new PhoneNumber(util.Format(parsed, PhoneNumberFormat.E164));
            return true;
        }
        catch (NumberParseException)
        {
            return false;
        }
    }

    private static bool IsDialString(string text)
    {
        var digits = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
                digits++;
            else if (!" +-./()\u00a0".Contains(c, StringComparison.Ordinal))
                return false;
        }
        return digits >= 3;
    }
}
