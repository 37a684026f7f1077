using BitMiracle.LibTiff.Classic;

namespace Trunkline.Bench.Fax;

/// <summary>Pages as heavy as a form full of small print, and a look at what came of them.</summary>
internal static class DensePages
{
    private const int Width = 1728;
    private const int Rows = 2200;
    private const int RowBytes = Width / 8;
    private const int RuleEvery = 40;
    private const int RuleRows = 3;
    private const int Margin = 10;

    /// <summary>Spots in a row that no coding can guess: four make a page of about 40 kB by MMR.</summary>
    private const int Spots = 4;

    /// <summary>Writes pages of A4 in fine resolution, MMR, each another.</summary>
    /// <returns>Bytes of the first page's image, as the line carries it.</returns>
    public static int Write(string path, int pages)
    {
        using (var tiff = Tiff.Open(path, "w"))
        {
            for (var page = 0; page < pages; page++)
                Write(tiff, page, pages);
        }
        using var written = Tiff.Open(path, "r");
        return (int)written.RawStripSize(0);
    }

    /// <summary>How many pages, from the first, are there bit for bit.</summary>
    public static int CountSame(string sent, string? received)
    {
        if (received is null || !File.Exists(received))
            return 0;
        using var ours = Tiff.Open(sent, "r");
        using var theirs = Tiff.Open(received, "r");
        var same = 0;
        if (theirs is null)
            return 0;
        do
        {
            if (!IsSame(ours, theirs))
                break;
            same++;
        }
        while (ours.ReadDirectory() && theirs.ReadDirectory());
        return same;
    }

    private static void Write(Tiff tiff, int page, int pages)
    {
        tiff.SetField(TiffTag.SUBFILETYPE, FileType.PAGE);
        tiff.SetField(TiffTag.PAGENUMBER, page, pages);
        tiff.SetField(TiffTag.IMAGEWIDTH, Width);
        tiff.SetField(TiffTag.IMAGELENGTH, Rows);
        tiff.SetField(TiffTag.BITSPERSAMPLE, 1);
        tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
        tiff.SetField(TiffTag.ROWSPERSTRIP, Rows);
        tiff.SetField(TiffTag.COMPRESSION, Compression.CCITTFAX4);
        tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISWHITE);
        tiff.SetField(TiffTag.FILLORDER, FillOrder.LSB2MSB);
        tiff.SetField(TiffTag.XRESOLUTION, 204.0);
        tiff.SetField(TiffTag.YRESOLUTION, 196.0);
        tiff.SetField(TiffTag.RESOLUTIONUNIT, ResUnit.INCH);
        var random = new Random(page + 1);
        var row = new byte[RowBytes];
        for (var y = 0; y < Rows; y++)
        {
            row.AsSpan().Clear();
            if (y % RuleEvery < RuleRows)
                row.AsSpan(Margin, RowBytes - (2 * Margin)).Fill(0xFF);
            for (var spot = 0; spot < Spots; spot++)
                row[random.Next(Margin, RowBytes - Margin)] = (byte)random.Next(256);
            tiff.WriteScanline(row, y);
        }
        tiff.WriteDirectory();
    }

    private static bool IsSame(Tiff ours, Tiff theirs)
    {
        if (theirs.GetField(TiffTag.IMAGELENGTH) is not { } length || length[0].ToInt() != Rows || theirs.ScanlineSize() != RowBytes)
            return false;
        var invert = (Photometric)theirs.GetField(TiffTag.PHOTOMETRIC)[0].ToInt() == Photometric.MINISWHITE ? (byte)0 : (byte)0xFF;
        var (one, other) = (new byte[RowBytes], new byte[RowBytes]);
        for (var y = 0; y < Rows; y++)
        {
            if (!ours.ReadScanline(one, y) || !theirs.ReadScanline(other, y))
                return false;
            for (var i = 0; i < RowBytes; i++)
            {
                if (one[i] != (other[i] ^ invert))
                    return false;
            }
        }
        return true;
    }
}
