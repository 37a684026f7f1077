using System.Globalization;

namespace Trunkline.Telephony.Sip.Messages;

/// <summary>The CSeq header: a number below 2^31 and a method (RFC 3261 section 8.1.1.5).</summary>
internal readonly record struct SipCSeq(int Number, string Method)
{
    public static SipCSeq? Parse(string? value)
    {
        if (value is null)
            return null;
        var text = value.AsSpan().Trim();
        var space = text.IndexOfAny(' ', '\t');
        if (space <= 0 || !int.TryParse(text[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        var method = text[space..].Trim();
        return method.IsEmpty || method.ContainsAny(" \t") ? null : new SipCSeq(number, method.ToString());
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number} {Method}");
}
