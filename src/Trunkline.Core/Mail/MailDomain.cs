using System.Globalization;

namespace Trunkline.Core.Mail;

/// <summary>Domains of mail addresses: written one way, and compared as DMARC's relaxed alignment does (RFC 7489, 3.1).</summary>
public static class MailDomain
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The part behind the last <c>@</c>, or empty.</summary>
    public static string Of(string address)
    {
        var at = address.LastIndexOf('@');
        return at < 0 ? "" : address[(at + 1)..];
    }

    /// <summary>In lower case, without a dot at the end, in its ASCII form (RFC 5891); false for what is no host name of at least one label.</summary>
    public static bool TryNormalize(string domain, out string normal)
    {
        normal = "";
        var text = domain.EndsWith('.') ? domain[..^1] : domain;
        if (text.Length is 0 or > 253)
            return false;
        try
        {
            normal = Idn.GetAscii(text).ToLowerInvariant();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>
    /// Relaxed alignment, without the list of public suffixes: the domains are equal, or one lies below the other and the upper one has two labels or more.
    /// Whoever holds the upper one can take the lower one at any time; the lower one was given away by the upper one.
    /// </summary>
    public static bool AreAligned(string one, string other)
    {
        if (!TryNormalize(one, out var a) || !TryNormalize(other, out var b))
            return false;
        if (a == b)
            return true;
        var (upper, lower) = a.Length < b.Length ? (a, b) : (b, a);
        return upper.Contains('.', StringComparison.Ordinal) && lower.Length > upper.Length + 1
            && lower[lower.Length - upper.Length - 1] == '.' && lower.EndsWith(upper, StringComparison.Ordinal);
    }
}
