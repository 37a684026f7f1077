using System.Globalization;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip;

/// <summary>The Reason header (RFC 3326).</summary>
internal static class SipReason
{
    /// <summary>The Q.850 cause (1 to 127), or null.</summary>
    public static int? Q850Cause(SipMessage message)
    {
        foreach (var value in message.Headers.All(SipHeaderName.Reason))
        {
            var semicolon = value.IndexOf(';', StringComparison.Ordinal);
            if (semicolon > 0 && value.AsSpan(0, semicolon).Trim().Equals("Q.850", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(SipText.Parameter(value.AsSpan(semicolon + 1), "cause"), NumberStyles.None, CultureInfo.InvariantCulture, out var cause)
                && cause is > 0 and < 128)
                return cause;
        }
        return null;
    }
}
