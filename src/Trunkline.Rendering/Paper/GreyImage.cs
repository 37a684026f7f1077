namespace Trunkline.Rendering.Paper;

/// <summary>Grey dots, one byte each, 0 black to 255 white, row by row without padding.</summary>
internal sealed class GreyImage
{
    public GreyImage(int width, int height)
        : this(width, height, new byte[checked(width * height)])
    {
    }

    public GreyImage(int width, int height, byte[] dots)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNotEqual(dots.Length, width * height);
        (Width, Height, Dots) = (width, height, dots);
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Dots { get; }

    public static GreyImage White(int width, int height)
    {
        var image = new GreyImage(width, height);
        Array.Fill(image.Dots, byte.MaxValue);
        return image;
    }

    public Span<byte> Row(int y) => Dots.AsSpan(y * Width, Width);

    /// <summary>Turned a quarter against the clock: what was at the right edge is on top.</summary>
    public GreyImage Turned()
    {
        // In tiles, since one of the two images is walked against its rows and would miss the cache at every dot.
        const int Tile = 64;
        var turned = new GreyImage(Height, Width);
        for (var tileY = 0; tileY < Height; tileY += Tile)
        for (var tileX = 0; tileX < Width; tileX += Tile)
        for (var y = tileY; y < Math.Min(tileY + Tile, Height); y++)
        for (var x = tileX; x < Math.Min(tileX + Tile, Width); x++)
            turned.Dots[((Width - 1 - x) * Height) + y] = Dots[(y * Width) + x];
        return turned;
    }

    /// <summary>So many rows from one on.</summary>
    public GreyImage Part(int first, int rows) =>
        first == 0 && rows == Height ? this : new GreyImage(Width, rows, Dots.AsSpan(first * Width, rows * Width).ToArray());

    /// <summary>Laid on a white sheet, in the middle across and at <paramref name="top"/>. The image must fit.</summary>
    public GreyImage OnSheet(int width, int height, int top)
    {
        if (width == Width && height == Height)
            return this;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Width, width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(top + Height, height);
        var sheet = White(width, height);
        var left = (width - Width) / 2;
        for (var y = 0; y < Height; y++)
            Row(y).CopyTo(sheet.Row(top + y)[left..]);
        return sheet;
    }

    /// <summary>
    /// Scaled to another size, each dot the mean of the area that it covers, so that thin lines fade rather than vanish.
    /// Enlarging repeats dots and keeps edges sharp.
    /// </summary>
    public GreyImage Scaled(int width, int height)
    {
        if (width == Width && height == Height)
            return this;
        var columns = AreaWeights.For(Width, width);
        var rows = AreaWeights.For(Height, height);
        var scaled = new GreyImage(width, height);
        var sums = new long[width];
        for (var y = 0; y < height; y++)
        {
            Array.Clear(sums);
            for (var sourceY = rows.First[y]; sourceY <= rows.Last[y]; sourceY++)
                AddRow(Row(sourceY), columns, rows.Weight(y, sourceY), sums);
            var target = scaled.Row(y);
            var total = (long)AreaWeights.One * AreaWeights.One;
            for (var x = 0; x < width; x++)
                target[x] = (byte)Math.Min(byte.MaxValue, (sums[x] + (total / 2)) / total);
        }

        return scaled;
    }

    private static void AddRow(ReadOnlySpan<byte> source, AreaWeights columns, int rowWeight, long[] sums)
    {
        for (var x = 0; x < sums.Length; x++)
        {
            var first = columns.First[x];
            var last = columns.Last[x];
            long sum = source[first] * columns.FirstWeight[x];
            if (last > first)
            {
                long inner = 0;
                for (var sourceX = first + 1; sourceX < last; sourceX++)
                    inner += source[sourceX];
                sum += (inner * columns.InnerWeight[x]) + (source[last] * columns.LastWeight[x]);
            }

            sums[x] += sum * rowWeight;
        }
    }
}
