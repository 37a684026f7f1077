using Trunkline.Core.Documents;
using Trunkline.Rendering.Tiff;

namespace Trunkline.Unit.Tests.Rendering;

public sealed class SheetRenderingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Many_sheets_are_printed_in_one_run_and_each_has_a_page_and_styles_of_its_own()
    {
        using var bench = await RenderingBench.StartAsync();
        var sheets = new[] { "Umbrella", "Lighthouse", "Orchard" }
            .Select((word, i) => new FaxSheet($"<style>p {{ font-size: {20 + 30 * i}px }}</style><p>{word} number</p>", bench.In($"{i}.tif"))).ToList();
        var results = await bench.Renderer.RenderSheetsAsync(sheets, FaxPageFormat.Default, None);
        Assert.All(results, r => Assert.Equal(new RenderResult.Rendered(1), r));
        var heights = new List<int>();
        for (var i = 0; i < sheets.Count; i++)
        {
            Assert.Contains(new[] { "Umbrella", "Lighthouse", "Orchard" }[i], await bench.ReadAsync(output: $"{i}.tif"), StringComparison.Ordinal);
            var ink = FaxTiff.ReadPage(bench.In($"{i}.tif"), 1).Page.Ink();
            heights.Add(ink.Bottom - ink.Top);
        }
        Assert.True(heights[0] * 2 < heights[1] && heights[1] < heights[2], string.Join(' ', heights));
    }

    [Fact]
    public async Task A_sheet_that_is_too_long_is_made_smaller_and_the_others_are_not()
    {
        using var bench = await RenderingBench.StartAsync();
        const string word = "<h1 style='font-size:40px;margin:0'>Heading</h1>";
        FaxSheet[] sheets =
        [
            new(word, bench.In("short.tif")),
            new(word + string.Concat(Enumerable.Repeat("<p style='margin:0;height:30px'>line</p>", 40)), bench.In("long.tif")),
            new(word + "<div style='height:5000px'>.</div>", bench.In("endless.tif")),
            new(word, bench.In("last.tif")),
        ];
        var results = await bench.Renderer.RenderSheetsAsync(sheets, FaxPageFormat.Default, None);
        Assert.Equal([true, true, false, true], results.Select(r => r is RenderResult.Rendered { Pages: 1 }));
        Assert.False(Assert.IsType<RenderResult.Failed>(results[2]).MayPass);
        Assert.False(File.Exists(bench.In("endless.tif")));
        Assert.Equal(await File.ReadAllBytesAsync(bench.In("short.tif"), None), await File.ReadAllBytesAsync(bench.In("last.tif"), None));
        var longest = FaxTiff.ReadPage(bench.In("long.tif"), 1).Page.Ink();
        Assert.True(longest.Bottom > 1500, $"The last line stands in row {longest.Bottom}.");
    }

    [Fact]
    public async Task A_sheet_runs_no_script_and_reads_no_file()
    {
        using var bench = await RenderingBench.StartAsync();
        var html = """
            <p id="t">Original paragraph stays.</p><script>document.body.textContent = 'SCRIPT RAN'</script>
            <iframe src="file:///etc/passwd"></iframe><img src="x" onerror="document.body.textContent='HANDLER RAN'">
            <meta http-equiv="refresh" content="0;url=file:///usr/share/common-licenses/BSD">
            """;
        var results = await bench.Renderer.RenderSheetsAsync([new FaxSheet(html, bench.In("out.tif"))], FaxPageFormat.Default, None);
        Assert.Equal(new RenderResult.Rendered(1), Assert.Single(results));
        var words = await bench.ReadAsync();
        Assert.Contains("Original paragraph stays", words, StringComparison.Ordinal);
        Assert.DoesNotContain("RAN", words, StringComparison.Ordinal);
        Assert.DoesNotContain("root", words, StringComparison.Ordinal);
    }
}
