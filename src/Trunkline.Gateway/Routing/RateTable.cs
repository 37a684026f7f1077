using System.Numerics;
using System.Runtime.InteropServices;

namespace Trunkline.Gateway.Routing;

/// <summary>
/// The rows of a deck as a tree of digits in a few arrays: no object for each node, nothing that the garbage collector would have to follow. The
/// children of a node lie side by side, in the order of their digits. Immutable; looking up allocates nothing.
/// </summary>
internal sealed class RateTable
{
    private readonly Node[] _nodes;
    private readonly Entry[] _entries;
    private readonly Amounts[] _amounts;
    private readonly Validity[] _validities;
    private readonly string _currency;

    internal RateTable(string currency, Node[] nodes, Entry[] entries, Amounts[] amounts, Validity[] validities)
    {
        _currency = currency;
        _nodes = nodes;
        _entries = entries;
        _amounts = amounts;
        _validities = validities;
    }

    /// <summary>Bytes of its arrays.</summary>
    public long Size => (long)_nodes.Length * Marshal.SizeOf<Node>() + (long)_entries.Length * Marshal.SizeOf<Entry>()
        + (long)_amounts.Length * Marshal.SizeOf<Amounts>() + (long)_validities.Length * Marshal.SizeOf<Validity>();

    /// <summary>The rate of the longest prefix that has one at this time; false when none has.</summary>
    /// <param name="digits">Of the number, country code first.</param>
    /// <param name="at">When the delivery is placed.</param>
    /// <param name="zone">Of the deck, for its hours.</param>
    public bool TryFind(ReadOnlySpan<char> digits, DateTimeOffset at, TimeZoneInfo zone, out Rate rate, out int prefixLength)
    {
        // What has entries on the way, the longest last. A longer prefix without one for this time leaves it to a shorter.
        Span<int> found = stackalloc int[RatePrefix.MaxLength + 1];
        Span<int> lengths = stackalloc int[RatePrefix.MaxLength + 1];
        var count = 0;
        ref var node = ref _nodes[0];
        for (var depth = 0; ; depth++)
        {
            if (node.FirstEntry >= 0)
            {
                found[count] = node.FirstEntry;
                lengths[count++] = depth;
            }
            if (depth >= digits.Length || depth == RatePrefix.MaxLength)
                break;
            var bit = 1 << (digits[depth] - '0');
            if ((uint)(digits[depth] - '0') > 9 || (node.Digits & bit) == 0)
                break;
            node = ref _nodes[node.FirstChild + BitOperations.PopCount((uint)(node.Digits & (bit - 1)))];
        }
        while (count-- > 0)
        {
            if (EntryAt(found[count], at, zone) is >= 0 and var entry)
            {
                rate = _amounts[_entries[entry].Amounts].Rate(_currency);
                prefixLength = lengths[count];
                return true;
            }
        }
        rate = default;
        prefixLength = 0;
        return false;
    }

    private int EntryAt(int entry, DateTimeOffset at, TimeZoneInfo zone)
    {
        for (; ; entry++)
        {
            ref var candidate = ref _entries[entry];
            if (candidate.Validity == 0 || _validities[candidate.Validity].Contains(at, zone))
                return entry;
            if (candidate.IsLast)
                return -1;
        }
    }

    /// <summary>A digit on the way. Children begin at <paramref name="FirstChild"/>, one for each bit of <paramref name="Digits"/>.</summary>
    /// <param name="FirstEntry">-1 where no prefix ends.</param>
    internal readonly record struct Node(int FirstChild, int FirstEntry, ushort Digits);

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
