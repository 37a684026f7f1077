using CsCheck;
using Trunkline.Rendering.Paper;

namespace Trunkline.Unit.Tests.Rendering;

public sealed class StripTests
{
    [Fact]
    public void Pieces_leave_nothing_out_and_none_is_too_long() =>
        Gen.Select(Gen.Int[1, 600], Gen.Int[1, 120], Gen.Int[0, 3], Gen.Int[0, 1000]).Sample((rows, most, lines, seed) =>
        {
            var image = Lined(rows, lines, seed);
            var pieces = Strip.Cut(image, most).ToList();
            Assert.All(pieces, p => Assert.InRange(p.Rows, 1, most));
            Assert.True(pieces.Count <= Strip.MostSheets((double)rows / most) || most < 40);
            var covered = new bool[rows];
            foreach (var (first, count) in pieces)
                Array.Fill(covered, true, first, count);
            for (var y = 0; y < rows; y++)
                Assert.True(covered[y] || !image.Row(y).ContainsAnyExcept(byte.MaxValue), $"row {y} is on no sheet");
        });

    [Fact]
    public void A_gap_between_lines_is_where_it_is_cut()
    {
        var image = GreyImage.White(10, 250);
        for (var y = 0; y < 250; y++)
        {
            if (y % 10 < 7)
                image.Row(y)[3] = 0;
        }
        // A line has seven rows, and the gap below it three: rows 97 to 99.
        Assert.Equal([(0, 99), (99, 99), (198, 52)], Strip.Cut(image, 100));
        Assert.Equal([(0, 89), (89, 90), (179, 71)], Strip.Cut(image, 95));
    }

    [Fact]
    public void Where_there_is_no_gap_the_end_of_a_sheet_comes_again_on_the_next()
    {
        var image = GreyImage.White(2, 150);
        for (var y = 0; y < 150; y++)
            image.Row(y)[0] = 0;
        Assert.Equal([(0, 80), (78, 72)], Strip.Cut(image, 80));
    }

    [Theory]
    [InlineData(227, 800, 1)]
    [InlineData(227, 3400, 6)]
    [InlineData(595, 1600, 1)]
    [InlineData(3400, 227, 1)]
    [InlineData(4000, 4000, 1)]
    public void What_is_long_and_narrow_goes_on_several_sheets(double width, double height, int sheets)
    {
        var sheet = Sheet.For(Trunkline.Core.Documents.FaxPageFormat.Default);
        var placement = sheet.Place(width, height);
        Assert.Equal(sheets, placement.MostSheets(sheet));
        Assert.Equal(sheets > 1, placement.Rows > sheet.Rows);
    }

    [Fact]
    public void What_would_take_too_many_dots_is_made_smaller()
    {
        var sheet = Sheet.For(Trunkline.Core.Documents.FaxPageFormat.Default);
        var placement = sheet.Place(595, 14_400, mostDots: 40_000_000);
        Assert.InRange((long)placement.Dots * placement.Rows, 39_000_000, 40_100_000);
    }

    private static GreyImage Lined(int rows, int lines, int seed)
    {
        var image = GreyImage.White(5, rows);
        for (var y = 0; y < rows; y++)
        {
            if (lines > 0 && (y + seed) % (lines * 7) < lines * 5)
                image.Row(y)[1] = 0;
        }
        return image;
    }
}
