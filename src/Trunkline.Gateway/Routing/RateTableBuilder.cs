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
        var entries = new RateTable.Entry[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            entries[i] = new RateTable.Entry(rows[i].Amounts, rows[i].Validity, i + 1 == rows.Length || rows[i + 1].Prefix != rows[i].Prefix);
        return new RateTable(currency, Nodes(rows), entries, [.. _amounts], [.. _validities]);
    }

    /// <summary>
    /// The children of a node are put side by side, and what lies below the first of them comes before what lies below the second: the way of one number
    /// stays within a few pages of memory.
    /// </summary>
    private static RateTable.Node[] Nodes(ReadOnlySpan<Row> rows)
    {
        var nodes = new List<RateTable.Node>(rows.Length + 16) { default };
        // Nodes whose children are not placed yet, and the rows that lie below them.
        var open = new Stack<(int Node, int From, int To, int Depth)>([(0, 0, rows.Length, 0)]);
        Span<(int From, int To)> children = stackalloc (int, int)[10];
        while (open.TryPop(out var next))
        {
            var (i, from, to, depth) = next;
            var first = from;
            while (first < to && rows[first].Prefix.DigitAt(depth) < 0)
                first++;
            var entry = first > from ? from : -1;
            var firstChild = nodes.Count;
            ushort digits = 0;
            var count = 0;
            while (first < to)
            {
                var digit = rows[first].Prefix.DigitAt(depth);
                var end = EndOf(rows, first, to, depth, digit);
                digits |= (ushort)(1 << digit);
                nodes.Add(default);
                children[count++] = (first, end);
                first = end;
            }
            // The last one pushed is the first that is taken up.
            for (var child = count - 1; child >= 0; child--)
                open.Push((firstChild + child, children[child].From, children[child].To, depth + 1));
            nodes[i] = new RateTable.Node(firstChild, entry, digits);
        }
        return [.. nodes];
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
