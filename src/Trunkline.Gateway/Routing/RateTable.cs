using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Trunkline.Gateway.Routing;

/// <summary>The rows of a deck: its prefixes as a <see cref="PrefixTree"/>, and what each costs and when. Immutable; looking up allocates nothing.</summary>
internal sealed class RateTable
{
    private readonly PrefixTree _prefixes;
    private readonly int[] _values;
    private readonly Entry[] _entries;
    private readonly Amounts[] _amounts;
    private readonly Validity[] _validities;
    private readonly string _currency;

    /// <param name="prefixes">Of all rows.</param>
    /// <param name="values">By place: an index of <paramref name="amounts"/>, or, below zero, the complement of an index of entries.</param>
    /// <param name="entries">Rows that hold only at times, or several of one prefix.</param>
    internal RateTable(string currency, PrefixTree prefixes, int[] values, Entry[] entries, Amounts[] amounts, Validity[] validities)
    {
        _currency = currency;
        _prefixes = prefixes;
        _values = values;
        _entries = entries;
        _amounts = amounts;
        _validities = validities;
    }

    /// <summary>Bytes of its arrays.</summary>
    public long Size => _prefixes.Size + (long)_values.Length * sizeof(int) + (long)_entries.Length * Unsafe.SizeOf<Entry>()
        + (long)_amounts.Length * Unsafe.SizeOf<Amounts>() + (long)_validities.Length * Unsafe.SizeOf<Validity>();

    /// <summary>Prefixes with a row.</summary>
    public int Count => _prefixes.Count;

    /// <summary>A hint to the processor that this rate will be asked for: those of several decks are fetched at once, where each would be waited for.</summary>
    public unsafe void Prefetch(int number)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref _amounts[number]));
    }

    /// <summary>A rate by its number.</summary>
    public Rate Rate(int number) => _amounts[number].Rate(_currency);

    /// <summary>The number of the rate of the longest prefix that has one at this time; -1 when none has.</summary>
    /// <param name="digits">Of the number, country code first.</param>
    /// <param name="at">When the delivery is placed.</param>
    /// <param name="zone">Of the deck, for its hours.</param>
    public int Find(ReadOnlySpan<char> digits, DateTimeOffset at, TimeZoneInfo zone, out int prefixLength)
    {
        // A longer one without a row for this time leaves it to a shorter.
        Span<(int Place, int Length)> found = stackalloc (int, int)[RatePrefix.MaxLength + 1];
        for (var i = _prefixes.All(digits, found) - 1; i >= 0; i--)
        {
            var value = _values[found[i].Place];
            var rate = value >= 0 ? value : RateAt(~value, at, zone);
            if (rate < 0)
                continue;
            prefixLength = found[i].Length;
            return rate;
        }
        prefixLength = 0;
        return -1;
    }

    /// <summary>The prefixes in their order, each with the number of its rate, or -1 where that depends on the time.</summary>
    public IEnumerable<(RatePrefix Prefix, int Rate)> InOrder() => _prefixes.InOrder().Select(p => (p.Prefix, Math.Max(-1, _values[p.Place])));

    /// <summary>Of the rows of one prefix, the rate of the first that holds; -1 when none does.</summary>
    private int RateAt(int entry, DateTimeOffset at, TimeZoneInfo zone)
    {
        for (; ; entry++)
        {
            ref readonly var candidate = ref _entries[entry];
            if (candidate.Validity == 0 || _validities[candidate.Validity].Contains(at, zone))
                return candidate.Amounts;
            if (candidate.IsLast)
                return -1;
        }
    }

    /// <summary>A row: what it costs, and when. Those of one prefix lie side by side, the one that counts first.</summary>
    /// <param name="Validity">0 for always.</param>
    internal readonly record struct Entry(int Amounts, int Validity, bool IsLast);

    /// <summary>Amounts of rows; many rows of a deck share the same. Without a reference in it, the garbage collector has nothing to follow.</summary>
    internal readonly record struct Amounts(long ConnectFee, long PerPage, long PerTime, short PricedSeconds, short First, short Next)
    {
        public Rate Rate(string currency) => Routing.Rate.Unchecked(currency, ConnectFee, PerPage, PerTime, PricedSeconds, First, Next);
    }

    /// <summary>When a row holds: Unix milliseconds, the second not included, and hours of the week where <paramref name="HasBand"/>.</summary>
    internal readonly record struct Validity(long From, long To, bool HasBand, RateBand Band)
    {
        public bool Contains(DateTimeOffset at, TimeZoneInfo zone)
        {
            var moment = at.ToUnixTimeMilliseconds();
            return moment >= From && moment < To && (!HasBand || Band.Contains(at.UtcDateTime + zone.GetUtcOffset(at)));
        }
    }
}
