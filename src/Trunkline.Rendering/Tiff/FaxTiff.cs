using BitMiracle.LibTiff.Classic;
using LibTiff = BitMiracle.LibTiff.Classic.Tiff;
using Trunkline.Core.Files;
using Trunkline.Rendering.Paper;

namespace Trunkline.Rendering.Tiff;

/// <summary>Pages to and from fax TIFFs: 1728 wide, one G4 strip a page, 0 is white (RFC 3949 profile F as far as T.30 engines read it).</summary>
internal static class FaxTiff
{
    static FaxTiff() => LibTiff.SetErrorHandler(new ThrowingErrorHandler());

    public static FaxStrip Encode(BilevelPage page, double rowsPerInch) => new(G4Encoder.Encode(page), page.Rows, rowsPerInch);

    /// <summary>All pages of a TIFF that this class wrote, without decoding them.</summary>
    public static IEnumerable<FaxStrip> ReadStrips(string path)
    {
        using var tiff = Open(path);
        do
            yield return ReadStrip(tiff);
        while (tiff.ReadDirectory());
    }

    /// <summary>One page, from 1, with the rows an inch that it was made at.</summary>
    public static (BilevelPage Page, double RowsPerInch) ReadPage(string path, int page)
    {
        using var tiff = Open(path);
        if (page < 1 || !tiff.SetDirectory((short)(page - 1)))
            throw new ArgumentOutOfRangeException(nameof(page), page, $"{Path.GetFileName(path)} has no such page.");
        var width = tiff.GetField(TiffTag.IMAGEWIDTH)[0].ToInt();
        var result = new BilevelPage(tiff.GetField(TiffTag.IMAGELENGTH)[0].ToInt());
        if (width != Sheet.Width || tiff.ScanlineSize() != BilevelPage.BytesPerRow)
            throw new InvalidDataException($"{Path.GetFileName(path)} is {width} dots wide, not {Sheet.Width}.");
        for (var y = 0; y < result.Rows; y++)
            tiff.ReadScanline(result.Bits, y * BilevelPage.BytesPerRow, y, 0);
        if (tiff.GetField(TiffTag.PHOTOMETRIC)[0].ToInt() == (int)Photometric.MINISBLACK)
            Invert(result.Bits);
        return (result, tiff.GetField(TiffTag.YRESOLUTION)?[0].ToDouble() ?? 196);
    }

    /// <summary>Writes a whole file, synced, or none: under another name first, then renamed.</summary>
    public static void Write(IReadOnlyList<FaxStrip> pages, string path)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                using (var tiff = LibTiff.ClientOpen("fax", "w", file, new KeepOpenStream()))
                {
                    for (var i = 0; i < pages.Count; i++)
                        Append(tiff, pages[i], i, pages.Count);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        DurableFile.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    private static LibTiff Open(string path) =>
        LibTiff.Open(path, "r") ?? throw new InvalidDataException($"{Path.GetFileName(path)} is no TIFF.");

    private static FaxStrip ReadStrip(LibTiff tiff)
    {
        if (tiff.NumberOfStrips() != 1 || tiff.GetField(TiffTag.COMPRESSION)[0].ToInt() != (int)Compression.CCITTFAX4)
            throw new InvalidDataException("The page is not one G4 strip.");
        var code = new byte[tiff.RawStripSize(0)];
        tiff.ReadRawStrip(0, code, 0, code.Length);
        return new FaxStrip(code, tiff.GetField(TiffTag.IMAGELENGTH)[0].ToInt(), tiff.GetField(TiffTag.YRESOLUTION)[0].ToDouble());
    }

    private static void Append(LibTiff tiff, FaxStrip page, int number, int count)
    {
        SetTags(tiff, page.Rows, page.RowsPerInch);
        tiff.SetField(TiffTag.PAGENUMBER, number, count);
        tiff.WriteRawStrip(0, page.Code, page.Code.Length);
        tiff.WriteDirectory();
    }

    private static void SetTags(LibTiff tiff, int rows, double rowsPerInch)
    {
        tiff.SetField(TiffTag.SUBFILETYPE, FileType.PAGE);
        tiff.SetField(TiffTag.IMAGEWIDTH, Sheet.Width);
        tiff.SetField(TiffTag.IMAGELENGTH, rows);
        tiff.SetField(TiffTag.BITSPERSAMPLE, 1);
        tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
        tiff.SetField(TiffTag.COMPRESSION, Compression.CCITTFAX4);
        tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISWHITE);
        tiff.SetField(TiffTag.FILLORDER, FillOrder.LSB2MSB);
        tiff.SetField(TiffTag.ORIENTATION, Orientation.TOPLEFT);
        tiff.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
        tiff.SetField(TiffTag.ROWSPERSTRIP, rows);
        tiff.SetField(TiffTag.RESOLUTIONUNIT, ResUnit.INCH);
        tiff.SetField(TiffTag.XRESOLUTION, 204.0);
        tiff.SetField(TiffTag.YRESOLUTION, rowsPerInch);
    }

    private static void Invert(byte[] bits)
    {
        for (var i = 0; i < bits.Length; i++)
            bits[i] = (byte)~bits[i];
    }
}
