using BitMiracle.LibTiff.Classic;

namespace Trunkline.Unit.Tests.Telephony.Media;

/// <summary>Makes fax pages with something on them, and reads pages back as rows of pixels.</summary>
internal static class FaxTiff
{
    public const int Width = 1728;
    private const int RowBytes = Width / 8;

    /// <summary>Writes pages of fine resolution, MMR: frames, lines and a seeded scatter that no coding can guess.</summary>
    public static void Write(string path, int pages, int rows = 400, int seed = 1)
    {
        using var tiff = Tiff.Open(path, "w");
        for (var page = 0; page < pages; page++)
        {
            tiff.SetField(TiffTag.SUBFILETYPE, FileType.PAGE);
            tiff.SetField(TiffTag.PAGENUMBER, page, pages);
            tiff.SetField(TiffTag.IMAGEWIDTH, Width);
            tiff.SetField(TiffTag.IMAGELENGTH, rows);
            tiff.SetField(TiffTag.BITSPERSAMPLE, 1);
            tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
            tiff.SetField(TiffTag.ROWSPERSTRIP, rows);
            tiff.SetField(TiffTag.COMPRESSION, Compression.CCITTFAX4);
            tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISWHITE);
            tiff.SetField(TiffTag.FILLORDER, FillOrder.LSB2MSB);
            tiff.SetField(TiffTag.XRESOLUTION, 204.0);
            tiff.SetField(TiffTag.YRESOLUTION, 196.0);
            tiff.SetField(TiffTag.RESOLUTIONUNIT, ResUnit.INCH);
            var image = Page(rows, seed * 1000 + page);
            for (var row = 0; row < rows; row++)
                tiff.WriteScanline(image[row], row);
            tiff.WriteDirectory();
        }
    }

    /// <summary>The pages of a file, each a list of packed rows, black as 1.</summary>
    public static List<byte[][]> Read(string path)
    {
        var pages = new List<byte[][]>();
        using var tiff = Tiff.Open(path, "r");
        Assert.NotNull(tiff);
        do
        {
            var rows = tiff.GetField(TiffTag.IMAGELENGTH)[0].ToInt();
            var whiteIsZero = (Photometric)tiff.GetField(TiffTag.PHOTOMETRIC)[0].ToInt() == Photometric.MINISWHITE;
            var page = new byte[rows][];
            for (var row = 0; row < rows; row++)
            {
                page[row] = new byte[tiff.ScanlineSize()];
                Assert.True(tiff.ReadScanline(page[row], row));
                if (!whiteIsZero)
                    page[row] = [.. page[row].Select(b => (byte)~b)];
            }

            pages.Add(page);
        }
        while (tiff.ReadDirectory());
        return pages;
    }

    /// <summary>Every page is there, bit for bit; rows that the header line added at the top are left out.</summary>
    public static void AssertSame(string sent, string received)
    {
        var expected = Read(sent);
        var actual = Read(received);
        Assert.Equal(expected.Count, actual.Count);
        for (var page = 0; page < expected.Count; page++)
        {
            var added = actual[page].Length - expected[page].Length;
            Assert.InRange(added, 0, 40);
            for (var row = 0; row < expected[page].Length; row++)
                Assert.True(expected[page][row].AsSpan().SequenceEqual(actual[page][row + added]), $"page {page + 1}, row {row} differs");
        }
    }

    private static byte[][] Page(int rows, int seed)
    {
        var random = new Random(seed);
        var page = new byte[rows][];
        for (var row = 0; row < rows; row++)
        {
            page[row] = new byte[RowBytes];
            if (row % 40 < 3)
                page[row].AsSpan(10, RowBytes - 20).Fill(0xFF);
            for (var dots = 0; dots < 6; dots++)
                page[row][random.Next(10, RowBytes - 10)] = (byte)random.Next(256);
        }

        return page;
    }
}
