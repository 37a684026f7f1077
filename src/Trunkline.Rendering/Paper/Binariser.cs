namespace Trunkline.Rendering.Paper;

/// <summary>
/// Grey pages to black and white. Text, lines and flat fills snap at three quarters of grey, where antialiased strokes read best and cost
/// least; only areas that look like pictures or gradients are dithered.
///
/// 1. Evidence: a dot speaks for a picture when it is neither nearly white nor nearly black and differs a little, not at all or much, from
///    its neighbours. Edges of text differ much, flat fills not at all.
/// 2. Blocks of 16×16 dots with enough evidence in their surroundings are picture blocks; lone ones are dropped, holes filled.
/// 3. Flat fills of a middle grey get a threshold of their own where there is darker writing on them.
/// 4. Each row is walked in spans of the same kind: snapped spans by the threshold, picture spans by error diffusion.
/// </summary>
internal static class Binariser
{
    /// <summary>Below it a dot that is no picture becomes black: 0.75 of white. Measured best by OCR over 0.5 to 0.9.</summary>
    private const byte SnapThreshold = 191;

    public static BilevelPage ToBilevel(GreyImage page, Tone tone)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(page.Width, Sheet.Width);
        var result = new BilevelPage(page.Height);
        var pictures = tone == Tone.None ? null : PictureBlocks.Find(page);
        var diffusion = pictures is null ? null : new ErrorDiffusion(ToneCurve(tone), tone == Tone.Dithered ? 1 : 2);
        var snap = tone == Tone.None ? (byte)128 : SnapThreshold;
        // The last resort halves the greys of everything. A photo without its dither would be taken for fills, and could turn white.
        var fills = tone == Tone.None ? null : FlatFills.Find(page, snap);
        for (var y = 0; y < page.Height; y++)
        {
            var row = page.Row(y);
            var bits = result.Row(y);
            if (pictures is null || !pictures.AnyInRow(y))
            {
                Snap(row, 0, Sheet.Width, y);
                diffusion?.Forget();
                continue;
            }

            diffusion!.BeginRow(page, y);
            foreach (var (start, end, picture) in pictures.Spans(y))
            {
                if (picture)
                    diffusion.Diffuse(start, end, bits);
                else
                    Snap(row, start, end, y);
            }

            diffusion.EndRow(bits);
        }

        return result;

        void Snap(ReadOnlySpan<byte> row, int start, int end, int y)
        {
            var bits = result.Row(y);
            if (fills is null)
            {
                Threshold(row, start, end, snap, bits);
                return;
            }

            for (var x = start; x < end; x += FlatFills.Block)
                Threshold(row, x, x + FlatFills.Block, fills.Threshold(x, y), bits);
        }
    }

    /// <summary>Leaps over paper; then eight dots a step, in a loop without branches.</summary>
    private static void Threshold(ReadOnlySpan<byte> row, int start, int end, byte threshold, Span<byte> bits)
    {
        for (var x = start; x < end; x += 8)
        {
            var ink = row[x..end].IndexOfAnyInRange((byte)0, (byte)(threshold - 1));
            if (ink < 0)
                return;
            x += ink & ~7;
            var value = 0;
            foreach (var dot in row.Slice(x, 8))
                value = (value << 1) | ((dot - threshold) >>> 31);
            bits[x >> 3] = (byte)value;
        }
    }

    /// <summary>Printers and modems thicken dots, so middle greys are lifted; nearly black and nearly white become so, which keeps stray dots away.</summary>
    private static byte[] ToneCurve(Tone tone)
    {
        var (black, white) = tone == Tone.CoarseAndHard ? (56.0, 196.0) : (20.0, 236.0);
        var curve = new byte[256];
        for (var grey = 0; grey < curve.Length; grey++)
            curve[grey] = (byte)Math.Round(255 * Math.Pow(Math.Clamp((grey - black) / (white - black), 0, 1), 0.85));
        return curve;
    }
}
