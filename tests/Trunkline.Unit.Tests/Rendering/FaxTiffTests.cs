using SkiaSharp;
using Trunkline.Core.Documents;
using Trunkline.Rendering.Tiff;

namespace Trunkline.Unit.Tests.Rendering;

public sealed class FaxTiffTests
{
    [Fact]
    public async Task Joined_pages_are_the_same_strips_in_order()
    {
        using var bench = await RenderingBench.StartAsync();
        await bench.RenderAsync(bench.Write("a.txt", "first\fsecond"), "text/plain", output: "a.tif");
        await bench.RenderAsync(bench.Write("b.txt", "third"), "text/plain", output: "b.tif");
        var count = await bench.Renderer.JoinAsync([bench.In("a.tif"), bench.In("b.tif")], bench.In("all.tif"), TestContext.Current.CancellationToken);
        Assert.Equal(3, count);
        var joined = FaxTiff.ReadStrips(bench.In("all.tif")).Select(s => s.Code).ToList();
        var single = FaxTiff.ReadStrips(bench.In("a.tif")).Concat(FaxTiff.ReadStrips(bench.In("b.tif"))).Select(s => s.Code).ToList();
        Assert.Equal(single, joined);
        var info = RenderingBench.Run("/usr/bin/tiffinfo", bench.In("all.tif"));
        Assert.Contains("Page Number: 2-3", info, StringComparison.Ordinal);
        Assert.Contains("Image Width: 1728 Image Length: 2292", info, StringComparison.Ordinal);
        Assert.Contains("Resolution: 204, 196 pixels/inch", info, StringComparison.Ordinal);
        Assert.Contains("CCITT Group 4", info, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FaxResolution.Standard, FaxPaper.A4, 1146)]
    [InlineData(FaxResolution.Fine, FaxPaper.Letter, 2156)]
    [InlineData(FaxResolution.Superfine, FaxPaper.Legal, 5474)]
    public async Task A_preview_has_the_proportion_of_the_paper_whatever_the_resolution(FaxResolution resolution, FaxPaper paper, int rows)
    {
        using var bench = await RenderingBench.StartAsync();
        var format = new FaxPageFormat(resolution, paper);
        var page = Assert.Single(await bench.PagesAsync(bench.Write("a.txt", "Words"), "text/plain", format));
        Assert.Equal(rows, page.Rows);
        using var preview = SKBitmap.Decode(await bench.Renderer.PreviewAsync(bench.In("out.tif"), 1, 600, TestContext.Current.CancellationToken));
        var inches = paper switch { FaxPaper.A4 => 11.69, FaxPaper.Letter => 11, FaxPaper.Legal => 14 };
        Assert.Equal(600, preview.Width);
        Assert.Equal(600 / (1728 / 204.0) * inches, preview.Height, tolerance: 2);
    }

    [Fact]
    public async Task The_same_document_gives_the_same_bytes()
    {
        using var bench = await RenderingBench.StartAsync();
        var text = bench.Write("a.txt", "The same\nevery time");
        await bench.RenderAsync(text, "text/plain", output: "1.tif");
        await bench.RenderAsync(text, "text/plain", output: "2.tif");
        Assert.Equal(File.ReadAllBytes(bench.In("1.tif")), File.ReadAllBytes(bench.In("2.tif")));
    }
}
