using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Trunkline.Gateway.Queue;

/// <summary>
/// When numbers are not called, in the recipient's own time: <c>21:00-08:00</c>, and days that are quiet as a whole: <c>21:00-08:00 sat sun</c>, or days
/// alone: <c>sun</c>.
/// </summary>
public sealed record QuietHours
{
    private const int MaxText = 60;

    // A week of quiet days and the night behind it. What is not allowed by then never is.
    private const int MaxDays = 9;

    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private QuietHours(TimeSpan from, TimeSpan to, IReadOnlyList<DayOfWeek> days) => (From, To, Days) = (from, to, days);

    /// <summary>From this time of the day; before, at or behind <see cref="To"/>, where behind means over midnight and equal means never.</summary>
    public TimeSpan From { get; }

    /// <summary>To this time, exclusive.</summary>
    public TimeSpan To { get; }

    /// <summary>Days that are quiet as a whole.</summary>
    public IReadOnlyList<DayOfWeek> Days { get; }

    /// <summary>Reads what <see cref="ToString"/> writes. False for what cannot be read, and for hours that never end.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out QuietHours? hours)
    {
        hours = null;
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxText)
            return false;
        var (from, to, days) = (TimeSpan.Zero, TimeSpan.Zero, new SortedSet<DayOfWeek>());
        foreach (var (index, word) in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Index())
        {
            var day = Array.IndexOf(DayNames, word.ToLowerInvariant());
            if (day >= 0)
                days.Add((DayOfWeek)day);
            else if (index > 0 || !TryReadSpan(word, out from, out to))
                return false;
        }
        if (days.Count == DayNames.Length)
            return false;
        hours = new QuietHours(from, to, [.. days]);
        return true;
    }

    /// <summary>
    /// When a number that may be in any of these zones may be called: null for now, else the first moment that is allowed in all of them, to the minute,
    /// or, where there is none within nine days, in <paramref name="fallback"/> alone.
    /// </summary>
    public DateTimeOffset? Until(DateTimeOffset now, IReadOnlyList<TimeZoneInfo> zones, TimeZoneInfo fallback)
    {
        if (zones.Count == 0)
            zones = [fallback];
        if (!zones.Any(z => IsQuiet(now, z)))
            return null;
        return FirstAllowed(now, zones) ?? (IsQuiet(now, fallback) ? FirstAllowed(now, [fallback]) : null);
    }

    /// <inheritdoc />
    public override string ToString() => string.Join(' ', new[] { From == To ? "" : $"{Clock(From)}-{Clock(To)}" }.Concat(Days.Select(d => DayNames[(int)d])).Where(w => w.Length > 0));

    private DateTimeOffset? FirstAllowed(DateTimeOffset now, IReadOnlyList<TimeZoneInfo> zones)
    {
        var last = now.AddDays(MaxDays);
        for (var at = now; at < last;)
        {
            var quiet = zones.FirstOrDefault(z => IsQuiet(at, z));
            if (quiet is null)
                return at;
            at = NextChange(at, quiet);
        }
        return null;
    }

    private bool IsQuiet(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var clock = local.TimeOfDay;
        return Days.Contains(local.DayOfWeek) || (From < To ? clock >= From && clock < To : From > To && (clock >= From || clock < To));
    }

    /// <summary>The next moment behind this one at which quiet may end in a zone: the end of the hours, or midnight.</summary>
    private DateTimeOffset NextChange(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var end = local.TimeOfDay < To && From != To ? local.Date + To : local.Date.AddDays(1);
        // A time that the clock skips in spring is an hour later; of one that it shows twice in autumn the second counts.
        if (zone.IsInvalidTime(end))
            end = end.AddHours(1);
        var next = new DateTimeOffset(end, zone.GetUtcOffset(end));
        return next > at ? next.ToUniversalTime() : at.AddMinutes(1);
    }

    private static bool TryReadSpan(string word, out TimeSpan from, out TimeSpan to)
    {
        from = to = default;
        var dash = word.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && TryReadClock(word[..dash], out from) && TryReadClock(word[(dash + 1)..], out to) && from != to
            && from < TimeSpan.FromDays(1) && to - from < TimeSpan.FromDays(1);
    }

    private static bool TryReadClock(string text, out TimeSpan clock)
    {
        clock = TimeSpan.FromDays(1);
        if (text == "24:00")
            return true;
        var isTime = TimeOnly.TryParseExact(text, "H:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        clock = time.ToTimeSpan();
        return isTime;
    }

    private static string Clock(TimeSpan time) => $"{(int)time.TotalHours:00}:{time.Minutes:00}";
}
