namespace Trunkline.Rendering.Paper;

/// <summary>
/// What writing stands on: fills of one grey, or of one that changes slowly, and of each whether it becomes black or white. A fill with darker
/// writing turns white, so that the writing stays; one with lighter writing, or with none, turns black, unless it is as light as paper.
/// </summary>
internal sealed class Grounds
{
    /// <summary>From here on a level is paper.</summary>
    public const int Paper = 240;

    /// <summary>Three quarters of white: fills from here on turn white. Measured best by OCR over 0.5 to 0.9.</summary>
    public const int LightestBlack = 191;

    /// <summary>Up to here a ground is black whatever is on it: nobody writes darker than this, and what looks so is the grain of a dark photograph.</summary>
    private const int DarkestWrittenOn = 64;

    /// <summary>Grey steps within which neighbouring blocks, and dots, belong to one fill, and beyond which a dot is writing.</summary>
    private const int SameFill = 16;
    private const int Writing = 36;

    /// <summary>Strokes of writing are shorter than this, in dots of a row; frames and other fills are longer.</summary>
    private const int LongestStroke = 28;

    /// <summary>Every so many rows strokes are counted.</summary>
    private const int RowStep = 2;

    /// <summary>Strokes that make writing: fewer may be anything, such as a mast before a sky.</summary>
    private const int FewestStrokes = 150;

    /// <summary>Blocks of the shortest bar, and of the shortest column: longer than a stroke of large letters is.</summary>
    private const int ShortestBar = 6;
    private const int ShortestColumn = 20;

    private const int NoFill = -1;

    /// <summary>No fewer strokes than one in so many blocks: a slide has large letters and much room.</summary>
    private const int BlocksOfAStroke = 8;

    private readonly PageBlocks _blocks;
    private readonly int[] _fill;
    private readonly int[] _sizes;
    private readonly int[] _dark;
    private readonly int[] _light;

    private Grounds(PageBlocks blocks)
    {
        _blocks = blocks;
        _fill = new int[blocks.Level.Length];
        var count = Label();
        (_sizes, _dark, _light) = (new int[count + 1], new int[count + 1], new int[count + 1]);
    }

    /// <summary>The fills of a page. Most pages have none, and cost nothing more.</summary>
    public static Grounds Find(GreyImage page, PageBlocks blocks)
    {
        var grounds = new Grounds(blocks);
        if (grounds._sizes.Length == 1)
            return grounds;
        foreach (var fill in grounds._fill)
            grounds._sizes[fill]++;
        for (var y = 0; y < page.Height; y += RowStep)
            grounds.CountStrokes(page.Row(y), y / PageBlocks.Size * PageBlocks.Across);
        return grounds;
    }

    /// <summary>True when a block lies on a fill, and not on paper or on nothing that has one grey.</summary>
    public bool IsFill(int block) => _fill[block] != 0;

    /// <summary>True when the fill of a block is to be black.</summary>
    public bool IsBlack(int block)
    {
        var fill = _fill[block];
        if (_blocks.Level[block] >= LightestBlack)
            return false;
        return _dark[fill] == 0 || _dark[fill] < _light[fill] || _blocks.Level[block] < DarkestWrittenOn;
    }

    /// <summary>True when a block's fill is there to be written on: it has much writing, all lighter or all darker. Then it is no picture.</summary>
    public bool IsWrittenOn(int block)
    {
        var fill = _fill[block];
        var (few, many) = (Math.Min(_dark[fill], _light[fill]), Math.Max(_dark[fill], _light[fill]));
        return fill != 0 && many > FewestStrokes && many * BlocksOfAStroke > _sizes[fill] && few * 10 < many;
    }

    /// <summary>Numbers the connected fills from 1; returns how many.</summary>
    private int Label()
    {
        var count = 0;
        var waiting = new Stack<int>();
        var members = new List<int>();
        for (var start = 0; start < _fill.Length; start++)
        {
            if (_fill[start] != 0 || _blocks.Level[start] is PageBlocks.NoLevel or >= Paper)
                continue;
            _fill[start] = ++count;
            waiting.Push(start);
            members.Clear();
            while (waiting.TryPop(out var block))
            {
                members.Add(block);
                foreach (var neighbour in _blocks.Neighbours(block))
                {
                    if (_fill[neighbour] != 0 || _blocks.Level[neighbour] is PageBlocks.NoLevel or >= Paper
                        || Math.Abs(_blocks.Level[neighbour] - _blocks.Level[block]) > SameFill)
                        continue;
                    _fill[neighbour] = count;
                    waiting.Push(neighbour);
                }
            }

            if (IsGround(members))
                continue;
            foreach (var block in members)
                (_fill[block], _blocks.Level[block]) = (NoFill, PageBlocks.NoLevel);
            count--;
        }

        _fill.AsSpan().Replace(NoFill, 0);
        return count;
    }

    /// <summary>Something to write on is four blocks in a square, or a bar; less is a stroke of large letters.</summary>
    private bool IsGround(List<int> members)
    {
        var fill = _fill[members[0]];
        var (left, right, top, bottom) = (PageBlocks.Across, 0, _blocks.Down, 0);
        foreach (var block in members)
        {
            var (x, y) = (block % PageBlocks.Across, block / PageBlocks.Across);
            (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
            if (x + 1 < PageBlocks.Across && y + 1 < _blocks.Down && _fill[block + 1] == fill
                && _fill[block + PageBlocks.Across] == fill && _fill[block + PageBlocks.Across + 1] == fill)
                return true;
        }

        return right - left >= ShortestBar || bottom - top >= ShortestColumn;
    }

    /// <summary>Counts what is darker or lighter than a fill and has the fill on both sides.</summary>
    private void CountStrokes(ReadOnlySpan<byte> row, int firstBlock)
    {
        var (fill, level, last, sawDark, sawLight) = (0, 0, -LongestStroke - 1, false, false);
        for (var x = 0; x < row.Length; x += PageBlocks.Size)
        {
            var block = firstBlock + (x / PageBlocks.Size);
            if (_fill[block] != 0)
            {
                if (_fill[block] != fill)
                    (last, sawDark, sawLight) = (-LongestStroke - 1, false, false);
                (fill, level) = (_fill[block], _blocks.Level[block]);
            }
            else if (x - last > LongestStroke)
                continue;
            for (var i = x; i < x + PageBlocks.Size; i++)
            {
                // Most dots are the fill itself.
                var other = row[i..(x + PageBlocks.Size)].IndexOfAnyExceptInRange((byte)Math.Max(0, level - SameFill), (byte)Math.Min(255, level + SameFill));
                if (other != 0)
                {
                    if (i - last <= LongestStroke && sawDark != sawLight)
                        (sawDark ? _dark : _light)[fill]++;
                    (sawDark, sawLight) = (false, false);
                    i = other < 0 ? x + PageBlocks.Size : i + other;
                    last = i - 1;
                    if (other < 0)
                        break;
                }

                sawDark |= row[i] < level - Writing;
                sawLight |= row[i] > level + Writing;
            }
        }
    }
}
