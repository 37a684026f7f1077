using System.Runtime.InteropServices;

namespace Trunkline.Gateway.Routing;

/// <summary>Makes a <see cref="RateTable"/> of rows in any order.</summary>
internal sealed class RateTableBuilder(string currency)
{
    private readonly List<Row> _rows = [];
    private readonly List<RateTable.Amounts> _amounts = [];
    private readonly Dictionary<RateTable.Amounts, int> _amountsAt = [];
    private readonly List<RateTable.Validity> _validities = [new(long.MinValue, long.MaxValue, false, default)];
    private readonly Dictionary<RateTable.Validity, int> _validityAt = [];

    public void Add(RateRow row)
    {
        var rate = row.Rate;
        var amounts = new RateTable.Amounts(
            rate.ConnectFee, rate.PerPage, rate.PerTime, (short)rate.PricedSeconds, (short)rate.FirstIncrement, (short)rate.NextIncrement);
        var validity = row.ValidFrom is null && row.ValidTo is null && row.Band is null
            ? 0
            : Place(_validities, _validityAt, new RateTable.Validity(
                row.ValidFrom?.ToUnixTimeMilliseconds() ?? long.MinValue, row.ValidTo?.ToUnixTimeMilliseconds() ?? long.MaxValue, row.Band is not null, row.Band ?? default));
        _rows.Add(new Row(row.Prefix, Place(_amounts, _amountsAt, amounts), validity, _rows.Count));
    }

    /// <summary>The table. Of two rows of one prefix that hold at once, the one with hours of the week counts, then the one that began later.</summary>
    public RateTable Build()
    {
        var rows = CollectionsMarshal.AsSpan(_rows);
        rows.Sort((a, b) =>
        {
            var order = a.Prefix.CompareTo(b.Prefix);
            if (order == 0)
                order = _validities[b.Validity].HasBand.CompareTo(_validities[a.Validity].HasBand);
            if (order == 0)
                order = _validities[b.Validity].From.CompareTo(_validities[a.Validity].From);
            return order != 0 ? order : a.Ordinal.CompareTo(b.Ordinal);
        });
        var (nodes, values, entries) = (new List<RateTable.Node>(rows.Length / 2 + 16) { default }, new List<int>(rows.Length), new List<RateTable.Entry>());
        // Nodes that are not filled in yet, and the rows that lie below them. What lies below a node's first child comes before what lies below its second:
        // the way of one number stays within a few pages of memory.
        var open = new Stack<(int Node, int From, int To, int Depth)>([(0, 0, rows.Length, 0)]);
        Span<(int From, int To)> children = stackalloc (int, int)[100];
        while (open.TryPop(out var next))
        {
            var firstValue = values.Count;
            var firstChild = nodes.Count;
            ulong low = 0, high = 0;
            var count = 0;
            var ends = Ending(rows, next.From, next.To, next.Depth, values, entries, out var from) ? RateTable.Node.Itself : 0;
            while (from < next.To)
            {
                var first = rows[from].Prefix.DigitAt(next.Depth);
                var end = EndOf(rows, from, next.To, next.Depth, first);
                if (Ending(rows, from, end, next.Depth + 1, values, entries, out from))
                    ends |= 1 << first;
                for (; from < end; from = children[count++].To)
                {
                    var second = rows[from].Prefix.DigitAt(next.Depth + 1);
                    var pair = first * 10 + second;
                    low |= pair < 64 ? 1UL << pair : 0;
                    high |= pair < 64 ? 0 : 1UL << (pair - 64);
                    children[count] = (from, EndOf(rows, from, end, next.Depth + 1, second));
                    nodes.Add(default);
                }
            }
            nodes[next.Node] = new RateTable.Node(low, high, firstChild, firstValue, (ushort)ends);
            // The last one pushed is the first that is taken up.
            for (var child = count - 1; child >= 0; child--)
                open.Push((firstChild + child, children[child].From, children[child].To, next.Depth + 2));
        }
        return new RateTable(currency, [.. nodes], [.. values], [.. entries], [.. _amounts], [.. _validities]);
    }

    /// <summary>Adds the value of the prefix that ends at this depth, if one does; <paramref name="rest"/> is the first row that goes on.</summary>
    private static bool Ending(ReadOnlySpan<Row> rows, int from, int to, int depth, List<int> values, List<RateTable.Entry> entries, out int rest)
    {
        rest = from;
        while (rest < to && rows[rest].Prefix.DigitAt(depth) < 0)
            rest++;
        if (rest == from)
            return false;
        if (rest == from + 1 && rows[from].Validity == 0)
            values.Add(rows[from].Amounts);
        else
        {
            values.Add(~entries.Count);
            for (var i = from; i < rest; i++)
                entries.Add(new RateTable.Entry(rows[i].Amounts, rows[i].Validity, i + 1 == rest));
        }
        return true;
    }

    private static int EndOf(ReadOnlySpan<Row> rows, int from, int to, int depth, int digit)
    {
        while (from < to)
        {
            var middle = from + (to - from) / 2;
            if (rows[middle].Prefix.DigitAt(depth) <= digit)
                from = middle + 1;
            else
                to = middle;
        }
        return from;
    }

    private static int Place<T>(List<T> all, Dictionary<T, int> places, T value) where T : notnull
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, value, out var isKnown);
        if (!isKnown)
        {
            place = all.Count;
            all.Add(value);
        }
        return place;
    }

    private readonly record struct Row(RatePrefix Prefix, int Amounts, int Validity, int Ordinal);
}
