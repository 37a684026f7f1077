namespace Trunkline.Rendering.Paper;

/// <summary>Which blocks of a page look like a picture or a gradient.</summary>
internal sealed class PictureBlocks
{
    private const int Block = 16;

    /// <summary>Dots outside this range are ink or paper whatever is around them.</summary>
    private const int DarkestTone = 28;
    private const int LightestTone = 228;

    /// <summary>Differences between neighbours above it are edges.</summary>
    private const int LargestSlope = 36;

    /// <summary>Slow gradients change by less than one grey a dot: look this far.</summary>
    private const int Far = 12;

    /// <summary>Share of evidence in a block and its neighbours that makes it a picture, in percent.</summary>
    private const int PictureShare = 30;

    private readonly int _across;
    private readonly int _down;
    private readonly bool[] _picture;

    private PictureBlocks(int across, int down, bool[] picture) => (_across, _down, _picture) = (across, down, picture);

    public static PictureBlocks Find(GreyImage page)
    {
        var across = (page.Width + Block - 1) / Block;
        var down = (page.Height + Block - 1) / Block;
        var evidence = Evidence(page, across, down);
        var strong = new bool[across * down];
        for (var i = 0; i < strong.Length; i++)
            strong[i] = evidence[i] * 100 > Block * Block * PictureShare;
        var blocks = new PictureBlocks(across, down, strong);
        blocks.DropIslands();
        blocks.Close(radius: 2);
        return blocks;
    }

    public bool AnyInRow(int y) => _picture.AsSpan(y / Block * _across, _across).Contains(true);

    /// <summary>The row in spans of dots, left to right, each snapped or picture.</summary>
    public IEnumerable<(int Start, int End, bool Picture)> Spans(int y)
    {
        var first = y / Block * _across;
        var start = 0;
        for (var block = 1; block <= _across; block++)
        {
            if (block < _across && _picture[first + block] == _picture[first + start])
                continue;
            yield return (start * Block, block * Block, _picture[first + start]);
            start = block;
        }
    }

    private static int[] Evidence(GreyImage page, int across, int down)
    {
        var evidence = new int[across * down];
        for (var y = 0; y + Far < page.Height; y++)
        {
            var row = page.Row(y);
            var below = page.Row(y + 1);
            var farBelow = page.Row(y + Far);
            var counts = evidence.AsSpan(y / Block * across, across);

            // Most of a page is ink or paper: leap from tone to tone.
            for (var x = NextTone(row, 0); x + Far < row.Length; x = NextTone(row, x + 1))
            {
                int dot = row[x];
                var slope = Math.Max(Math.Abs(dot - row[x + 1]), Math.Abs(dot - below[x]));
                var far = Math.Max(Math.Abs(dot - row[x + Far]), Math.Abs(dot - farBelow[x]));
                if (slope is > 0 and <= LargestSlope || (slope == 0 && far is > 0 and <= LargestSlope))
                    counts[x / Block]++;
            }
        }

        return evidence;
    }

    private static int NextTone(ReadOnlySpan<byte> row, int from)
    {
        var next = row[from..].IndexOfAnyInRange((byte)(DarkestTone + 1), (byte)(LightestTone - 1));
        return next < 0 ? row.Length : from + next;
    }

    /// <summary>A block alone or with one neighbour is an ornament of text, a seal or a coarse font, not a picture.</summary>
    private void DropIslands()
    {
        var seen = (bool[])_picture.Clone();
        for (var y = 0; y < _down; y++)
        for (var x = 0; x < _across; x++)
        {
            if (seen[(y * _across) + x] && CountAround(seen, x, y) < 4)
                _picture[(y * _across) + x] = false;
        }
    }

    /// <summary>Fills gaps: a flat sky is part of its photo, and a seam between snapped and dithered would show.</summary>
    private void Close(int radius)
    {
        for (var i = 0; i < radius; i++)
            Morph(grow: true);
        for (var i = 0; i < radius; i++)
            Morph(grow: false);
        Morph(grow: true);
    }

    private void Morph(bool grow)
    {
        var before = (bool[])_picture.Clone();
        for (var y = 0; y < _down; y++)
        for (var x = 0; x < _across; x++)
        {
            var around = CountAround(before, x, y);
            _picture[(y * _across) + x] = grow ? around > 0 : around == 9;
        }
    }

    /// <summary>Of the block and its eight neighbours; outside the page counts as the block itself, so that borders don't erode.</summary>
    private int CountAround(bool[] blocks, int x, int y)
    {
        var count = 0;
        for (var dy = -1; dy <= 1; dy++)
        for (var dx = -1; dx <= 1; dx++)
        {
            var (nx, ny) = (x + dx, y + dy);
            var inside = nx >= 0 && ny >= 0 && nx < _across && ny < _down;
            if (blocks[inside ? (ny * _across) + nx : (y * _across) + x])
                count++;
        }

        return count;
    }
}
