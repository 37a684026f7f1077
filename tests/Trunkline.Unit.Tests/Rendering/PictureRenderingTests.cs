using Trunkline.Core.Documents;

namespace Trunkline.Unit.Tests.Rendering;

public sealed class PictureRenderingTests
{
    private static string Gm(RenderingBench bench, string name, params string[] arguments)
    {
        RenderingBench.Run("/usr/bin/gm", ["convert", .. arguments, bench.In(name)]);
        return bench.In(name);
    }

    /// <summary>White with a black frame of eight dots.</summary>
    private static string[] Framed(int width, int height) =>
        ["-size", $"{width - 16}x{height - 16}", "xc:white", "-bordercolor", "black", "-border", "8x8"];

    [Fact]
    public async Task The_words_of_a_jpeg_can_be_read()
    {
        using var bench = await RenderingBench.StartAsync();
        var jpeg = Gm(bench, "scan.jpg", "-size", "1700x2200", "xc:white", "-font", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "-pointsize", "16", "-draw", "text 200,400 'Seventeen umbrellas delivered'", "-density", "200", "-units", "PixelsPerInch");
        Assert.Equal(new RenderResult.Rendered(1), await bench.RenderAsync(jpeg, "image/jpeg"));
        Assert.Contains("Seventeen umbrellas delivered", await bench.ReadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 700)]
    [InlineData(700, 1000)]
    [InlineData(3000, 500)]
    public async Task Nothing_of_a_picture_is_cut_and_its_proportion_is_true(int width, int height)
    {
        using var bench = await RenderingBench.StartAsync();
        var ink = Assert.Single(await bench.PagesAsync(Gm(bench, "frame.png", Framed(width, height)), "image/png")).Ink();
        var across = (ink.Right - ink.Left + 1) / 204.0;
        var down = (ink.Bottom - ink.Top + 1) / 196.0;
        Assert.Equal(Math.Min(width, height) / (double)Math.Max(width, height), Math.Min(across, down) / Math.Max(across, down), tolerance: 0.01);
        Assert.InRange(Math.Max(across, down), 7, 11.7);
    }

    [Fact]
    public async Task A_picture_of_a_whole_site_goes_on_several_sheets()
    {
        using var bench = await RenderingBench.StartAsync();
        var words = Enumerable.Range(0, 60).SelectMany(i => (string[])["-draw", $"text 20,{60 + (i * 100)} 'Paragraph {i + 100} of the page'"]).ToArray();
        var png = Gm(bench, "site.png", ["-size", "1000x6050", "xc:white", "-font", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "-pointsize", "28", .. words]);
        Assert.Equal(new RenderResult.Rendered(5), await bench.RenderAsync(png, "image/png"));
        var read = "";
        for (var page = 1; page <= 5; page++)
            read += await bench.ReadAsync(page);
        Assert.All(Enumerable.Range(0, 60), i => Assert.Contains($"Paragraph {i + 100} of", read, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Transparency_is_laid_over_white()
    {
        using var bench = await RenderingBench.StartAsync();
        var png = Gm(bench, "clear.png", "-size", "400x400", "xc:transparent", "-fill", "black", "-draw", "rectangle 100,100 300,300");
        var page = Assert.Single(await bench.PagesAsync(png, "image/png"));
        var ink = page.Ink();
        Assert.Equal(201 * 204 / 96.0, ink.Right - ink.Left + 1, tolerance: 4);
    }

    [Fact]
    public async Task A_camera_that_was_held_sideways_gives_an_upright_picture()
    {
        using var bench = await RenderingBench.StartAsync();

        // The bar is on top of what is stored; shown by the tag (6: turn clockwise) it is at the right.
        var tiff = Gm(bench, "held.tif", "-size", "600x400", "xc:white", "-fill", "black", "-draw", "rectangle 0,0 599,40", "-orient", "RightTop");
        var ink = Assert.Single(await bench.PagesAsync(tiff, "image/tiff")).Ink();
        Assert.True(ink.Bottom - ink.Top > ink.Right - ink.Left);
        Assert.True(ink.Left > 864);
    }

    [Fact]
    public async Task Cmyk_is_not_inverted()
    {
        using var bench = await RenderingBench.StartAsync();
        var jpeg = Gm(bench, "print.jpg", [.. Framed(800, 600), "-colorspace", "CMYK"]);
        var page = Assert.Single(await bench.PagesAsync(jpeg, "image/jpeg"));
        var ink = page.Ink();
        Assert.True(page.Darkness(ink.Left, ink.Top, ink.Right, ink.Bottom) < 0.2);
    }

    [Theory]
    [InlineData("None")]
    [InlineData("LZW")]
    [InlineData("Zip")]
    [InlineData("RLE")]
    [InlineData("JPEG")]
    [InlineData("Group4")]
    public async Task A_tiff_of_several_pages_keeps_them_all_whatever_its_compression(string compression)
    {
        using var bench = await RenderingBench.StartAsync();
        var one = Gm(bench, "one.png", Framed(600, 800));
        var tiff = Gm(bench, "three.tif", one, one, one, "-compress", compression);
        var pages = await bench.PagesAsync(tiff, "image/tiff");
        Assert.Equal(3, pages.Count);
        Assert.All(pages, p => Assert.Equal(600 * 204 / 96.0, p.Ink().Right - p.Ink().Left + 1, tolerance: 4));
    }

    [Theory]
    [InlineData("image/gif", "GIF")]
    [InlineData("image/webp", "WEBP")]
    [InlineData("image/bmp", "BMP")]
    [InlineData("image/heic", "HEIC")]
    public async Task Pictures_of_telephones_and_of_the_web_become_a_page(string contentType, string coder)
    {
        using var bench = await RenderingBench.StartAsync();
        var picture = bench.In("picture");
        var png = Gm(bench, "frame.png", Framed(800, 600));
        if (coder == "HEIC")
            RenderingBench.Run("/usr/bin/heif-enc", png, "-o", picture);
        else
            RenderingBench.Run("/usr/bin/gm", "convert", png, $"{coder}:{picture}");
        var ink = Assert.Single(await bench.PagesAsync(picture, contentType)).Ink();
        var (across, down) = ((ink.Right - ink.Left + 1) / 204.0, (ink.Bottom - ink.Top + 1) / 196.0);
        Assert.InRange(across, 7.9, 8.5);
        Assert.Equal(800 / 600.0, across / down, tolerance: 0.01);
    }

    [Fact]
    public async Task Of_an_animation_the_first_picture_is_the_page()
    {
        using var bench = await RenderingBench.StartAsync();
        var one = Gm(bench, "one.png", Framed(300, 200));
        Assert.Single(await bench.PagesAsync(Gm(bench, "moving.gif", one, one, one), "image/gif"));
    }

    [Fact]
    public async Task Our_own_fax_pages_go_out_dot_for_dot()
    {
        using var bench = await RenderingBench.StartAsync();
        await bench.RenderAsync(bench.Write("note.txt", "Seventeen umbrellas\fand galoshes"), "text/plain", output: "first.tif");
        Assert.Equal(new RenderResult.Rendered(2), await bench.RenderAsync(bench.In("first.tif"), "image/tiff", output: "second.tif"));
        Assert.Equal(File.ReadAllBytes(bench.In("first.tif")), File.ReadAllBytes(bench.In("second.tif")));
    }

    [Fact]
    public async Task A_group_3_fax_of_standard_resolution_keeps_its_height_on_a_fine_page()
    {
        using var bench = await RenderingBench.StartAsync();
        var g3 = Gm(bench, "g3.tif", [.. Framed(1728, 1100), "-density", "204x98", "-units", "PixelsPerInch", "-monochrome", "-compress", "Fax"]);
        var page = Assert.Single(await bench.PagesAsync(g3, "image/tiff"));
        Assert.Equal(2200, page.Rows);
        Assert.Equal((0, 0, 1727, 2199), page.Ink());
    }

    [Fact]
    public async Task A_decompression_bomb_is_refused_by_its_size()
    {
        using var bench = await RenderingBench.StartAsync();
        var png = Gm(bench, "bomb.png", "-size", "9000x9000", "xc:white", "-monochrome");
        Assert.Equal(new RenderResult.Failed("\"bomb.png\" has 81 megapixels; at most 40 can be faxed."), await bench.RenderAsync(png, "image/png"));
    }

    [Fact]
    public async Task A_picture_that_is_none_is_refused_and_cannot_choose_another_decoder()
    {
        using var bench = await RenderingBench.StartAsync();
        foreach (var content in (string[])["%!PS\nshowpage", "push graphic-context", "GIF89a"])
        {
            Assert.Equal(
                new RenderResult.Failed("\"logo.png\" is damaged or is not a PNG picture."), await bench.RenderAsync(bench.Write("logo.png", content), "image/png"));
        }
    }

    [Fact]
    public async Task A_photo_is_dithered_and_stays_within_the_budget_of_its_page()
    {
        using var bench = await RenderingBench.StartAsync();
        var photo = Gm(bench, "photo.jpg", "-size", "1200x1600", "plasma:grey40-grey70");
        var page = Assert.Single(await bench.PagesAsync(photo, "image/jpeg"));
        Assert.InRange(page.Darkness(200, 200, 1500, 1800), 0.2, 0.8);
        Assert.InRange(new FileInfo(bench.In("out.tif")).Length, 20_000, 301_000);
    }
}
