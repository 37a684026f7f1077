using System.Globalization;
using System.Text.RegularExpressions;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Filter;

/// <summary>One condition of a rule, checked and ready to be asked.</summary>
public sealed class FilterCondition
{
    /// <summary>Characters of a value: a pattern longer than this is a list, and belongs into several rules.</summary>
    public const int MaxValueLength = 500;

    // Without backtracking a pattern takes a time that grows with the text alone; this bound is for a machine that is busy.
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(250);
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private readonly Func<FilterMail, TimeZoneInfo, bool> _test;

    private FilterCondition(FilterField field, FilterOperator comparison, string value, string? header, bool isNegated, Func<FilterMail, TimeZoneInfo, bool> test)
    {
        (Field, Operator, Value, Header, IsNegated) = (field, comparison, value, header, isNegated);
        _test = test;
    }

    public FilterField Field { get; }

    public FilterOperator Operator { get; }

    /// <summary>As it was written.</summary>
    public string Value { get; }

    /// <summary>The name of the header; null for other fields.</summary>
    public string? Header { get; }

    /// <summary>True when it holds where the rest of it does not.</summary>
    public bool IsNegated { get; }

    /// <summary>True when the mail fulfils it. A pattern that runs out of time does not hold, negated or not.</summary>
    public bool Holds(FilterMail mail, TimeZoneInfo zone)
    {
        try
        {
            return _test(mail, zone) != IsNegated;
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>As people say it: <c>subject contains "alarm"</c>.</summary>
    public override string ToString() =>
        $"{(IsNegated ? "not " : "")}{Field.ToString().ToLowerInvariant()}{(Header is null ? "" : " " + Header)} {Operator.ToString().ToLowerInvariant()} \"{Value}\"";

    /// <summary>Checks and makes a condition; false, with a sentence, for one that cannot be asked.</summary>
    public static bool TryMake(
        FilterField field, FilterOperator comparison, string value, string? header, bool isNegated, out FilterCondition condition, out string error)
    {
        condition = null!;
        error = "";
        if (value.Length > MaxValueLength)
        {
            error = $"A value has at most {MaxValueLength} characters.";
            return false;
        }
        if ((header is not null) != (field == FilterField.Header) || header is { } name && (name.Length is 0 or > 100 || !name.All(c => c is > ' ' and < (char)0x7f and not ':')))
        {
            error = "The field \"header\", and no other, needs \"header\": the name of one.";
            return false;
        }
        var test = field switch
        {
            FilterField.Size => Size(comparison, value, out error),
            FilterField.Priority => PriorityIs(comparison, value, out error),
            FilterField.Time => TimeWithin(comparison, value, out error),
            FilterField.Weekday => DayWithin(comparison, value, out error),
            FilterField.Header => Texts(comparison, value, m => m.Header(header!), out error),
            FilterField.Sender => Texts(comparison, value, m => [m.Sender], out error),
            FilterField.From => Texts(comparison, value, m => [m.From], out error),
            FilterField.Recipient => Texts(comparison, value, m => [m.Recipient], out error),
            FilterField.Subject => Texts(comparison, value, m => [m.Subject], out error),
            FilterField.Text => Texts(comparison, value, m => [m.Text], out error),
        };
        if (test is null)
            return false;
        condition = new FilterCondition(field, comparison, value, header, isNegated, test);
        return true;
    }

    private static Func<FilterMail, TimeZoneInfo, bool>? Texts(
        FilterOperator comparison, string value, Func<FilterMail, IEnumerable<string>> texts, out string error)
    {
        error = "";
        switch (comparison)
        {
            case FilterOperator.Contains:
                return (m, _) => texts(m).Any(t => t.Contains(value, StringComparison.OrdinalIgnoreCase));
            case FilterOperator.Equals:
                return (m, _) => texts(m).Any(t => t.Equals(value, StringComparison.OrdinalIgnoreCase));
            case FilterOperator.Glob or FilterOperator.Regex:
                var pattern = comparison == FilterOperator.Regex ? value
                    : $"^{Regex.Escape(value).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}$";
                if (Compile(pattern, out error) is not { } regex)
                    return null;
                return (m, _) => texts(m).Any(t => regex.IsMatch(t));
            case FilterOperator.Above or FilterOperator.Below or FilterOperator.Within:
                error = "A text is compared by contains, equals, glob or regex.";
                return null;
        }
        throw new InvalidOperationException("An operator that is not known.");
    }

    private static Regex? Compile(string pattern, out string error)
    {
        error = "";
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline, PatternTime);
        }
        catch (ArgumentException fault)
        {
            error = $"This is no regular expression: {fault.Message}";
        }
        catch (NotSupportedException)
        {
            error = "A regular expression here has no look-around, no back-reference, and no repetition of thousands: what needs them can take for ever.";
        }
        return null;
    }

    private static Func<FilterMail, TimeZoneInfo, bool>? Size(FilterOperator comparison, string value, out string error)
    {
        error = "";
        if (comparison is not (FilterOperator.Above or FilterOperator.Below) || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
        {
            error = "A size is above or below a number of bytes.";
            return null;
        }
        return comparison == FilterOperator.Above ? (m, _) => m.Size > bytes : (m, _) => m.Size < bytes;
    }

    private static Func<FilterMail, TimeZoneInfo, bool>? PriorityIs(FilterOperator comparison, string value, out string error)
    {
        error = "";
        var options = MessageOptions.None;
        if (comparison != FilterOperator.Equals || OptionReader.Read("priority", value, ref options) is not null)
        {
            error = "A priority equals high, medium or low.";
            return null;
        }
        Priority? priority = options.Priority;
        return (m, _) => m.Priority == priority;
    }

    private static Func<FilterMail, TimeZoneInfo, bool>? TimeWithin(FilterOperator comparison, string value, out string error)
    {
        error = "";
        var ends = value.Split('-');
        if (comparison != FilterOperator.Within || ends.Length != 2
            || !TimeOnly.TryParseExact(ends[0].Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
            || !TimeOnly.TryParseExact(ends[1].Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var to))
        {
            error = "A time is within two times of day: 22:00-06:00. The second is not part of it.";
            return null;
        }
        // Over midnight when the second is the earlier; all day when both are the same.
        return (m, zone) => from == to || TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(m.At, zone).DateTime).IsBetween(from, to);
    }

    private static Func<FilterMail, TimeZoneInfo, bool>? DayWithin(FilterOperator comparison, string value, out string error)
    {
        error = "";
        var days = new bool[7];
        var isGood = comparison == FilterOperator.Within && value.Length > 0;
        foreach (var span in value.ToLowerInvariant().Split(','))
        {
            var ends = span.Split('-');
            var (first, last) = (Array.IndexOf(Days, ends[0].Trim()), Array.IndexOf(Days, ends[^1].Trim()));
            isGood &= ends.Length <= 2 && first >= 0 && last >= 0;
            if (!isGood)
                break;
            for (var day = first; ; day = (day + 1) % 7)
            {
                days[day] = true;
                if (day == last)
                    break;
            }
        }
        if (!isGood)
        {
            error = "A weekday is within days and spans of them: mon-fri,sun.";
            return null;
        }
        return (m, zone) => days[(int)TimeZoneInfo.ConvertTime(m.At, zone).DayOfWeek];
    }
}
