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
        var (prefixes, byPrefix, entries) = (new List<RatePrefix>(rows.Length), new List<int>(rows.Length), new List<RateTable.Entry>());
        for (int from = 0, to; from < rows.Length; from = to)
        {
            to = from + 1;
            while (to < rows.Length && rows[to].Prefix == rows[from].Prefix)
                to++;
            prefixes.Add(rows[from].Prefix);
            byPrefix.Add(to == from + 1 && rows[from].Validity == 0 ? rows[from].Amounts : ~entries.Count);
            if (byPrefix[^1] < 0)
                Enter(rows[from..to], entries);
        }
        var tree = PrefixTree.Build(CollectionsMarshal.AsSpan(prefixes), out var order);
        return new RateTable(currency, tree, Array.ConvertAll(order, i => byPrefix[i]), [.. entries], [.. _amounts], [.. _validities]);
    }

    private static void Enter(ReadOnlySpan<Row> rows, List<RateTable.Entry> entries)
    {
        for (var i = 0; i < rows.Length; i++)
            entries.Add(new RateTable.Entry(rows[i].Amounts, rows[i].Validity, i + 1 == rows.Length));
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
