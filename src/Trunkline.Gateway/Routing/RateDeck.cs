namespace Trunkline.Gateway.Routing;

/// <summary>A deck in memory.</summary>
public sealed class RateDeck
{
    private readonly TimeZoneInfo _zone;

    private RateDeck(RateDeckInfo info, RateTable table)
    {
        Info = info;
        Table = table;
        // The importer has looked at it; a machine that has lost its time zones since then reads the hours as UTC rather than not at all.
        _zone = TimeZoneInfo.TryFindSystemTimeZoneById(info.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
    }

    public RateDeckInfo Info { get; }

    /// <summary>Bytes that its rows take.</summary>
    public long Size => Table.Size;

    internal RateTable Table { get; }

    /// <summary>A deck whose rows are to come, in any order.</summary>
    public static Building Begin(RateDeckInfo info) => new(info);

    /// <summary>The rate of the longest prefix of a number that has one at this time; false when none has.</summary>
    /// <param name="digits">Country code first, without a plus sign; empty for what is no telephone number.</param>
    /// <param name="prefixLength">Of the digits, those that chose the rate.</param>
    public bool TryFind(ReadOnlySpan<char> digits, DateTimeOffset at, out Rate rate, out int prefixLength)
    {
        var number = Find(digits, at, out prefixLength);
        rate = number < 0 ? default : Rate(number);
        return number >= 0;
    }

    /// <summary>The same rate as its number among those of the deck; -1 for none.</summary>
    internal int Find(ReadOnlySpan<char> digits, DateTimeOffset at, out int prefixLength) => Table.Find(digits, at, _zone, out prefixLength);

    /// <summary>A rate by its number.</summary>
    internal Rate Rate(int number) => Table.Rate(number);

    /// <summary>Takes the rows of a deck.</summary>
    public sealed class Building
    {
        private readonly RateDeckInfo _info;
        private readonly RateTableBuilder _builder;

        internal Building(RateDeckInfo info)
        {
            _info = info;
            _builder = new RateTableBuilder(info.Currency);
        }

        public void Add(RateRow row) => _builder.Add(row);

        /// <summary>The deck; no row is added after it.</summary>
        public RateDeck Finish() => new(_info, _builder.Build());
    }
}
