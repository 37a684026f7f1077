using SkiaSharp;
using Trunkline.Rendering.Paper;

namespace Trunkline.Rendering.Tiff;

/// <summary>Fax pages for the screen: greys in place of dots, and square pixels.</summary>
internal static class PagePreview
{
    private const double DotsPerInch = 204;

    /// <summary>No preview is wider than the page has dots; more would only be larger to carry.</summary>
    public static byte[] Png(string tiffPath, int page, int widthPixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(widthPixels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(widthPixels, Sheet.Width);
        var (bilevel, rowsPerInch) = FaxTiff.ReadPage(tiffPath, page);
        var grey = ToGrey(bilevel);
        var height = (int)Math.Round(widthPixels * (bilevel.Rows / rowsPerInch) / (Sheet.Width / DotsPerInch));
        var scaled = grey.Scaled(widthPixels, Math.Max(1, height));
        using var image = SKImage.FromPixelCopy(new SKImageInfo(scaled.Width, scaled.Height, SKColorType.Gray8, SKAlphaType.Opaque), scaled.Dots);
        using var png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    private static GreyImage ToGrey(BilevelPage page)
    {
        var grey = GreyImage.White(Sheet.Width, page.Rows);
        for (var y = 0; y < page.Rows; y++)
        {
            var bits = page.Row(y);
            var dots = grey.Row(y);
            for (var x = 0; x < dots.Length; x++)
            {
                if ((bits[x >> 3] & (0x80 >> (x & 7))) != 0)
                    dots[x] = 0;
            }
        }

        return grey;
    }
}
