using Trunkline.Rendering.Paper;

namespace Trunkline.Rendering.Images;

/// <summary>A picture that is a fax page already: its dots go out as they came in, for a second scaling would only blur them.</summary>
internal static class FaxPicture
{
    /// <summary>Legal paper and a header line; a longer page is fitted like any picture.</summary>
    private const double LongestInches = 14.5;

    /// <summary>The page in the rows of the sheet, or null when the picture is no fax page.</summary>
    public static GreyImage? TakeOver(GreyImage picture, PictureFacts facts, Sheet sheet)
    {
        if (picture.Width != Sheet.Width || facts.Width != Sheet.Width || facts.DotsPerInch is not { } across || facts.RowsPerInch is not { } down)
            return null;
        if (across is < 195 or > 210 || picture.Dots.AsSpan().ContainsAnyExcept(byte.MinValue, byte.MaxValue))
            return null;
        double rowsPerInch = (down / across) switch
        {
            < 0.7 => 98,
            < 1.4 => 196,
            _ => 391,
        };
        if (picture.Height / rowsPerInch > LongestInches)
            return null;
        return rowsPerInch == sheet.RowsPerInch
            ? picture
            : picture.Scaled(Sheet.Width, (int)Math.Round(picture.Height * sheet.RowsPerInch / rowsPerInch));
    }
}
