using System.Globalization;

namespace Trunkline.Gateway.Billing;

/// <summary>
/// Exchange rates as CSV: <c>from,to,rate,valid_from</c>, a line each, with or without that line as a head. The time is ISO 8601 with its offset,
/// or a date, which is the beginning of that day in UTC.
/// </summary>
public static class ExchangeRateFile
{
    /// <summary>Of one file: the rates of every day of twenty years between two currencies, and some.</summary>
    public const int MaxLines = 10_000;

    private const string Head = "from,to,rate,valid_from";

    /// <summary>All rates of a file, or none and a sentence that names the line.</summary>
    public static bool TryRead(string text, out IReadOnlyList<ExchangeRate> rates, out string error)
    {
        var found = new List<ExchangeRate>();
        rates = found;
        error = "";
        var number = 0;
        foreach (var line in text.TrimStart('\uFEFF').AsSpan().EnumerateLines())
        {
            number++;
            if (number > MaxLines)
                error = $"A file of exchange rates has at most {MaxLines} lines.";
            else if (line.IsWhiteSpace() || (number == 1 && line.Trim().Equals(Head, StringComparison.OrdinalIgnoreCase)))
                continue;
            else
                TryReadLine(line.ToString(), number, found, out error);
            if (error.Length == 0)
                continue;
            found.Clear();
            return false;
        }
        if (found.Count == 0)
            error = $"The file holds no exchange rate. A line is {Head}.";
        return found.Count > 0;
    }

    /// <summary>Reads when a rate begins: a date, or a time with its offset.</summary>
    public static bool TryReadTime(string text, out DateTimeOffset time)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            time = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
            return true;
        }
        string[] formats = ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mmK"];
        return DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    private static void TryReadLine(string line, int number, List<ExchangeRate> found, out string error)
    {
        var columns = line.Split(',', 5, StringSplitOptions.TrimEntries);
        if (columns.Length != 4)
            error = $"Line {number}: there are {columns.Length} columns; a line is {Head}.";
        else if (!TryReadTime(columns[3], out var from))
            error = $"Line {number}: \"{columns[3]}\" is no time; write 2026-01-31 or 2026-01-31T12:00:00Z.";
        else if (!ExchangeRate.TryCreate(columns[0], columns[1], columns[2], from, out var rate, out error))
            error = $"Line {number}: {error}";
        else
            found.Add(rate);
    }
}
