using System.Globalization;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip;

/// <summary>The Retry-After header (RFC 3261 section 20.33).</summary>
internal static class SipRetryAfter
{
    /// <summary>Nobody is believed that he takes no calls for longer: what is said so is a mistake, or an attack.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait, <see cref="Longest"/> at most; null when nothing is said, or nothing that can be read.</summary>
    public static TimeSpan? Read(SipMessage response)
    {
        // "120;duration=60", "18000 (I'm in a meeting)": seconds, and what is of no use to a machine.
        var text = response.Headers[SipHeaderName.RetryAfter].AsSpan().TrimStart();
        var digits = text.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? text[..end] : text;
        if (digits.IsEmpty)
            return null;
        return uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < Longest.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : Longest;
    }
}
