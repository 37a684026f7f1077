using System.Numerics;
using System.Runtime.CompilerServices;

namespace Trunkline.Gateway.Routing;

/// <summary>
/// The rows of a deck as a tree in a few arrays: no object for each node, nothing that the garbage collector would have to follow. A node takes two
/// digits at once, since each step is a wait for memory; its children lie side by side, in the order of their digits. Immutable; looking up allocates
/// nothing.
/// </summary>
internal sealed class RateTable
{
    private readonly Node[] _nodes;
    private readonly int[] _values;
    private readonly Entry[] _entries;
    private readonly Amounts[] _amounts;
    private readonly Validity[] _validities;
    private readonly string _currency;

    internal RateTable(string currency, Node[] nodes, int[] values, Entry[] entries, Amounts[] amounts, Validity[] validities)
    {
        _currency = currency;
        _nodes = nodes;
        _values = values;
        _entries = entries;
        _amounts = amounts;
        _validities = validities;
    }

    /// <summary>Bytes of its arrays.</summary>
    public long Size => (long)_nodes.Length * Unsafe.SizeOf<Node>() + (long)_values.Length * sizeof(int) + (long)_entries.Length * Unsafe.SizeOf<Entry>()
        + (long)_amounts.Length * Unsafe.SizeOf<Amounts>() + (long)_validities.Length * Unsafe.SizeOf<Validity>();

    /// <summary>The rate of the longest prefix that has one at this time; false when none has.</summary>
    /// <param name="digits">Of the number, country code first.</param>
    /// <param name="at">When the delivery is placed.</param>
    /// <param name="zone">Of the deck, for its hours.</param>
    public bool TryFind(ReadOnlySpan<char> digits, DateTimeOffset at, TimeZoneInfo zone, out Rate rate, out int prefixLength)
    {
        // Where prefixes of the number end, the longest last. A longer one without a row for this time leaves it to a shorter.
        Span<(int Value, int Length)> ends = stackalloc (int, int)[RatePrefix.MaxLength + 1];
        var count = Walk(digits, ends);
        while (count-- > 0)
        {
            var value = _values[ends[count].Value];
            var amounts = value >= 0 ? value : AmountsAt(~value, at, zone);
            if (amounts < 0)
                continue;
            rate = _amounts[amounts].Rate(_currency);
            prefixLength = ends[count].Length;
            return true;
        }
        rate = default;
        prefixLength = 0;
        return false;
    }

    private int Walk(ReadOnlySpan<char> digits, Span<(int Value, int Length)> ends)
    {
        var count = 0;
        ref readonly var node = ref _nodes[0];
        for (var depth = 0; ; depth += 2)
        {
            if (node.EndsItself)
                ends[count++] = (node.FirstValue, depth);
            if (depth >= digits.Length || (uint)(digits[depth] - '0') > 9)
                return count;
            var first = digits[depth] - '0';
            if (node.EndsAfter(first))
                ends[count++] = (node.ValueAfter(first), depth + 1);
            if (depth + 1 >= digits.Length || depth + 1 >= RatePrefix.MaxLength || (uint)(digits[depth + 1] - '0') > 9)
                return count;
            var child = node.Child(first * 10 + digits[depth + 1] - '0');
            if (child < 0)
                return count;
            node = ref _nodes[child];
        }
    }

    /// <summary>Of the rows of one prefix, the amounts of the first that holds; -1 when none does.</summary>
    private int AmountsAt(int entry, DateTimeOffset at, TimeZoneInfo zone)
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

    /// <summary>
    /// Two digits on the way. A value is an index of amounts, or, below zero, the complement of an index of entries: rows that hold only at times, or
    /// several of one prefix.
    /// </summary>
    /// <param name="Low">A bit for each pair of digits from 00 to 63 that goes on.</param>
    /// <param name="High">The same from 64 to 99.</param>
    /// <param name="FirstChild">The node of the lowest pair; the others follow it.</param>
    /// <param name="FirstValue">The value of the prefix that ends at this node, if one does; then those of the prefixes that end one digit later.</param>
    /// <param name="Ends">A bit for each digit after which a prefix ends, and bit ten for the node itself.</param>
    internal readonly record struct Node(ulong Low, ulong High, int FirstChild, int FirstValue, ushort Ends)
    {
        /// <summary>Of <see cref="Ends"/>.</summary>
        public const int Itself = 1 << 10;

        public bool EndsItself => (Ends & Itself) != 0;

        public bool EndsAfter(int digit) => (Ends & 1 << digit) != 0;

        public int ValueAfter(int digit) => FirstValue + (Ends >> 10) + BitOperations.PopCount((uint)(Ends & ((1 << digit) - 1)));

        /// <summary>The node behind a pair of digits, or -1.</summary>
        public int Child(int pair)
        {
            if (pair < 64)
                return (Low >> pair & 1) != 0 ? FirstChild + BitOperations.PopCount(Low & ((1UL << pair) - 1)) : -1;
            return (High >> (pair - 64) & 1) != 0
                ? FirstChild + BitOperations.PopCount(Low) + BitOperations.PopCount(High & ((1UL << (pair - 64)) - 1))
                : -1;
        }
    }

    /// <summary>A row: what it costs, and when. Those of one prefix lie side by side, the one that counts first.</summary>
    /// <param name="Validity">0 for always.</param>
    internal readonly record struct Entry(int Amounts, int Validity, bool IsLast);

    /// <summary>Amounts of rows; many rows of a deck share the same.</summary>
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
