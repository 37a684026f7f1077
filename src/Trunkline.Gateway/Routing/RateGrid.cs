using System.Numerics;
using System.Runtime.CompilerServices;

namespace Trunkline.Gateway.Routing;

/// <summary>
/// A few decks side by side: one tree of all their prefixes, and for each prefix a row with a cell for each deck, which says what a number that begins
/// so costs by it. A number is looked up once for all of them, where each deck by itself would be another walk through memory.
/// </summary>
internal sealed class RateGrid
{
    /// <summary>Decks in one: a row is half a line of a processor's cache. More would make the rows of decks that have little in common long and equal.</summary>
    public const int Width = 8;

    /// <summary>A cell: the deck has no rate for such numbers.</summary>
    public const int None = -1;

    /// <summary>A cell: it depends on the time, and the deck itself is asked.</summary>
    public const int Timed = -2;

    private readonly PrefixTree _prefixes;
    private readonly Cells[] _rows;
    private readonly RateTable[] _tables;

    private RateGrid(PrefixTree prefixes, Cells[] rows, RateTable[] tables) => (_prefixes, _rows, _tables) = (prefixes, rows, tables);

    /// <summary>Bytes of its arrays.</summary>
    public long Size => _prefixes.Size + (long)_rows.Length * Unsafe.SizeOf<Cells>();

    /// <summary>A grid of at most <see cref="Width"/> tables.</summary>
    public static RateGrid Of(RateTable[] tables)
    {
        var prefixes = new List<RatePrefix>(tables.Max(t => t.Count));
        var rows = new List<Cells>(prefixes.Capacity);
        // What the next prefix begins with, the shortest first: what its own decks do not say, these say.
        var above = new Stack<int>();
        foreach (var (prefix, column, rate) in Merged(tables))
        {
            if (prefixes.Count == 0 || prefixes[^1] != prefix)
            {
                while (above.TryPeek(out var shorter) && !prefixes[shorter].IsPrefixOf(prefix))
                    above.Pop();
                rows.Add(above.TryPeek(out var next) ? rows[next] : Cells.Empty);
                above.Push(prefixes.Count);
                prefixes.Add(prefix);
            }
            var cells = rows[^1];
            cells[column] = rate >= 0 ? rate : Timed;
            rows[^1] = cells;
        }
        var tree = PrefixTree.Build([.. prefixes], out var order);
        return new RateGrid(tree, Array.ConvertAll(order, i => rows[i]), tables);
    }

    /// <summary>The row of a number; below zero when none of the decks has a rate for it.</summary>
    /// <param name="digits">Country code first.</param>
    public int Row(ReadOnlySpan<char> digits)
    {
        var row = _prefixes.Longest(digits);
        if (row < 0)
            return row;
        ReadOnlySpan<int> cells = _rows[row];
        for (var column = 0; column < _tables.Length; column++)
        {
            if (cells[column] >= 0)
                _tables[column].Prefetch(cells[column]);
        }
        return row;
    }

    /// <summary>What a deck says of the numbers of a row: the number of a rate, <see cref="None"/> or <see cref="Timed"/>.</summary>
    public int Cell(int row, int column) => row < 0 ? None : _rows[row][column];

    /// <summary>The rows of all tables in the order of their prefixes.</summary>
    private static IEnumerable<(RatePrefix Prefix, int Column, int Rate)> Merged(RateTable[] tables)
    {
        var next = new List<IEnumerator<(RatePrefix Prefix, int Rate)>>();
        try
        {
            var waiting = new PriorityQueue<int, (ulong Prefix, int Column)>(tables.Length);
            for (var column = 0; column < tables.Length; column++)
            {
                next.Add(tables[column].InOrder().GetEnumerator());
                if (next[column].MoveNext())
                    waiting.Enqueue(column, (next[column].Current.Prefix.Word, column));
            }
            while (waiting.TryDequeue(out var column, out _))
            {
                yield return (next[column].Current.Prefix, column, next[column].Current.Rate);
                if (next[column].MoveNext())
                    waiting.Enqueue(column, (next[column].Current.Prefix.Word, column));
            }
        }
        finally
        {
            foreach (var rows in next)
                rows.Dispose();
        }
    }

    [InlineArray(Width)]
    private struct Cells
    {
        private int _first;

        public static Cells Empty
        {
            get
            {
                var cells = default(Cells);
                ((Span<int>)cells).Fill(None);
                return cells;
            }
        }
    }
}
