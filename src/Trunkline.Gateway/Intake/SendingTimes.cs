using System.Globalization;

namespace Trunkline.Gateway.Intake;

/// <summary>When a message may leave, and until when: what was asked for, made into moments, and checked against one another.</summary>
/// <param name="NotBefore">Null for at once.</param>
/// <param name="ExpiryDuration">From <paramref name="NotBefore"/>, or from when the mail came.</param>
public readonly record struct SendingTimes(DateTimeOffset? NotBefore, TimeSpan ExpiryDuration)
{
    // A mail may be under way for a while; a time that lies farther back was not meant.
    private static readonly TimeSpan Lateness = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestExpiry = TimeSpan.FromMinutes(1);

    /// <summary>False, and a sentence why, when the times contradict one another or lie too far away.</summary>
    /// <param name="asked">The options of all sources together.</param>
    /// <param name="now">When the mail came.</param>
    /// <param name="zone">Of the customer.</param>
    /// <param name="options">The bounds, and the expiry when none was asked for.</param>
    public static bool TryFind(
        MessageOptions asked, DateTimeOffset now, TimeZoneInfo zone, GatewayOptions options, out SendingTimes times, out string error)
    {
        times = new SendingTimes(null, options.Expiry);
        error = "";
        DateTimeOffset? at = asked.At?.Resolve(now, zone, now);
        if (at < now - Lateness)
            error = $"The time to send it, {Shown(at.Value)}, is past.";
        else if (at > now + options.MaxScheduleAhead)
            error = $"The time to send it, {Shown(at.Value)}, is more than {options.MaxScheduleAhead.TotalDays:0} days ahead.";
        if (error.Length > 0)
            return false;
        if (at <= now)
            at = null;
        var first = at ?? now;
        if (asked.Expires is not { } expires)
        {
            times = new SendingTimes(at, options.Expiry);
            return true;
        }
        var end = expires.Resolve(now, zone, first);
        if (expires is WrittenTime.Clock && end <= first)
            end = expires.Resolve(first, zone, first);
        if (end <= now)
            error = $"It would expire at {Shown(end)}, which is past.";
        else if (end < first + ShortestExpiry)
            error = $"It would expire at {Shown(end)}, before it is to be sent, at {Shown(first)}.";
        else if (end > first + options.MaxScheduleAhead)
            error = $"It would expire at {Shown(end)}, more than {options.MaxScheduleAhead.TotalDays:0} days after it is to be sent.";
        else
            times = new SendingTimes(at, end - first);
        return error.Length == 0;
    }

    private static string Shown(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
