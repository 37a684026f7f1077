using System.Globalization;

namespace Trunkline.Rendering.Images;

/// <summary>What the decoder's header pass says of one picture of a file.</summary>
/// <param name="Width">Dots across, as stored.</param>
/// <param name="Height">Dots down, as stored.</param>
/// <param name="DotsPerInch">Across; null when the file does not say or says nothing believable.</param>
/// <param name="RowsPerInch">Down; null likewise.</param>
internal sealed record PictureFacts(long Width, long Height, double? DotsPerInch, double? RowsPerInch)
{
    /// <summary>One picture a line.</summary>
    public const string Format = "%w %h %x %y %U\\n";

    private const double CentimetresPerInch = 2.54;

    /// <summary>Writers that know no resolution write this one, or what comes of it in metres.</summary>
    private const double Unknown = 72;

    public static List<PictureFacts> Parse(string text)
    {
        var pictures = new List<PictureFacts>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ') is [var width, var height, var across, var down, var unit] &&
                long.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var w) &&
                long.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var h) && w > 0 && h > 0)
                pictures.Add(WithResolution(w, h, Number(across), Number(down), unit.Trim()));
        }

        return pictures;
    }

    private static PictureFacts WithResolution(long width, long height, double across, double down, string unit)
    {
        var factor = unit switch
        {
            "PixelsPerInch" => 1,
            "PixelsPerCentimeter" => CentimetresPerInch,
            _ => 0,
        };
        var (x, y) = (across * factor, down * factor);
        var believable = x is > 20 and < 5_000 && y is > 20 and < 5_000 && x / y is > 0.3 and < 3.3 && (Math.Abs(x - Unknown) > 0.5 || Math.Abs(y - Unknown) > 0.5);
        return new PictureFacts(width, height, believable ? x : null, believable ? y : null);
    }

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
