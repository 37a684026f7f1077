namespace Trunkline.Rendering.Paper;

/// <summary>
/// Serpentine Floyd–Steinberg over spans of a page, in cells of one dot or of several. A cell is about square on paper: at standard resolution
/// half as many rows as dots, at superfine twice as many.
/// </summary>
internal sealed class ErrorDiffusion
{
    private const int Sixteenths = 4;
    private const byte White = 0;
    private const byte Black = 1;
    private const byte Undecided = 2;

    private readonly byte[] _curve;
    private readonly int _dots;
    private readonly int _rows;
    private readonly byte[] _cells;
    private int[] _errors;
    private int[] _nextErrors;
    private GreyImage? _page;
    private int _y;

    private ErrorDiffusion(byte[] curve, int dots, int rows)
    {
        (_curve, _dots, _rows) = (curve, dots, rows);
        var cells = (Sheet.Width + dots - 1) / dots;
        (_cells, _errors, _nextErrors) = (new byte[cells], new int[cells + 2], new int[cells + 2]);
    }

    public static ErrorDiffusion Of(Tone tone, double rowsPerInch)
    {
        var size = tone switch
        {
            Tone.Dithered or Tone.None => 1,
            Tone.Coarse => 2,
            Tone.Coarser or Tone.CoarseAndHard => 3,
        };
        var rows = Math.Max(1, (int)Math.Round(size * rowsPerInch / 204));
        return tone == Tone.CoarseAndHard ? new ErrorDiffusion(Curve(56, 196), size, rows) : new ErrorDiffusion(Curve(20, 236), size, rows);
    }

    /// <summary>Between pictures the error of one must not stain the next.</summary>
    public void Forget()
    {
        Array.Clear(_errors);
        Array.Clear(_nextErrors);
    }

    public void BeginRow(GreyImage page, int y)
    {
        (_page, _y) = (page, y);
        if (y % _rows != 0)
            return;
        (_errors, _nextErrors) = (_nextErrors, _errors);
        Array.Clear(_nextErrors);
        Array.Fill(_cells, Undecided);
    }

    /// <summary>Blackens dots of a span whose bits are white. The rows of a cell are all as its first is.</summary>
    public void Diffuse(int start, int end, Span<byte> bits)
    {
        var (first, last) = (start / _dots, (end - 1) / _dots);
        // A picture may begin within a row of cells.
        if (_cells.AsSpan(first..(last + 1)).Contains(Undecided))
            DecideCells(first, last, rightwards: (_y / _rows % 2) == 0);
        for (var cell = first; cell <= last; cell++)
        {
            if (_cells[cell] == Black)
                Blacken(Math.Max(start, cell * _dots), Math.Min(end, (cell + 1) * _dots), bits);
        }
    }

    private void DecideCells(int first, int last, bool rightwards)
    {
        var (from, ahead) = rightwards ? (first, 1) : (last, -1);
        for (int count = last - first + 1, x = from; count > 0; count--, x += ahead)
        {
            var wanted = _curve[Grey(x)] + (_errors[x + 1] >> Sixteenths);
            var black = wanted < 128;
            _cells[x] = black ? Black : White;
            Spread(x + 1, ahead, wanted - (black ? 0 : 255));
        }
    }

    private void Spread(int x, int ahead, int error)
    {
        _errors[x + ahead] += error * 7;
        _nextErrors[x - ahead] += error * 3;
        _nextErrors[x] += error * 5;
        _nextErrors[x + ahead] += error;
    }

    /// <summary>The mean of a cell.</summary>
    private int Grey(int cell)
    {
        if (_dots == 1 && _rows == 1)
            return _page!.Row(_y)[cell];
        var (left, right) = (cell * _dots, Math.Min(Sheet.Width, (cell + 1) * _dots));
        var bottom = Math.Min(_y + _rows, _page!.Height);
        var sum = 0;
        for (var y = _y; y < bottom; y++)
        {
            foreach (var dot in _page.Row(y)[left..right])
                sum += dot;
        }

        return sum / ((right - left) * (bottom - _y));
    }

    private static void Blacken(int from, int to, Span<byte> bits)
    {
        for (var dot = from; dot < to; dot++)
            bits[dot >> 3] |= (byte)(0x80 >> (dot & 7));
    }

    /// <summary>Printers and modems thicken dots, so middle greys are lifted; nearly black and nearly white become so, which keeps stray dots away.</summary>
    private static byte[] Curve(double black, double white)
    {
        var curve = new byte[256];
        for (var grey = 0; grey < curve.Length; grey++)
            curve[grey] = (byte)Math.Round(255 * Math.Pow(Math.Clamp((grey - black) / (white - black), 0, 1), 0.85));
        return curve;
    }
}
