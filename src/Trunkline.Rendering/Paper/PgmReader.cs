namespace Trunkline.Rendering.Paper;

/// <summary>Reads grey images one after another from the pipe of a converter (netpbm P5, eight bits a dot). What it reads is not trusted.</summary>
/// <param name="input">The pipe.</param>
/// <param name="maxPixels">Dots of the largest image.</param>
/// <param name="sheet">
/// When it is given, images that fit on it are laid on it as they are read, in the middle across and on top. All are laid on the same one: an
/// image is there until the next is read. Four megabytes a page need not be copied, nor found anew.
/// </param>
internal sealed class PgmReader(Stream input, long maxPixels, Sheet? sheet = null)
{
    private const int MaxHeaderNumber = 1_000_000;
    private const int PieceBytes = 256 * 1024;
    private GreyImage? _laid;
    private byte[]? _piece;

    /// <summary>The next image, or null at the end.</summary>
    /// <exception cref="InvalidDataException">Not such an image, or larger than allowed.</exception>
    /// <exception cref="EndOfStreamException">It ends in the middle.</exception>
    public GreyImage? ReadNext()
    {
        var first = input.ReadByte();
        if (first < 0)
            return null;
        if (first != 'P' || input.ReadByte() != '5')
            throw new InvalidDataException("The converter did not write a grey image.");
        var width = ReadNumber();
        var height = ReadNumber();
        if (ReadNumber() != byte.MaxValue || width == 0 || height == 0)
            throw new InvalidDataException("The converter wrote a grey image of another depth or of no size.");
        if ((long)width * height > maxPixels)
            throw new InvalidDataException($"The converter wrote {(long)width * height} dots.");
        if (sheet is not null && width <= Sheet.Width && height <= sheet.Rows)
            return ReadOnSheet(width, height, sheet.Rows);
        var dots = new byte[width * height];
        input.ReadExactly(dots);
        return new GreyImage(width, height, dots);
    }

    private GreyImage ReadOnSheet(int width, int height, int rows)
    {
        var page = _laid ??= new GreyImage(Sheet.Width, rows);
        page.Dots.AsSpan(height * Sheet.Width).Fill(byte.MaxValue);
        var left = (Sheet.Width - width) / 2;
        var piece = _piece ??= new byte[PieceBytes];
        for (int y = 0, atOnce; y < height; y += atOnce)
        {
            atOnce = Math.Min(PieceBytes / width, height - y);
            input.ReadExactly(piece, 0, atOnce * width);
            for (var i = 0; i < atOnce; i++)
            {
                var row = page.Row(y + i);
                row[..left].Fill(byte.MaxValue);
                piece.AsSpan(i * width, width).CopyTo(row[left..]);
                row[(left + width)..].Fill(byte.MaxValue);
            }
        }

        return page;
    }

    private int ReadNumber()
    {
        var next = input.ReadByte();
        while (next is ' ' or '\n' or '\r' or '\t' or '#')
        {
            if (next == '#')
                SkipLine();
            next = input.ReadByte();
        }

        var number = 0;
        for (; next is >= '0' and <= '9'; next = input.ReadByte())
        {
            number = (number * 10) + next - '0';
            if (number > MaxHeaderNumber)
                throw new InvalidDataException("The converter wrote a grey image of impossible size.");
        }

        return number;
    }

    private void SkipLine()
    {
        int next;
        do
            next = input.ReadByte();
        while (next >= 0 && next != '\n');
    }
}
