using System.Globalization;

namespace Trunkline.Gateway.Intake;

/// <summary>
/// A time as a person wrote it: a moment, a moment of the customer's clocks, an hour of today or tomorrow, or a span. It becomes a moment once it
/// is known when the mail came and whose it is.
/// </summary>
public abstract record WrittenTime
{
    private const int MaxLength = 40;

    // Above the bound of every option that a span is used for, far below where adding it to a date could run over.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3660);
    private static readonly string[] LocalForms =
    [
        "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyyMMdd'T'HHmm", "yyyyMMdd'T'HHmmss", "yyyy-MM-dd",
    ];
    private static readonly string[] ZonedForms =
    [
        "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd HH:mmzzz", "yyyy-MM-dd HH:mm:sszzz", "yyyyMMdd'T'HHmmzzz", "yyyyMMdd'T'HHmmsszzz",
    ];

    /// <summary><c>2026-11-24T08:00Z</c>: the same moment everywhere.</summary>
    public sealed record Moment(DateTimeOffset At) : WrittenTime;

    /// <summary><c>2026-11-24T08:00</c>: by the customer's clocks.</summary>
    public sealed record Local(DateTime At) : WrittenTime;

    /// <summary><c>18:00</c>: today by the customer's clocks, or tomorrow when it is past.</summary>
    public sealed record Clock(TimeOnly At) : WrittenTime;

    /// <summary><c>+2h</c>: so long from now.</summary>
    public sealed record Span(TimeSpan Time) : WrittenTime;

    /// <summary>Reads what a person wrote; false for what is none of these forms. Any text is allowed, and none throws.</summary>
    public static bool TryParse(string text, out WrittenTime time)
    {
        time = null!;
        var written = text.Trim();
        if (written.Length is 0 or > MaxLength)
            return false;
        if (TrySpan(written, out var span))
            time = new Span(span);
        else if (TimeOnly.TryParseExact(written, ["HH:mm", "H:mm", "HHmm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
            time = new Clock(clock);
        else if (DateTime.TryParseExact(written, LocalForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            time = new Local(local);
        else if (DateTimeOffset.TryParseExact(written.EndsWith('Z') ? written[..^1] + "+00:00" : written, ZonedForms, CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var moment))
            time = new Moment(moment);
        return time is not null;
    }

    /// <summary>The moment that is meant.</summary>
    /// <param name="now">When the mail came.</param>
    /// <param name="zone">Of the customer.</param>
    /// <param name="from">What a span counts from.</param>
    public DateTimeOffset Resolve(DateTimeOffset now, TimeZoneInfo zone, DateTimeOffset from)
    {
        switch (this)
        {
            case Moment moment:
                return moment.At;
            case Local local:
                return ByClocksOf(zone, local.At);
            case Clock clock:
                var today = TimeZoneInfo.ConvertTime(now, zone).Date;
                var at = ByClocksOf(zone, today + clock.At.ToTimeSpan());
                return at > now ? at : ByClocksOf(zone, today.AddDays(1) + clock.At.ToTimeSpan());
            case Span span:
                return from + span.Time;
            default:
                throw new InvalidOperationException("A time of a kind that is not known.");
        }
    }

    /// <summary>A moment by the clocks of a place. An hour that clocks skip is the one after; of an hour that comes twice, the first is meant.</summary>
    public static DateTimeOffset ByClocksOf(TimeZoneInfo zone, DateTime local)
    {
        // Years at the ends of the calendar have no room for an offset.
        if (local.Year is < 2 or > 9998)
            return new DateTimeOffset(local, TimeSpan.Zero);
        if (zone.IsInvalidTime(local))
            return new DateTimeOffset(local, zone.GetUtcOffset(local.AddDays(-1)));
        return new DateTimeOffset(local, zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local));
    }

    // "+2h", "1d12h", "30m", and "now + 2 hours" as HylaFAX and at(1) write it.
    private static bool TrySpan(string text, out TimeSpan span)
    {
        span = TimeSpan.Zero;
        var rest = text.StartsWith("now", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(3).TrimStart() : text.AsSpan();
        if (rest is ['+', ..])
            rest = rest[1..].TrimStart();
        else if (rest.Length != text.Length)
            return false;
        if (rest.IsEmpty)
            return false;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 6)
                return false;
            var count = int.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            rest = rest[digits..].TrimStart();
            var word = rest.IndexOfAnyExceptInRange('a', 'z');
            if (UnitOf(word < 0 ? rest : rest[..word]) is not { } unit)
                return false;
            span += unit * count;
            rest = word < 0 ? default : rest[word..].TrimStart();
            if (span > Longest)
                return false;
        }
        return span > TimeSpan.Zero;
    }

    private static TimeSpan? UnitOf(ReadOnlySpan<char> word) => word switch
    {
        "s" or "sec" or "second" or "seconds" => TimeSpan.FromSeconds(1),
        "m" or "min" or "minute" or "minutes" => TimeSpan.FromMinutes(1),
        "h" or "hour" or "hours" => TimeSpan.FromHours(1),
        "d" or "day" or "days" => TimeSpan.FromDays(1),
        "w" or "week" or "weeks" => TimeSpan.FromDays(7),
        _ => null,
    };
}
