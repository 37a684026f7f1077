using System.Globalization;

namespace Trunkline.Gateway.Routing;

/// <summary>Days of the week and minutes of the day, by the clock of the deck's time zone. <c>default</c> is at no time.</summary>
/// <param name="Days">A bit for each day, Monday the lowest.</param>
/// <param name="FromMinute">0 to 1439.</param>
/// <param name="ToMinute">1 to 1440; not included. Below or at <paramref name="FromMinute"/>: from there to midnight and from midnight to here.</param>
public readonly record struct RateBand(byte Days, short FromMinute, short ToMinute)
{
    private const int DayMinutes = 24 * 60;
    private const byte AllDays = 0x7f;
    private static readonly string[] DayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>One number that <see cref="Unpack"/> reads.</summary>
    public int Packed => Days << 22 | FromMinute << 11 | (ushort)ToMinute;

    /// <summary>Reads what <see cref="Packed"/> writes.</summary>
    public static RateBand Unpack(int packed) => new((byte)(packed >> 22 & AllDays), (short)(packed >> 11 & 0x7ff), (short)(packed & 0x7ff));

    /// <summary>True at this moment of the local clock. Each day is looked at by itself: an hour after midnight belongs to the day that has begun.</summary>
    public bool Contains(DateTime local)
    {
        var day = ((int)local.DayOfWeek + 6) % 7;
        if ((Days & 1 << day) == 0)
            return false;
        var minute = local.Hour * 60 + local.Minute;
        return FromMinute < ToMinute ? minute >= FromMinute && minute < ToMinute : minute >= FromMinute || minute < ToMinute;
    }

    /// <summary>
    /// Reads the two columns of a rate file: days such as <c>mon-fri</c> or <c>sat sun</c>, hours such as <c>08:00-18:00</c>. An empty one means all.
    /// False with the name of the column that is not understood.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> days, ReadOnlySpan<char> hours, out RateBand band, out string column)
    {
        band = default;
        column = "days";
        if (!TryDays(days, out var bits))
            return false;
        column = "hours";
        short from = 0, to = DayMinutes;
        if (!hours.IsEmpty)
        {
            var dash = hours.IndexOf('-');
            if (dash < 0 || !TryMinute(hours[..dash].Trim(), out from) || !TryMinute(hours[(dash + 1)..].Trim(), out to) || from == DayMinutes || from == to)
                return false;
            // "18:00-00:00" ends with the day.
            to = to == 0 ? (short)DayMinutes : to;
        }
        band = new RateBand(bits, from, to);
        return true;
    }

    /// <summary>For people: <c>mon tue wed 08:00-18:00</c>.</summary>
    public override string ToString()
    {
        var bits = Days;
        var days = bits == AllDays ? "every day" : string.Join(' ', DayNames.Where((_, i) => (bits & 1 << i) != 0));
        return string.Create(CultureInfo.InvariantCulture, $"{days} {FromMinute / 60:00}:{FromMinute % 60:00}-{ToMinute / 60:00}:{ToMinute % 60:00}");
    }

    private static bool TryDays(ReadOnlySpan<char> text, out byte bits)
    {
        bits = text.IsEmpty ? AllDays : (byte)0;
        foreach (var range in text.Split(' '))
        {
            var word = text[range];
            if (word.IsEmpty)
                continue;
            var dash = word.IndexOf('-');
            var first = Day(dash < 0 ? word : word[..dash]);
            var last = Day(dash < 0 ? word : word[(dash + 1)..]);
            if (first < 0 || last < 0)
                return false;
            // "fri-mon" goes over the end of the week.
            for (var day = first; ; day = (day + 1) % 7)
            {
                bits |= (byte)(1 << day);
                if (day == last)
                    break;
            }
        }
        return bits != 0;
    }

    private static int Day(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < DayNames.Length; i++)
        {
            if (text.Equals(DayNames[i], StringComparison.OrdinalIgnoreCase))
                return i;
        }
        return -1;
    }

    private static bool TryMinute(ReadOnlySpan<char> text, out short minute)
    {
        minute = 0;
        if (text.Length != 5 || text[2] != ':' || !int.TryParse(text[..2], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(text[3..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes > 59 || hours * 60 + minutes > DayMinutes)
            return false;
        minute = (short)(hours * 60 + minutes);
        return true;
    }
}
