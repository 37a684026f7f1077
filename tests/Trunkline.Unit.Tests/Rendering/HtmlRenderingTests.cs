using System.Text;
using Trunkline.Core.Documents;
using Trunkline.Rendering.Html;

namespace Trunkline.Unit.Tests.Rendering;

public sealed class HtmlRenderingTests
{
    [Fact]
    public async Task A_drawing_is_drawn_and_neither_its_script_nor_its_links_do_anything()
    {
        using var bench = await RenderingBench.StartAsync();
        var bait = bench.Write("bait.txt", "the bait was taken");
        var drawing = bench.Write("plan.svg", $"""
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 600 300"><text x="20" y="60" font-size="28">Seventeen umbrellas</text>
            <text id="t" x="20" y="120" font-size="28">before</text><script>document.getElementById("t").textContent = "the script ran"</script>
            <image href="file://{bait}" x="400" y="180" width="100" height="100"/><foreignObject x="0" y="150" width="600" height="100"><iframe xmlns="http://www.w3.org/1999/xhtml" src="file://{bait}"/></foreignObject></svg>
            """);
        Assert.Equal(new RenderResult.Rendered(1), await bench.RenderAsync(drawing, "image/svg+xml"));
        var read = await bench.ReadAsync();
        Assert.Contains("Seventeen umbrellas", read, StringComparison.Ordinal);
        Assert.Contains("before", read, StringComparison.Ordinal);
        Assert.DoesNotContain("bait", read, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Html_is_read_and_neither_files_nor_scripts_leave_anything_on_the_page()
    {
        using var bench = await RenderingBench.StartAsync();
        var html = bench.Write("mail.html", """
            <html><head><meta http-equiv="refresh" content="0;url=file:///usr/share/common-licenses/BSD"></head><body>
            <p style="font-size:20px">The seventeen umbrellas are ready.</p>
            <iframe src="file:///etc/passwd" style="display:block!important"></iframe><object data="file:///usr/share/common-licenses/BSD"></object>
            <p id="t">Original paragraph stays.</p>
            <script>document.getElementById('t').textContent = 'SCRIPT RAN'; document.write('SCRIPT RAN')</script>
            <img src="x" onerror="document.body.textContent='HANDLER RAN'">
            </body></html>
            """);
        Assert.Equal(new RenderResult.Rendered(1), await bench.RenderAsync(html, "text/html"));
        var words = await bench.ReadAsync();
        Assert.Contains("The seventeen umbrellas are ready", words, StringComparison.Ordinal);
        Assert.Contains("Original paragraph stays", words, StringComparison.Ordinal);
        Assert.DoesNotContain("RAN", words, StringComparison.Ordinal);
        Assert.DoesNotContain("root", words, StringComparison.Ordinal);
        Assert.DoesNotContain("Redistribution", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Html_without_anything_to_see_makes_no_page()
    {
        using var bench = await RenderingBench.StartAsync();
        Assert.Equal(new RenderResult.Rendered(0), await bench.RenderAsync(bench.Write("empty.html", "<html><body> &nbsp;<br></body></html>"), "text/html"));
    }

    [Fact]
    public void The_guard_speaks_first_and_in_utf8()
    {
        var latin = Encoding.Latin1.GetBytes("<html><head><meta charset=iso-8859-1><META HTTP-EQUIV = 'Refresh' content='0'></head>Grüße");
        var guarded = Encoding.UTF8.GetString(HtmlGuard.Guard(latin, charset: null, FaxPaper.A4));
        Assert.Contains("Grüße", guarded, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP-EQUIV = 'Refresh", guarded, StringComparison.Ordinal);
        Assert.True(guarded.IndexOf("default-src 'none'", StringComparison.Ordinal) < guarded.IndexOf("iso-8859-1", StringComparison.Ordinal));
    }
}
