using Trunkline.Rendering.Paper;
using Trunkline.Rendering.Tiff;

namespace Trunkline.Unit.Tests.Rendering;

public sealed class BinariserTests
{
    [Theory]
    [InlineData(190, 1.0)]
    [InlineData(192, 0.0)]
    public void A_flat_fill_snaps_at_three_quarters_of_grey(byte grey, double darkness)
    {
        var page = GreyImage.White(Sheet.Width, 400);
        Fill(page, 200, 100, 800, 300, grey);
        Assert.Equal(darkness, Binariser.ToBilevel(page, Tone.Dithered).Darkness(200, 100, 800, 300));
    }

    [Fact]
    public void Dark_strokes_on_a_grey_fill_stay_and_the_fill_turns_white()
    {
        var page = GreyImage.White(Sheet.Width, 400);
        Fill(page, 208, 96, 800, 304, 150);
        for (var x = 240; x < 760; x += 12)
            Fill(page, x, 120, x + 4, 280, 0);
        Assert.Equal(1 / 3.0, Binariser.ToBilevel(page, Tone.Dithered).Darkness(240, 130, 720, 270), tolerance: 0.01);
    }

    [Fact]
    public void Dark_part_of_a_photograph_is_black_whatever_its_grain()
    {
        var page = GreyImage.White(Sheet.Width, 400);
        Fill(page, 208, 96, 800, 304, 44);
        for (var x = 240; x < 760; x += 12)
            Fill(page, x, 120, x + 4, 280, 0);
        Assert.Equal(1.0, Binariser.ToBilevel(page, Tone.Dithered).Darkness(208, 96, 800, 304));
    }

    [Fact]
    public void Light_strokes_on_a_grey_fill_stay_and_the_fill_turns_black()
    {
        var page = GreyImage.White(Sheet.Width, 400);
        Fill(page, 208, 96, 800, 304, 110);
        for (var x = 240; x < 760; x += 12)
            Fill(page, x, 120, x + 4, 280, 255);
        Assert.Equal(2 / 3.0, Binariser.ToBilevel(page, Tone.Dithered).Darkness(240, 130, 720, 270), tolerance: 0.01);
    }

    [Theory]
    [InlineData(255, 199)]
    [InlineData(255, 128)]
    [InlineData(225, 150)]
    [InlineData(68, 187)]
    [InlineData(0, 90)]
    public void Writing_keeps_its_weight_whatever_its_grey_and_that_of_its_ground(byte ground, byte writing)
    {
        var page = GreyImage.White(Sheet.Width, 400);
        Fill(page, 208, 96, 800, 304, ground);

        // Antialiased: a dot of half the grey at each side.
        for (var x = 240; x < 760; x += 12)
        {
            Fill(page, x - 1, 120, x + 5, 280, (byte)((ground + writing) / 2));
            Fill(page, x, 120, x + 4, 280, writing);
        }

        var (strokes, between) = writing < ground ? (1.0, 0.0) : (0.0, 1.0);
        var bilevel = Binariser.ToBilevel(page, Tone.Dithered);
        for (var x = 240; x < 700; x += 12)
        {
            Assert.Equal(strokes, bilevel.Darkness(x, 130, x + 4, 270));
            Assert.Equal(between, bilevel.Darkness(x + 6, 130, x + 10, 270));
        }
    }

    [Fact]
    public void Writing_on_a_gradient_makes_it_a_ground_and_no_picture()
    {
        var page = Gradient(30, 130);
        for (var y = 100; y < 360; y += 60)
        for (var x = 200; x < 1500; x += 14)
            Fill(page, x, y, x + 5, y + 40, 255);
        var bilevel = Binariser.ToBilevel(page, Tone.Dithered);
        Assert.Equal(1, bilevel.Darkness(100, 20, 1600, 90));
        Assert.Equal(0, bilevel.Darkness(200, 105, 205, 135));
        Assert.Equal(1, bilevel.Darkness(206, 105, 213, 135));
    }

    [Fact]
    public void The_edge_between_two_pale_fills_is_no_picture()
    {
        var page = GreyImage.White(Sheet.Width, 400);
        for (var y = 40; y < 360; y++)
            page.Row(y)[(200 + y)..(400 + y)].Fill(227);
        Assert.Equal(0, Binariser.ToBilevel(page, Tone.Dithered).Darkness(0, 0, Sheet.Width, 400));
    }

    [Theory]
    [InlineData(98)]
    [InlineData(196)]
    [InlineData(391)]
    public void Each_tone_is_cheaper_than_the_one_before_and_as_dark(double rowsPerInch)
    {
        var page = Gradient(60, 200);
        var looked = new Binariser(page);
        Assert.True(looked.HasPictures);
        var made = new[] { Tone.Dithered, Tone.Coarse, Tone.Coarser }.Select(t => looked.ToBilevel(t, rowsPerInch)).ToList();
        var sizes = made.ConvertAll(b => G4Encoder.Encode(b).Length);
        Assert.Equal(sizes.OrderDescending(), sizes);
        foreach (var bilevel in made)
            Assert.Equal(made[0].Darkness(600, 48, 1100, 352), bilevel.Darkness(600, 48, 1100, 352), tolerance: 0.05);
    }

    [Fact]
    public void A_gradient_keeps_its_tones()
    {
        var page = Gradient(0, 255);
        var bilevel = Binariser.ToBilevel(page, Tone.Dithered);
        var steps = Enumerable.Range(1, 6).Select(i => bilevel.Darkness(i * 240, 50, (i * 240) + 100, 350)).ToList();
        Assert.Equal(steps.OrderDescending(), steps);
        Assert.InRange(steps[2], 0.3, 0.8);
    }

    [Fact]
    public void Scaling_down_keeps_thin_lines_as_grey()
    {
        var line = GreyImage.White(4000, 10);
        for (var y = 0; y < 10; y++)
            line.Row(y)[2000] = 0;
        var row = line.Scaled(1728, 10).Row(5);
        Assert.InRange(row.ToArray().Sum(d => 255 - d), 100, 120);
    }

    [Fact]
    public void Four_quarter_turns_bring_an_image_back()
    {
        var image = new GreyImage(130, 70);
        new Random(1).NextBytes(image.Dots);
        Assert.Equal(image.Dots, image.Turned().Turned().Turned().Turned().Dots);
    }

    private static GreyImage Gradient(int left, int right)
    {
        var page = GreyImage.White(Sheet.Width, 400);
        for (var y = 0; y < 400; y++)
        for (var x = 0; x < Sheet.Width; x++)
            page.Row(y)[x] = (byte)(left + (x * (right - left) / Sheet.Width));
        return page;
    }

    private static void Fill(GreyImage page, int left, int top, int right, int bottom, byte grey)
    {
        for (var y = top; y < bottom; y++)
            page.Row(y)[left..right].Fill(grey);
    }
}
