using System.Globalization;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip;

/// <summary>The Retry-After header (RFC 3261 section 20.33).</summary>
internal static class SipRetryAfter
{
    /// <summary>No carrier is believed that it takes no calls for longer: what says so is a mistake, or an attack.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);

    /// <summary>Nor is a number not called for longer.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>How long to wait, <paramref name="longest"/> at most; null when nothing is said, or nothing that can be read.</summary>
    public static TimeSpan? Read(SipMessage response, TimeSpan longest)
    {
        // "120;duration=60", "18000 (I'm in a meeting)": seconds, and what is of no use to a machine.
        var text = response.Headers[SipHeaderName.RetryAfter].AsSpan().TrimStart();
        var digits = text.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? text[..end] : text;
        if (digits.IsEmpty)
            return null;
        return uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < longest.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : longest;
    }
}
