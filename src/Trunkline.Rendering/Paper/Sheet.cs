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

    /// <summary>Rows above and below a piece of a strip: 5 mm of A4.</summary>
    public int StripMargin => Rows / 60;

    /// <summary>Rows of the longest piece.</summary>
    public int StripRows => Rows - (2 * StripMargin);

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
    /// <paramref name="largestScale"/> of its true size and never cut. What is so long and narrow that its writing would be lost on one sheet, a roll of
    /// a till or the picture of a whole web site, goes on several, one below the other (<see cref="Strip"/>).
    /// </summary>
    /// <param name="mostDots">Of what goes on several sheets; beyond them it is made smaller.</param>
    public Placement Place(double widthPoints, double heightPoints, double largestScale = 1, long mostDots = long.MaxValue)
    {
        var upright = ScaleOf(widthPoints, heightPoints, largestScale);
        var sideways = ScaleOf(heightPoints, widthPoints, largestScale);
        var narrow = Math.Min(largestScale, Width / DotsPerInch * PointsPerInch / widthPoints);
        narrow *= Math.Min(1, Math.Sqrt(mostDots / (widthPoints * heightPoints * narrow * narrow * DotsPerInch * RowsPerInch / (PointsPerInch * PointsPerInch))));
        if (heightPoints > widthPoints && Math.Max(upright, sideways) < narrow / 2)
            return new Placement(false, narrow, DotsOf(widthPoints, narrow), RowsOf(heightPoints, narrow));

        // A hair more is not worth a page that must be turned in the hand.
        var turned = sideways > upright * 1.05;
        var scale = turned ? sideways : upright;
        var (across, down) = turned ? (heightPoints, widthPoints) : (widthPoints, heightPoints);
        return new Placement(
            turned,
            scale,
            DotsOf(across, scale),
            Math.Min(RowsOf(down, scale), Rows));
    }

    private int DotsOf(double points, double scale) => Math.Clamp((int)Math.Round(points * scale * DotsPerInch / PointsPerInch), 1, Width);

    private int RowsOf(double points, double scale) => (int)Math.Clamp(Math.Round(points * scale * RowsPerInch / PointsPerInch), 1, int.MaxValue);

    private double ScaleOf(double widthPoints, double heightPoints, double largestScale) =>
        Math.Min(largestScale, Math.Min(Width / DotsPerInch * PointsPerInch / widthPoints, Rows / RowsPerInch * PointsPerInch / heightPoints));
}

/// <summary>Where something goes on a sheet.</summary>
/// <param name="Turned">A quarter against the clock.</param>
/// <param name="Scale">Of its true size.</param>
/// <param name="Dots">Dots across, after the turn.</param>
/// <param name="Rows">Rows down, after the turn; more than the sheet has when it goes on several.</param>
internal sealed record Placement(bool Turned, double Scale, int Dots, int Rows)
{
    /// <summary>The most sheets that it goes on.</summary>
    public int MostSheets(Sheet sheet) => Rows <= sheet.Rows ? 1 : Strip.MostSheets((double)Rows / sheet.StripRows);
}
