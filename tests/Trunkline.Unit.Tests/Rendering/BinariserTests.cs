using Trunkline.Rendering.Paper;

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
    public void Light_strokes_on_a_grey_fill_stay_and_the_fill_turns_black()
    {
        var page = GreyImage.White(Sheet.Width, 400);
        Fill(page, 208, 96, 800, 304, 110);
        for (var x = 240; x < 760; x += 12)
            Fill(page, x, 120, x + 4, 280, 255);
        Assert.Equal(2 / 3.0, Binariser.ToBilevel(page, Tone.Dithered).Darkness(240, 130, 720, 270), tolerance: 0.01);
    }

    [Fact]
    public void A_gradient_keeps_its_tones()
    {
        var page = GreyImage.White(Sheet.Width, 400);
        for (var y = 0; y < 400; y++)
        for (var x = 0; x < Sheet.Width; x++)
            page.Row(y)[x] = (byte)(x * 255 / Sheet.Width);
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

    private static void Fill(GreyImage page, int left, int top, int right, int bottom, byte grey)
    {
        for (var y = top; y < bottom; y++)
            page.Row(y)[left..right].Fill(grey);
    }
}
