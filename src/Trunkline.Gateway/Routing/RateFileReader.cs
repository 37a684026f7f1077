using System.Globalization;
using Trunkline.Core;

namespace Trunkline.Gateway.Routing;

/// <summary>Reads the rows of a rate file (docs/reference/rate-files.md) one by one.</summary>
internal sealed class RateFileReader
{
    // Of the descriptions, which nothing but people read.
    private const int MaxDescription = 100;

    private static readonly string[] Columns =
        ["prefix", "connect_fee", "per_page", "per_increment", "per_minute", "first_increment", "next_increment", "valid_from", "valid_to", "days", "hours", "description"];

    private static readonly string[] DateForms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];
    private static readonly string[] MomentForms = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK"];

    private readonly CsvReader _csv;
    private readonly string _currency;
    private readonly TimeZoneInfo _zone;
    private readonly int[] _places = new int[Columns.Length];
    private int _fields;
    private bool _isBroken;
    private string? _badColumn;
    private string _badReason = "";

    public RateFileReader(TextReader text, string currency, TimeZoneInfo zone)
    {
        _csv = new CsvReader(text);
        _currency = currency;
        _zone = zone;
    }

    /// <summary>The line that was read last.</summary>
    public int Line => _csv.Line;

    /// <summary>Reads the first line; null when it is a header of known columns.</summary>
    public async ValueTask<RateFileFault?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        Array.Fill(_places, -1);
        if (!await _csv.ReadAsync(cancellationToken))
            return new RateFileFault(_csv.Fault is null ? 0 : _csv.Line, "", _csv.Fault ?? "The file is empty.");
        _fields = _csv.Count;
        for (var i = 0; i < _fields; i++)
        {
            var name = _csv[i].TrimStart('\ufeff').ToString().ToLowerInvariant();
            var column = Array.IndexOf(Columns, name);
            if (column < 0)
                return new RateFileFault(_csv.Line, "", Unknown(name));
            if (_places[column] >= 0)
                return new RateFileFault(_csv.Line, name, "This column is there twice.");
            _places[column] = i;
        }
        if (_places[0] < 0)
            return new RateFileFault(_csv.Line, "prefix", "This column is missing.");
        return _places.AsSpan(1, 4).IndexOfAnyExcept(-1) < 0
            ? new RateFileFault(_csv.Line, "", "There is no price: one of connect_fee, per_page, per_increment and per_minute is needed.")
            : null;
    }

    /// <summary>The next row, or what is wrong with it; null and null at the end.</summary>
    public async ValueTask<(RateRow? Row, RateFileFault? Fault)> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await _csv.ReadAsync(cancellationToken))
        {
            // Said once: nothing can be read behind it.
            var fault = _csv.Fault is null || _isBroken ? null : new RateFileFault(_csv.Line, "", _csv.Fault);
            _isBroken = true;
            return (null, fault);
        }
        if (_csv.Count != _fields)
            return (null, new RateFileFault(_csv.Line, "", $"The row has {_csv.Count} fields, the header {_fields}."));
        _badColumn = null;
        var row = Row();
        return row is null ? (null, new RateFileFault(_csv.Line, _badColumn ?? "", _badReason)) : (row, null);
    }

    private static string Unknown(string name) => name.Contains(';', StringComparison.Ordinal) || name.Contains('\t', StringComparison.Ordinal)
        ? "The fields are not separated by commas."
        : $"\"{(name.Length > 40 ? name[..40] : name)}\" is no column of a rate file. Known are {string.Join(", ", Columns)}.";

    private RateRow? Row()
    {
        var text = Field("prefix");
        var digits = text is "*" ? [] : text.StartsWith('+') ? text[1..] : text;
        if (!RatePrefix.TryParse(digits, out var prefix) || (digits.IsEmpty && text is not "*"))
            return Bad("prefix", $"\"{Short(text)}\" is not 1 to 15 digits, and not * for every number.");
        if (Rate() is not { } rate || !TryMoment("valid_from", false, out var from) || !TryMoment("valid_to", true, out var to))
            return null;
        if (from >= to)
            return Bad("valid_to", "It ends before it begins.");
        RateBand? band = null;
        if (!Field("days").IsEmpty || !Field("hours").IsEmpty)
        {
            if (!RateBand.TryParse(Field("days"), Field("hours"), out var read, out var column))
                return Bad(column, column == "days" ? "Days are such as mon-fri or \"sat sun\"." : "Hours are such as 08:00-18:00.");
            band = read;
        }
        var description = Field("description");
        return new RateRow(prefix, rate, from, to, band, description.IsEmpty ? null : description[..Math.Min(description.Length, MaxDescription)].ToString());
    }

    private Rate? Rate()
    {
        if (!TryAmount("connect_fee", out var fee) || !TryAmount("per_page", out var page) || !TryAmount("per_increment", out var increment)
            || !TryAmount("per_minute", out var minute))
            return null;
        if (fee is null && page is null && increment is null && minute is null)
            return BadRate("", "The row has no price. A number that costs nothing has a 0.");
        if (increment is not null && minute is not null)
            return BadRate("per_minute", "A row has a price per increment or one per minute, not both.");
        int first = 1, next = 1;
        if ((increment ?? minute) is > 0)
        {
            if (!TrySeconds("first_increment", out first) || !TrySeconds("next_increment", out next))
                return null;
        }
        return Routing.Rate.Unchecked(_currency, fee ?? 0, page ?? 0, increment ?? minute ?? 0, minute is not null ? 60 : next, first, next);
    }

    private ReadOnlySpan<char> Field(string column) => _places[Array.IndexOf(Columns, column)] is >= 0 and var place ? _csv[place] : [];

    private bool TryAmount(string column, out long? micro)
    {
        micro = null;
        var text = Field(column);
        if (text.IsEmpty)
            return true;
        if (!Money.TryParse(text, _currency, out var money) || money.MicroUnits is < 0 or > Routing.Rate.MaxAmount)
            return Is(column, $"\"{Short(text)}\" is no amount: digits with a point and at most six decimals, up to a million.");
        micro = money.MicroUnits;
        return true;
    }

    private bool TrySeconds(string column, out int seconds)
    {
        var text = Field(column);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds is >= 1 and <= Routing.Rate.MaxIncrement)
            return true;
        return Is(column, text.IsEmpty ? "A price for time needs it: seconds." : $"\"{Short(text)}\" is not 1 to {Routing.Rate.MaxIncrement} seconds.");
    }

    /// <summary>A moment, or a day of the deck's time zone: its beginning, or its end where a validity ends with it.</summary>
    private bool TryMoment(string column, bool isEnd, out DateTimeOffset? moment)
    {
        moment = null;
        var text = Field(column);
        if (text.IsEmpty)
            return true;
        if (DateTimeOffset.TryParseExact(text, MomentForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var exact) && HasZone(text))
        {
            moment = exact.ToUniversalTime();
            return true;
        }
        if (!DateTime.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) || local.Year is < 1980 or > 9000)
            return Is(column, $"\"{Short(text)}\" is no date such as 2026-11-24 or 2026-11-24T08:00:00Z.");
        if (isEnd && text.Length == DateForms[0].Length)
            local = local.AddDays(1);
        // An hour that a clock change leaves out: the one after it.
        if (_zone.IsInvalidTime(local))
            local = local.AddHours(1);
        moment = new DateTimeOffset(local, _zone.GetUtcOffset(local)).ToUniversalTime();
        return true;
    }

    private static bool HasZone(ReadOnlySpan<char> text) => text[^1] == 'Z' || text[10..].ContainsAny('+', '-');

    private static string Short(ReadOnlySpan<char> text) => text.Length > 40 ? string.Concat(text[..40], "…") : text.ToString();

    private RateRow? Bad(string column, string reason)
    {
        Is(column, reason);
        return null;
    }

    private Rate? BadRate(string column, string reason)
    {
        Is(column, reason);
        return null;
    }

    // False, always: what is asked for is not there.
    private bool Is(string column, string reason)
    {
        _badColumn = column;
        _badReason = reason;
        return false;
    }
}
