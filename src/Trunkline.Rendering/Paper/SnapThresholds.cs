namespace Trunkline.Rendering.Paper;

/// <summary>
/// The grey below which the dots of a block turn black, for all that is no picture: a quarter of the way from the ground to the writing, where
/// antialiased strokes read best and cost least. So grey, pale and coloured writing keeps its weight, on paper as on a fill.
/// </summary>
internal static class SnapThresholds
{
    /// <summary>Grey steps between ground and writing below which there is no writing.</summary>
    private const int LeastContrast = 24;

    /// <summary>Writing as dark as this counts as black: thin strokes of black are grey in the middle.</summary>
    private const int Ink = 96;

    /// <summary>Fills are kept clear of by so much.</summary>
    private const int Margin = 12;

    public static byte[] Of(PageBlocks blocks, Grounds grounds)
    {
        var thresholds = new byte[blocks.Level.Length];
        for (var block = 0; block < thresholds.Length; block++)
        {
            // A block that is all paper needs none.
            thresholds[block] = blocks.Darkest[block] >= Grounds.Paper ? (byte)0 : Of(block, blocks, grounds);
        }

        return thresholds;
    }

    private static byte Of(int block, PageBlocks blocks, Grounds grounds)
    {
        var (darkest, lightest) = (255, 0);
        var (black, white) = (-1, 256);
        foreach (var near in blocks.Neighbours(block))
        {
            darkest = Math.Min(darkest, blocks.Darkest[near]);
            lightest = Math.Max(lightest, blocks.Lightest[near]);
            if (!grounds.IsFill(near))
                continue;
            if (grounds.IsBlack(near))
                black = Math.Max(black, blocks.Level[near]);
            else
                white = Math.Min(white, blocks.Level[near]);
        }

        // A grey line beside black writing keeps its weight; a block with no more than the fringe of a stroke goes by the stroke.
        if (blocks.Darkest[block] < Grounds.LightestBlack)
            darkest = blocks.Darkest[block];
        var level = blocks.Level[block];
        if (grounds.IsFill(block))
            return (byte)(grounds.IsBlack(block) ? Lighter(level, Math.Min(lightest, white)) : Darker(level, darkest));
        if (level == PageBlocks.NoLevel && black >= 0)
            return (byte)Lighter(black, Math.Min(lightest, white));
        var threshold = Darker(255, darkest);
        return (byte)(white < 256 ? Math.Min(threshold, Math.Max(1, white - Margin)) : threshold);
    }

    /// <summary>For a ground that turns white.</summary>
    private static int Darker(int ground, int writing)
    {
        if (ground - writing < LeastContrast)
            return Math.Clamp(ground - Margin, 1, Grounds.LightestBlack);
        var ink = writing < Ink ? 0 : writing;
        return ground - ((ground - ink) / 4);
    }

    /// <summary>For a ground that turns black.</summary>
    private static int Lighter(int ground, int writing) =>
        writing - ground < LeastContrast ? Math.Min(255, ground + Margin) : ground + ((writing - ground) * 35 / 100);
}
