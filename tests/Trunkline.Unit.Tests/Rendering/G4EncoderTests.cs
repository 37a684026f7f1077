using CsCheck;
using Trunkline.Rendering.Paper;
using Trunkline.Rendering.Tiff;

namespace Trunkline.Unit.Tests.Rendering;

/// <summary>What our coder writes, LibTiff.NET reads: a decoder that is not ours.</summary>
public sealed class G4EncoderTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void Every_length_of_a_run_is_coded_in_black_and_in_white()
    {
        // Rows of runs that grow, and between them rows of paper, so that no run can be coded by the row above.
        var page = new BilevelPage(2 * Sheet.Width);
        for (var y = 0; y < page.Rows; y += 2)
            Blacken(page, y, (y / 4) % 3, (y / 2) + 1);
        AssertSame(page);
    }

    [Fact]
    public void Any_page_is_read_back_as_it_was() => Gen.Select(Gen.Int[0, Sheet.Width], Gen.Int[0, 40], Gen.Int[-5, 5]).Array[0, 60].Array[1, 30].Sample(
        rows =>
        {
            var page = new BilevelPage(rows.Length);
            for (var y = 0; y < rows.Length; y++)
            {
                // Some of it like the row above, shifted by a few dots, as letters are.
                if (y > 0 && rows[y].Length % 2 == 0)
                    page.Row(y - 1).CopyTo(page.Row(y));
                foreach (var (start, length, shift) in rows[y])
                    Blacken(page, y, Math.Max(0, start + shift), Math.Min(Sheet.Width, start + length));
            }

            AssertSame(page);
        },
        iter: 200, threads: 1);

    [Fact]
    public void Noise_is_read_back_as_it_was()
    {
        var page = new BilevelPage(300);
        new Random(3).NextBytes(page.Bits);
        AssertSame(page);
    }

    public void Dispose() => File.Delete(_path);

    private void AssertSame(BilevelPage page)
    {
        FaxTiff.Write([FaxTiff.Encode(page, 196)], _path);
        Assert.True(page.Bits.AsSpan().SequenceEqual(FaxTiff.ReadPage(_path, 1).Page.Bits));
    }

    private static void Blacken(BilevelPage page, int y, int from, int to)
    {
        for (var x = from; x < to; x++)
            page.Row(y)[x >> 3] |= (byte)(0x80 >> (x & 7));
    }
}
