using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Trunkline.Rendering.Paper;

/// <summary>
/// A page in blocks of 16×16 dots, and what each block is like: its extremes, the grey that most of it has, and how much of it looks like a
/// picture. Sixteen dots are one vector, so that a page is surveyed in about a thousandth of a second.
/// </summary>
internal sealed class PageBlocks
{
    public const int Size = 16;
    public const int Across = Sheet.Width / Size;

    /// <summary>No grey has a share large enough.</summary>
    public const short NoLevel = -1;

    /// <summary>Grey steps within which dots are of one level.</summary>
    private const int LevelSpread = 6;

    /// <summary>Percent of its dots that a block must have of one level.</summary>
    private const int LevelShare = 45;

    /// <summary>Dots outside this range are ink or paper whatever is around them.</summary>
    private const byte DarkestTone = 28;
    private const byte LightestTone = 228;

    /// <summary>Differences between neighbours above it are edges.</summary>
    private const byte LargestSlope = 36;

    /// <summary>Slow gradients change by less than one grey a dot: look this far.</summary>
    private const byte Far = 12;

    private readonly GreyImage _page;

    private PageBlocks(GreyImage page)
    {
        _page = page;
        Down = (page.Height + Size - 1) / Size;
        Darkest = new byte[Across * Down];
        Lightest = new byte[Across * Down];
        Level = new short[Across * Down];
        Evidence = new ushort[Across * Down];
    }

    public int Down { get; }

    public byte[] Darkest { get; }

    public byte[] Lightest { get; }

    /// <summary>The grey of the ground on which a block's drawing lies, or <see cref="NoLevel"/>.</summary>
    public short[] Level { get; }

    /// <summary>Dots that speak for a picture: neither ink nor paper, and a little different from their neighbours. Of 256 in a block.</summary>
    public ushort[] Evidence { get; }

    public static PageBlocks Survey(GreyImage page)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(page.Width, Sheet.Width);
        var blocks = new PageBlocks(page);
        for (var y = 0; y < blocks.Down; y++)
        for (var x = 0; x < Across; x++)
            blocks.Survey(x, y);
        return blocks;
    }

    /// <summary>The blocks around one and itself, within the page.</summary>
    public Around Neighbours(int block) => new(block, Down);

    private void Survey(int x, int y)
    {
        var block = (y * Across) + x;
        var rows = Math.Min(Size, _page.Height - (y * Size));
        ref var first = ref Dot(x * Size, y * Size);
        var darkest = Vector128.LoadUnsafe(ref first);
        var lightest = darkest;
        for (var row = 1; row < rows; row++)
        {
            var dots = Vector128.LoadUnsafe(ref first, (nuint)(row * Sheet.Width));
            darkest = Vector128.Min(darkest, dots);
            lightest = Vector128.Max(lightest, dots);
        }

        (Darkest[block], Lightest[block]) = (Least(darkest), (byte)~Least(~lightest));
        Level[block] = LevelOf(block, x, y, rows);

        // On paper there are fringes of writing and no picture; the white within a photo is filled in later.
        if (Level[block] < Grounds.Paper && Lightest[block] > DarkestTone && Darkest[block] < LightestTone && Lightest[block] > Darkest[block])
            Evidence[block] = x == Across - 1 ? Evidence[block - 1] : EvidenceOf(x, y);
    }

    /// <summary>The level of the block beside or above, when it is this one's too; else of one of a few dots.</summary>
    private short LevelOf(int block, int x, int y, int rows)
    {
        if (Lightest[block] - Darkest[block] <= LevelSpread)
            return Darkest[block];
        if (x > 0 && HasLevel(Level[block - 1], x, y, rows))
            return Level[block - 1];
        if (y > 0 && HasLevel(Level[block - Across], x, y, rows))
            return Level[block - Across];
        for (var i = 0; i < Size; i += 2)
        {
            var level = Dot((x * Size) + ((i * 7) % Size), (y * Size) + (i % rows));
            if (HasLevel(level, x, y, rows))
                return level;
        }

        return NoLevel;
    }

    private bool HasLevel(short level, int x, int y, int rows)
    {
        if (level == NoLevel)
            return false;
        ref var first = ref Dot(x * Size, y * Size);
        var least = Vector128.Create((byte)Math.Max(0, level - LevelSpread));
        var most = Vector128.Create((byte)Math.Min(byte.MaxValue, level + LevelSpread));
        var count = Vector128<byte>.Zero;
        for (var row = 0; row < rows; row++)
        {
            var dots = Vector128.LoadUnsafe(ref first, (nuint)(row * Sheet.Width));
            count -= Vector128.Equals(Vector128.Min(Vector128.Max(dots, least), most), dots);
        }

        return Total(count) * 100 > rows * Size * LevelShare;
    }

    private ushort EvidenceOf(int x, int y)
    {
        var rows = Math.Min(Size, _page.Height - Far - (y * Size));
        ref var first = ref Dot(x * Size, y * Size);
        var count = Vector128<byte>.Zero;
        for (var row = 0; row < rows; row++)
        {
            var at = (nuint)(row * Sheet.Width);
            var dots = Vector128.LoadUnsafe(ref first, at);
            var isTone = Vector128.GreaterThan(dots, Vector128.Create(DarkestTone)) & Vector128.LessThan(dots, Vector128.Create(LightestTone));
            if (isTone == Vector128<byte>.Zero)
                continue;
            var near = Vector128.Max(Apart(dots, Vector128.LoadUnsafe(ref first, at + 1)), Apart(dots, Vector128.LoadUnsafe(ref first, at + Sheet.Width)));
            var far = Vector128.Max(Apart(dots, Vector128.LoadUnsafe(ref first, at + Far)), Apart(dots, Vector128.LoadUnsafe(ref first, at + (Far * Sheet.Width))));
            var isFlat = Vector128.Equals(near, Vector128<byte>.Zero);
            count -= isTone & (IsSlope(near, LargestSlope) | (isFlat & IsSlope(far, Far)));
        }

        return (ushort)Total(count);
    }

    private static Vector128<byte> IsSlope(Vector128<byte> difference, byte largest) =>
        Vector128.GreaterThan(difference, Vector128<byte>.Zero) & Vector128.LessThanOrEqual(difference, Vector128.Create(largest));

    private static Vector128<byte> Apart(Vector128<byte> a, Vector128<byte> b) => Vector128.Max(a, b) - Vector128.Min(a, b);

    private static int Total(Vector128<byte> counts)
    {
        var (low, high) = Vector128.Widen(counts);
        return Vector128.Sum(low + high);
    }

    private static byte Least(Vector128<byte> dots)
    {
        dots = Vector128.Min(dots, Vector128.Shuffle(dots.AsUInt64(), Vector128.Create(1UL, 0UL)).AsByte());
        var rest = dots.AsUInt64().ToScalar();
        var least = byte.MaxValue;
        for (var i = 0; i < 8; i++, rest >>= 8)
            least = Math.Min(least, (byte)rest);
        return least;
    }

    private ref byte Dot(int x, int y) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_page.Dots), (y * Sheet.Width) + x);

    /// <summary>Walks over a block and those around it.</summary>
    public struct Around
    {
        private readonly int _left;
        private readonly int _right;
        private readonly int _bottom;
        private int _x;
        private int _y;

        public Around(int block, int down)
        {
            var (x, y) = (block % Across, block / Across);
            (_left, _right, _bottom) = (Math.Max(0, x - 1), Math.Min(Across - 1, x + 1), Math.Min(down - 1, y + 1));
            (_x, _y) = (_left - 1, Math.Max(0, y - 1));
        }

        public readonly int Current => (_y * Across) + _x;

        public readonly Around GetEnumerator() => this;

        public bool MoveNext()
        {
            if (++_x <= _right)
                return true;
            _x = _left;
            return ++_y <= _bottom;
        }
    }
}
