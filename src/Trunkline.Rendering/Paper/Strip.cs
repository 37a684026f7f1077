namespace Trunkline.Rendering.Paper;

/// <summary>Cuts what is longer than a sheet into pieces for several, one below the other.</summary>
internal static class Strip
{
    /// <summary>How far above the end of a sheet a gap between lines is looked for, as a part of the sheet.</summary>
    private const int GapPart = 6;

    /// <summary>Where there is no gap, this part of the sheet comes again on the next, 7 mm of A4: what the cut went through is whole on one of the two.</summary>
    private const int OverlapPart = 40;

    /// <summary>Grey levels by which the dots of a gap may differ.</summary>
    private const int Even = 16;

    /// <summary>Of something so many times as long as a sheet, the most sheets that it is cut into.</summary>
    public static int MostSheets(double sheets) => sheets <= 1 ? 1 : (int)Math.Ceiling(sheets * GapPart / (GapPart - 1));

    /// <summary>Pieces of at most so many rows, in order, that leave nothing out; white at the very end makes no piece of its own.</summary>
    public static IEnumerable<(int First, int Rows)> Cut(GreyImage image, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        var first = 0;
        while (image.Height - first > most)
        {
            var end = first + most;
            var cut = MiddleOfGap(image, end - (most / GapPart), end);
            yield return (first, (cut ?? end) - first);
            first = cut ?? end - (most / OverlapPart);
        }
        if (first == 0 || HasInk(image, first))
            yield return (first, image.Height - first);
    }

    /// <summary>The row that begins the second half of the last gap between two rows; null when there is none.</summary>
    private static int? MiddleOfGap(GreyImage image, int least, int end)
    {
        var below = end;
        while (below > least && !IsGap(image.Row(below - 1)))
            below--;
        var above = below;
        while (above > least && IsGap(image.Row(above - 1)))
            above--;
        return below > least ? (above + below + 1) / 2 : null;
    }

    // The ground need not be white: a picture of a screen may be dark.
    private static bool IsGap(ReadOnlySpan<byte> row)
    {
        var (least, most) = (byte.MaxValue, byte.MinValue);
        foreach (var dot in row)
            (least, most) = (Math.Min(least, dot), Math.Max(most, dot));
        return most - least <= Even;
    }

    private static bool HasInk(GreyImage image, int first) => image.Dots.AsSpan(first * image.Width).ContainsAnyInRange((byte)0, (byte)(byte.MaxValue - Even));
}
