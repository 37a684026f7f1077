using System.Text;
using Trunkline.Core.Documents;
using Trunkline.Rendering.Html;

namespace Trunkline.Unit.Tests.Rendering;

public sealed class HtmlRenderingTests
{
    private const string MailText = "the text of the mail";

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
            <iframe srcdoc="&lt;iframe src&#61;&quot;file:///etc/passwd&quot;&gt;&lt;/iframe&gt;" style="display:block!important"></iframe>
            <iframe srcdoc="&lt;object data&#61;&quot;file:///usr/share/common-licenses/BSD&quot;&gt;&lt;/object&gt;" style="display:block!important"></iframe>
            <p id="t">Original paragraph stays.</p>
            <script>document.getElementById('t').textContent = 'SCRIPT RAN'; document.write('SCRIPT RAN')</script>
            <img src="x" onerror="document.body.textContent='HANDLER RAN'">
            </body></html>
            """);
        Assert.Equal(new RenderResult.Rendered(1), await bench.RenderAsync(html, "text/html", name: MailText));
        var words = await bench.ReadAsync();
        Assert.Contains("The seventeen umbrellas are ready", words, StringComparison.Ordinal);
        Assert.Contains("Original paragraph stays", words, StringComparison.Ordinal);
        Assert.DoesNotContain("RAN", words, StringComparison.Ordinal);
        Assert.DoesNotContain("root", words, StringComparison.Ordinal);
        Assert.DoesNotContain("Redistribution", words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><text>cut", false)]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><text y='20'>&a;</text></svg>", false)]
    [InlineData("<html><svg/></html>", false)]
    [InlineData("<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'><!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;'><!ENTITY f '&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;'><!ENTITY g '&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;'>]><svg><text>&g;</text></svg>", false)]
    [InlineData("<?xml version='1.0'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd' [<!ENTITY n 'http://www.w3.org/2000/svg'>]><svg xmlns='&n;'/>", true)]
    public void Drawing_that_a_browser_would_show_as_a_broken_picture_is_known(string text, bool isWhole)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            Assert.Equal(isWhole, SvgDrawing.IsWhole(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("<img src='file:///etc/hostname'>", "file:///etc/hostname")]
    [InlineData("<IMG alt=\"a > b\" SRC = FILE:/etc/hostname>", "FILE:/etc/hostname")]
    [InlineData("<iframe src='&#102;ile:///etc/passwd'></iframe>", "file:///etc/passwd")]
    [InlineData("<iframe src='fi\nle:///etc/passwd'></iframe>", "file:///etc/passwd")]
    [InlineData("<object data='C:\\secret.html'></object>", "C:\\secret.html")]
    [InlineData("<embed src='\\\\server\\share\\plan.svg'>", "\\\\server\\share\\plan.svg")]
    [InlineData("<link rel='stylesheet' href='file:///a.css'>", "file:///a.css")]
    [InlineData("<td background=file:///a.png>", "file:///a.png")]
    [InlineData("<base href='file:///etc/'><img src='hostname'>", "file:///etc/")]
    [InlineData("<p style='background:url(file:///a.png)'>", "file:///a.png")]
    [InlineData("<style>@import \"file:///a.css\";</style>", "file:///a.css")]
    public async Task A_file_of_a_computer_in_a_page_is_refused_with_its_name_and_nothing_is_opened(string html, string link)
    {
        using var bench = await RenderingBench.StartAsync();
        var path = bench.Write("offer.html", $"<html><body><p>Offer</p>{html}</body></html>");
        foreach (var (name, subject) in new[] { ("offer.html", "\"offer.html\""), (MailText, "The text of the mail") })
        {
            var failed = Assert.IsType<RenderResult.Failed>(await bench.RenderAsync(path, "text/html", name: name));
            Assert.Equal($"{subject} shows a file of a computer ({link}) that is not part of it. Put it into the document, or send a PDF.", failed.Cause);
            Assert.False(failed.MayPass);
        }
    }

    [Theory]
    [InlineData("<script>alert(1)</script>", true)]
    [InlineData("<SCRIPT SRC='https://example.org/a.js' ></SCRIPT>", true)]
    [InlineData("<script type=\"module\">a()</script>", true)]
    [InlineData("<script type='text/javascript'>a()</script>", true)]
    [InlineData("<body onload='a()'>", true)]
    [InlineData("<img src=x onerror=a()>", true)]
    [InlineData("<script type='application/ld+json'>{\"@type\":\"Order\"}</script>", false)]
    [InlineData("<!-- <script>a()</script> -->", false)]
    [InlineData("<p>&lt;script&gt; onload = 3</p>", false)]
    public void A_script_is_what_a_browser_would_run(string html, bool isScript) => Assert.Equal(isScript, HtmlReach.HasScript(html));

    [Theory]
    [InlineData("<a href='file:///C:/plan.doc'>the plan</a>")]
    [InlineData("<link rel='File-List' href='file:///C:\\files.xml'>")]
    [InlineData("<img src='cid:logo'><img src='https://example.org/a.png'><img src='/logo.png'>")]
    [InlineData("<!--[if gte vml 1]><v:imagedata src='file:///C:/a.png'/><![endif]-->")]
    [InlineData("<p>Type file:///etc/hosts, or C:\\boot.ini</p>")]
    public void What_nobody_loads_is_no_file_link(string html) => Assert.Null(HtmlReach.FileLink(html));

    [Fact]
    public async Task A_script_in_a_file_is_refused_with_its_name_and_in_the_text_of_a_mail_it_is_left_out()
    {
        using var bench = await RenderingBench.StartAsync();
        var path = bench.Write("bill.html", "<html><body><p>Bill of March</p><script>document.write('SCRIPT RAN')</script></body></html>");
        var failed = Assert.IsType<RenderResult.Failed>(await bench.RenderAsync(path, "text/html"));
        Assert.StartsWith("\"bill.html\" has a script in it, and scripts are not run here", failed.Cause, StringComparison.Ordinal);
        Assert.IsType<RenderResult.Failed>(await bench.RenderAsync(path, "text/html", name: "the attachment"));
        Assert.Equal(new RenderResult.Rendered(1), await bench.RenderAsync(path, "text/html", name: MailText));
        Assert.DoesNotContain("RAN", await bench.ReadAsync(), StringComparison.Ordinal);
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
        var guarded = Encoding.UTF8.GetString(HtmlGuard.Guard(HtmlGuard.Read(latin, charset: null), FaxPaper.A4));
        Assert.Contains("Grüße", guarded, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP-EQUIV = 'Refresh", guarded, StringComparison.Ordinal);
        Assert.True(guarded.IndexOf("default-src 'none'", StringComparison.Ordinal) < guarded.IndexOf("iso-8859-1", StringComparison.Ordinal));
    }
}
