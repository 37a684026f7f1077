namespace Trunkline.Rendering.Paper;

/// <summary>Serpentine Floyd–Steinberg over spans of a page, in cells of one dot or of several.</summary>
internal sealed class ErrorDiffusion(byte[] curve, int cell)
{
    private const int Sixteenths = 4;

    private int[] _errors = new int[(Sheet.Width / cell) + 2];
    private int[] _nextErrors = new int[(Sheet.Width / cell) + 2];
    private GreyImage? _page;
    private int _y;

    /// <summary>Between pictures the error of one must not stain the next.</summary>
    public void Forget()
    {
        Array.Clear(_errors);
        Array.Clear(_nextErrors);
    }

    public void BeginRow(GreyImage page, int y)
    {
        (_page, _y) = (page, y);
        if (y % cell != 0)
            return;
        (_errors, _nextErrors) = (_nextErrors, _errors);
        Array.Clear(_nextErrors);
    }

    public void Diffuse(int start, int end, Span<byte> bits)
    {
        var firstRow = _y - (_y % cell);
        var rightwards = (firstRow / cell % 2) == 0;
        if (_y != firstRow)
        {
            RepeatRowAbove(start, end, bits);
            return;
        }

        var (first, last) = (start / cell, (end / cell) - 1);
        for (var i = first; i <= last; i++)
        {
            var x = rightwards ? i : last - (i - first);
            var wanted = curve[Grey(x)] + (_errors[x + 1] >> Sixteenths);
            var black = wanted < 128;
            Spread(x + 1, rightwards ? 1 : -1, wanted - (black ? 0 : 255));
            if (black)
                Blacken(x, bits);
        }
    }

    private void Spread(int x, int ahead, int error)
    {
        _errors[x + ahead] += error * 7;
        _nextErrors[x - ahead] += error * 3;
        _nextErrors[x] += error * 5;
        _nextErrors[x + ahead] += error;
    }

    private int Grey(int x)
    {
        if (cell == 1)
            return _page!.Row(_y)[x];
        var (sum, count) = (0, 0);
        for (var y = _y; y < Math.Min(_y + cell, _page!.Height); y++)
        {
            foreach (var dot in _page.Row(y).Slice(x * cell, cell))
                (sum, count) = (sum + dot, count + 1);
        }

        return sum / count;
    }

    private void Blacken(int x, Span<byte> bits)
    {
        for (var dot = x * cell; dot < (x + 1) * cell; dot++)
            bits[dot >> 3] |= (byte)(0x80 >> (dot & 7));
    }

    private byte[] _above = new byte[BilevelPage.BytesPerRow];

    private void RepeatRowAbove(int start, int end, Span<byte> bits) => _above.AsSpan((start >> 3)..(end >> 3)).CopyTo(bits[(start >> 3)..]);

    /// <summary>Keeps a finished row, for the rows of the same cells.</summary>
    public void EndRow(ReadOnlySpan<byte> bits)
    {
        if (_y % cell == 0)
            bits.CopyTo(_above);
    }
}
