namespace Trunkline.Rendering.Paper;

/// <summary>Reads grey images one after another from the pipe of a converter (netpbm P5, eight bits a dot). What it reads is not trusted.</summary>
internal sealed class PgmReader(Stream input, long maxPixels)
{
    private const int MaxHeaderNumber = 1_000_000;

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
        var dots = new byte[width * height];
        input.ReadExactly(dots);
        return new GreyImage(width, height, dots);
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
