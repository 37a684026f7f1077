namespace Trunkline.Rendering.Paper;

/// <summary>
/// Flat fills of a middle grey, such as the heads of tables, and the threshold at which each snaps. A fill with darker writing on it turns
/// white, so that the writing stays; one with lighter writing, or with none, turns black as the general threshold has it.
/// </summary>
internal sealed class FlatFills
{
    public const int Block = 16;
    private const int BinShift = 3;

    /// <summary>Fills darker or lighter than these snap the right way by themselves.</summary>
    private const int DarkestFill = 72;
    private const int LightestFill = 199;

    /// <summary>Percent of its dots that a block must have of one grey.</summary>
    private const int SmallestShare = 45;

    /// <summary>Grey steps within which dots and neighbouring blocks belong to one fill, and beyond which a dot is writing.</summary>
    private const int SameFill = 16;
    private const int Writing = 44;

    /// <summary>Strokes of writing are shorter than this, in dots of a row; frames and other fills are longer.</summary>
    private const int LongestStroke = 28;

    private readonly int _across;
    private readonly int _down;
    private readonly byte[] _level;
    private readonly int[] _fill;
    private readonly byte[] _threshold;

    private FlatFills(int across, int down, byte general)
    {
        (_across, _down) = (across, down);
        _level = new byte[across * down];
        _fill = new int[across * down];
        _threshold = new byte[across * down];
        Array.Fill(_threshold, general);
    }

    /// <summary>The fills of a page; null when there is none, as on most.</summary>
    public static FlatFills? Find(GreyImage page, byte generalThreshold)
    {
        var fills = new FlatFills((page.Width + Block - 1) / Block, (page.Height + Block - 1) / Block, generalThreshold);
        var any = false;
        var greys = fills.CountGreys(page);
        for (var block = 0; block < fills._level.Length; block++)
        {
            // Blocks of text hold far fewer greys.
            if (greys[block] * 100 > Block * Block * SmallestShare / 2)
                any |= (fills._level[block] = fills.Level(page, block)) != 0;
        }

        if (!any)
            return null;
        var count = fills.Label();
        fills.Decide(page, count);
        return fills;
    }

    /// <summary>The threshold of the block in which a dot lies.</summary>
    public byte Threshold(int x, int y) => _threshold[(y / Block * _across) + (x / Block)];

    /// <summary>Dots of a middle grey in each block.</summary>
    private int[] CountGreys(GreyImage page)
    {
        var counts = new int[_level.Length];
        for (var y = 0; y < page.Height; y++)
        {
            var row = page.Row(y);
            var first = y / Block * _across;
            for (var x = 0; x < row.Length; x++)
            {
                var next = row[x..].IndexOfAnyInRange((byte)DarkestFill, (byte)(LightestFill | ((1 << BinShift) - 1)));
                if (next < 0)
                    break;
                x += next;
                counts[first + (x / Block)]++;
            }
        }

        return counts;
    }

    /// <summary>The middle grey that enough of the block's dots have; 0 for none.</summary>
    private byte Level(GreyImage page, int block)
    {
        var (left, top) = (block % _across * Block, block / _across * Block);
        Span<int> bins = stackalloc int[256 >> BinShift];
        bins.Clear();
        var bottom = Math.Min(top + Block, page.Height);
        for (var y = top; y < bottom; y++)
        {
            foreach (var dot in page.Row(y).Slice(left, Block))
                bins[dot >> BinShift]++;
        }

        for (var bin = DarkestFill >> BinShift; bin <= LightestFill >> BinShift; bin++)
        {
            if (bins[bin] * 100 > (bottom - top) * Block * SmallestShare)
                return (byte)((bin << BinShift) + (1 << (BinShift - 1)));
        }

        return 0;
    }

    /// <summary>Numbers the connected fills from 1; returns how many.</summary>
    private int Label()
    {
        var count = 0;
        var waiting = new Stack<int>();
        for (var start = 0; start < _level.Length; start++)
        {
            if (_level[start] == 0 || _fill[start] != 0)
                continue;
            _fill[start] = ++count;
            waiting.Push(start);
            while (waiting.TryPop(out var block))
            {
                foreach (var neighbour in Around(block))
                {
                    if (_fill[neighbour] != 0 || _level[neighbour] == 0 || Math.Abs(_level[neighbour] - _level[block]) > SameFill)
                        continue;
                    _fill[neighbour] = count;
                    waiting.Push(neighbour);
                }
            }
        }

        return count;
    }

    private void Decide(GreyImage page, int count)
    {
        var darkStrokes = new int[count + 1];
        var lightStrokes = new int[count + 1];
        for (var y = 0; y < page.Height; y++)
            CountStrokes(page.Row(y), y / Block * _across, darkStrokes, lightStrokes);
        for (var block = 0; block < _fill.Length; block++)
        {
            var fill = _fill[block];
            if (fill == 0 || darkStrokes[fill] == 0 || darkStrokes[fill] < lightStrokes[fill])
                continue;
            var threshold = (byte)Math.Max(24, _level[block] - Writing + (SameFill / 2));
            _threshold[block] = threshold;

            // The fill ends somewhere within the blocks beside it.
            foreach (var neighbour in Around(block))
            {
                if (_fill[neighbour] == 0)
                    _threshold[neighbour] = Math.Min(_threshold[neighbour], threshold);
            }
        }
    }

    /// <summary>Counts what is darker or lighter than the fill and has the fill on both sides.</summary>
    private void CountStrokes(ReadOnlySpan<byte> row, int firstBlock, int[] dark, int[] light)
    {
        var (fill, level, lastFill, sawDark, sawLight) = (0, 0, -LongestStroke - 1, false, false);
        for (var x = 0; x < row.Length; x++)
        {
            var block = firstBlock + (x / Block);
            if (_fill[block] != 0)
                (fill, level) = (_fill[block], _level[block]);
            else if (x - lastFill > LongestStroke)
                x = (((x / Block) + 1) * Block) - 1;
            if (fill == 0)
                continue;
            var difference = row[x] - level;
            if (Math.Abs(difference) <= SameFill)
            {
                if (x - lastFill is > 1 and <= LongestStroke && sawDark != sawLight)
                    (sawDark ? dark : light)[fill]++;
                (lastFill, sawDark, sawLight) = (x, false, false);
            }

            sawDark |= difference < -Writing;
            sawLight |= difference > Writing;
        }
    }

    private IEnumerable<int> Around(int block)
    {
        var (x, y) = (block % _across, block / _across);
        for (var ny = Math.Max(0, y - 1); ny <= Math.Min(_down - 1, y + 1); ny++)
        for (var nx = Math.Max(0, x - 1); nx <= Math.Min(_across - 1, x + 1); nx++)
            yield return (ny * _across) + nx;
    }
}
