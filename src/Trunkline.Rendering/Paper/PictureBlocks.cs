namespace Trunkline.Rendering.Paper;

/// <summary>Which blocks of a page look like a picture or a gradient.</summary>
internal sealed class PictureBlocks
{
    /// <summary>Share of evidence in a block and its neighbours that makes it a picture, in percent.</summary>
    private const int PictureShare = 30;

    /// <summary>Blocks on written ground beside one that make it a part of the writing.</summary>
    private const int FewestWrittenAround = 3;

    private const int Block = PageBlocks.Size;
    private readonly int _across = PageBlocks.Across;
    private readonly int _down;
    private readonly bool[] _picture;

    private PictureBlocks(int down, bool[] picture) => (_down, _picture) = (down, picture);

    /// <summary>The pictures of a page; null when there is none, as on most.</summary>
    public static PictureBlocks? Find(PageBlocks page, Grounds grounds)
    {
        var strong = new bool[page.Evidence.Length];
        for (var i = 0; i < strong.Length; i++)
            strong[i] = page.Evidence[i] * 100 > Block * Block * PictureShare;
        if (!strong.Contains(true))
            return null;
        TakeOutWriting(strong, page, grounds);
        var blocks = new PictureBlocks(page.Down, strong);
        blocks.DropIslands();
        if (!strong.Contains(true))
            return null;
        blocks.Close(radius: 2);
        return blocks;
    }

    /// <summary>Blocks in all.</summary>
    public int Count => _picture.Count(p => p);

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

    /// <summary>Writing on a gradient is read, and not looked at: neither its ground nor the strokes between are a picture.</summary>
    private static void TakeOutWriting(bool[] strong, PageBlocks blocks, Grounds grounds)
    {
        var written = new bool[strong.Length];
        var any = false;
        for (var i = 0; i < strong.Length; i++)
            any |= written[i] = grounds.IsWrittenOn(i);
        if (!any)
            return;
        for (var i = 0; i < strong.Length; i++)
        {
            var count = 0;
            foreach (var near in blocks.Neighbours(i))
                count += written[near] ? 1 : 0;
            if (written[i] || count >= FewestWrittenAround)
                strong[i] = false;
        }
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
