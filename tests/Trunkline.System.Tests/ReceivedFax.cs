using BitMiracle.LibTiff.Classic;

namespace Trunkline.SystemTests;

/// <summary>What can be said of a received fax by reading all of it.</summary>
internal static class ReceivedFax
{
    /// <summary>The black pixels of each page. Throws when a line cannot be read.</summary>
    public static IReadOnlyList<int> Ink(string path)
    {
        using var tiff = Tiff.Open(path, "r") ?? throw new InvalidDataException($"{path} is no TIFF.");
        var pages = new List<int>();
        do
        {
            var height = tiff.GetField(TiffTag.IMAGELENGTH)[0].ToInt();
            // White is 0 on a fax page, unless the file says otherwise.
            var isMinBlack = tiff.GetField(TiffTag.PHOTOMETRIC)[0].ToInt() == (int)Photometric.MINISBLACK;
            var line = new byte[tiff.ScanlineSize()];
            var ink = 0;
            for (var row = 0; row < height; row++)
            {
                if (!tiff.ReadScanline(line, row))
                    throw new InvalidDataException($"Line {row} of page {pages.Count + 1} of {path} cannot be read.");
                ink += line.Sum(b => isMinBlack ? 8 - byte.PopCount(b) : byte.PopCount(b));
            }
            pages.Add(ink);
        }
        while (tiff.ReadDirectory());
        return pages;
    }
}
