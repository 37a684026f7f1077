using System.Collections.Concurrent;

namespace Trunkline.Gateway.Billing;

/// <summary>The days and months of customers: by the clock on their wall, whatever summer time does to it.</summary>
public static class CustomerDay
{
    private static readonly ConcurrentDictionary<string, TimeZoneInfo> Zones = new(StringComparer.Ordinal);

    /// <summary>The date in a time zone (IANA). A zone that this machine does not know is read as UTC.</summary>
    public static DateOnly Of(DateTimeOffset time, string zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, Find(zone)).DateTime);

    /// <summary>When a date begins there. Where the clock is set on over midnight, the first moment that it shows of the day.</summary>
    public static DateTimeOffset Begins(DateOnly day, string zone)
    {
        var found = Find(zone);
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (found.IsInvalidTime(local))
            local = local.AddMinutes(15);
        // Midnight twice: the day begins with the first.
        var offset = found.IsAmbiguousTime(local) ? found.GetAmbiguousTimeOffsets(local).Max() : found.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }

    /// <summary>The month of a date as one number that rises.</summary>
    public static int MonthOf(DateOnly day) => day.Year * 12 + day.Month - 1;

    // What customers are set to is bounded by what the machine knows; names that it does not know are not kept.
    private static TimeZoneInfo Find(string zone)
    {
        if (Zones.TryGetValue(zone, out var known))
            return known;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found))
            return TimeZoneInfo.Utc;
        return Zones.GetOrAdd(zone, found);
    }
}
