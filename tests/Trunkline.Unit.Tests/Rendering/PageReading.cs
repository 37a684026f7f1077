using Trunkline.Rendering.Paper;

namespace Trunkline.Unit.Tests.Rendering;

/// <summary>Looks at the dots of a page.</summary>
internal static class PageReading
{
    public static bool IsBlack(this BilevelPage page, int x, int y) => (page.Row(y)[x >> 3] & (0x80 >> (x & 7))) != 0;

    /// <summary>The smallest box around all black dots: left, top, right, bottom, both ends inside.</summary>
    public static (int Left, int Top, int Right, int Bottom) Ink(this BilevelPage page)
    {
        var (left, top, right, bottom) = (int.MaxValue, int.MaxValue, -1, -1);
        for (var y = 0; y < page.Rows; y++)
        for (var x = 0; x < Sheet.Width; x++)
        {
            if (!page.IsBlack(x, y))
                continue;
            (left, right) = (Math.Min(left, x), Math.Max(right, x));
            (top, bottom) = (Math.Min(top, y), y);
        }

        return (left, top, right, bottom);
    }

    /// <summary>Share of black dots, 0 to 1, in a box.</summary>
    public static double Darkness(this BilevelPage page, int left, int top, int right, int bottom)
    {
        var black = 0;
        for (var y = top; y < bottom; y++)
        for (var x = left; x < right; x++)
            black += page.IsBlack(x, y) ? 1 : 0;
        return black / (double)((right - left) * (bottom - top));
    }
}
