using System.Text;
using Trunkline.Core.Documents;
using Trunkline.Rendering.Html;

namespace Trunkline.Unit.Tests.Rendering;

public sealed class HtmlRenderingTests
{
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
