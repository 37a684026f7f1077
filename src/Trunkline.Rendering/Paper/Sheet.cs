using Trunkline.Core.Documents;

namespace Trunkline.Rendering.Paper;

/// <summary>The dots of one fax page, and how things of a given size are laid on it.</summary>
/// <param name="DotsPerInch">Across; always 204.</param>
/// <param name="RowsPerInch">Down: 98, 196 or 391.</param>
/// <param name="Rows">Rows of the whole page.</param>
internal sealed record Sheet(double DotsPerInch, double RowsPerInch, int Rows)
{
    /// <summary>Dots of every row (ITU-T T.4, 215 mm).</summary>
    public const int Width = 1728;

    private const double PointsPerInch = 72;

    public static Sheet For(FaxPageFormat format)
    {
        double rowsPerInch = RowsPerInchOf(format.Resolution);
        var inches = format.Paper switch
        {
            FaxPaper.A4 => 297 / 25.4,
            FaxPaper.Letter => 11.0,
            FaxPaper.Legal => 14.0,
        };
        return new Sheet(204, rowsPerInch, (int)Math.Round(inches * rowsPerInch));
    }

    public static int RowsPerInchOf(FaxResolution resolution) => resolution switch
    {
        FaxResolution.Standard => 98,
        FaxResolution.Fine => 196,
        FaxResolution.Superfine => 391,
    };

    /// <summary>
    /// How something of this size in points is laid on the sheet: turned when that lets it be larger, in true proportion, never larger than
    /// <paramref name="largestScale"/> of its true size and never cut.
    /// </summary>
    public Placement Place(double widthPoints, double heightPoints, double largestScale = 1)
    {
        var upright = ScaleOf(widthPoints, heightPoints, largestScale);
        var sideways = ScaleOf(heightPoints, widthPoints, largestScale);

        // A hair more is not worth a page that must be turned in the hand.
        var turned = sideways > upright * 1.05;
        var scale = turned ? sideways : upright;
        var (across, down) = turned ? (heightPoints, widthPoints) : (widthPoints, heightPoints);
        return new Placement(
            turned,
            scale,
            Math.Clamp((int)Math.Round(across * scale * DotsPerInch / PointsPerInch), 1, Width),
            Math.Clamp((int)Math.Round(down * scale * RowsPerInch / PointsPerInch), 1, Rows));
    }

    private double ScaleOf(double widthPoints, double heightPoints, double largestScale) =>
        Math.Min(largestScale, Math.Min(Width / DotsPerInch * PointsPerInch / widthPoints, Rows / RowsPerInch * PointsPerInch / heightPoints));
}

/// <summary>Where something goes on a sheet.</summary>
/// <param name="Turned">A quarter against the clock.</param>
/// <param name="Scale">Of its true size.</param>
/// <param name="Dots">Dots across, after the turn.</param>
/// <param name="Rows">Rows down, after the turn.</param>
internal sealed record Placement(bool Turned, double Scale, int Dots, int Rows);
