using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Trunkline.Rendering.Paper;

/// <summary>
/// Grey pages to black and white. Text, lines and flat fills snap; only areas that look like pictures or gradients are dithered.
///
/// 1. <see cref="PageBlocks"/> looks at every block of 16×16 dots: its extremes, its ground, and whether it looks like a picture.
/// 2. <see cref="Grounds"/> joins the grounds to fills, and says of each whether it becomes black or white.
/// 3. <see cref="PictureBlocks"/> finds the pictures: many such blocks together, with their holes filled.
/// 4. <see cref="SnapThresholds"/> gives every other block a threshold between its ground and its writing.
/// 5. Each row is walked in spans of the same kind: snapped spans by the thresholds, picture spans by error diffusion.
/// </summary>
internal sealed class Binariser
{
    private readonly GreyImage _page;
    private readonly PictureBlocks? _pictures;
    private readonly byte[] _thresholds;

    /// <summary>Looks at a page.</summary>
    public Binariser(GreyImage page)
    {
        _page = page;
        var blocks = PageBlocks.Survey(page);
        var grounds = Grounds.Find(page, blocks);
        _pictures = PictureBlocks.Find(blocks, grounds);
        _thresholds = SnapThresholds.Of(blocks, grounds);
    }

    /// <summary>False when every tone gives the same dots, but for <see cref="Tone.None"/>.</summary>
    public bool HasPictures => _pictures is not null;

    /// <summary>Bytes on the line that a tone takes at least, by what dots of noise take: no more than a hint.</summary>
    public int LeastBytes(Tone tone) => (_pictures?.Count ?? 0) * tone switch
    {
        Tone.Dithered => 24,
        Tone.Coarse => 8,
        Tone.Coarser or Tone.CoarseAndHard or Tone.None => 0,
    };

    public static BilevelPage ToBilevel(GreyImage page, Tone tone, double rowsPerInch = 196) => new Binariser(page).ToBilevel(tone, rowsPerInch);

    /// <summary>The page in black and white.</summary>
    /// <param name="rowsPerInch">By which the cells of coarse tones are square on paper.</param>
    public BilevelPage ToBilevel(Tone tone, double rowsPerInch)
    {
        var result = new BilevelPage(_page.Height);
        if (tone == Tone.None)
        {
            // The last resort, for pages of pictures: they could turn black or white as a whole by thresholds for writing.
            var middle = new byte[PageBlocks.Across];
            Array.Fill(middle, (byte)128);
            for (var y = 0; y < _page.Height; y++)
                Snap(_page.Row(y), middle, result.Row(y));
            return result;
        }

        var diffusion = _pictures is null ? null : ErrorDiffusion.Of(tone, rowsPerInch);
        for (var y = 0; y < _page.Height; y++)
        {
            var bits = result.Row(y);
            var thresholds = _thresholds.AsSpan(y / PageBlocks.Size * PageBlocks.Across, PageBlocks.Across);
            if (thresholds.ContainsAnyExcept((byte)0))
                Snap(_page.Row(y), thresholds, bits);
            if (_pictures is null || !_pictures.AnyInRow(y))
            {
                diffusion?.Forget();
                continue;
            }

            diffusion!.BeginRow(_page, y);
            foreach (var (start, end, picture) in _pictures.Spans(y))
            {
                if (!picture)
                    continue;
                bits[(start / 8)..(end / 8)].Clear();
                diffusion.Diffuse(start, end, bits);
            }
        }

        return result;
    }

    /// <summary>A block a step; blocks of paper have no threshold and cost next to nothing.</summary>
    private static void Snap(ReadOnlySpan<byte> row, ReadOnlySpan<byte> thresholds, Span<byte> bits)
    {
        ref var dots = ref MemoryMarshal.GetReference(row);
        var words = MemoryMarshal.Cast<byte, ushort>(bits);
        for (var i = 0; i < words.Length; i++)
        {
            var threshold = thresholds[i];
            if (threshold == 0)
                continue;
            var black = Vector128.LessThan(Vector128.LoadUnsafe(ref dots, (nuint)(i * PageBlocks.Size)), Vector128.Create(threshold));

            // A mask has its first dot in the lowest bit, a row of the page in the highest of its first byte.
            var turned = Vector128.Shuffle(black, Vector128.Create((byte)7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
            words[i] = (ushort)turned.ExtractMostSignificantBits();
        }
    }
}
