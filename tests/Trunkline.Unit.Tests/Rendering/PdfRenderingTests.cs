using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core.Documents;
using Trunkline.Rendering.Paper;
using Trunkline.Rendering.Pdf;
using Trunkline.Rendering.Sandbox;
using Trunkline.Rendering.Tiff;

namespace Trunkline.Unit.Tests.Rendering;

public sealed class PdfRenderingTests
{
    private const string Frame = "0 setgray 6 setlinewidth 3 3 W 6 sub H 6 sub rectstroke ";

    private static string Framed(int width, int height) =>
        $"<</PageSize[{width} {height}]>>setpagedevice " + Frame.Replace("W", $"{width}", StringComparison.Ordinal).Replace("H", $"{height}", StringComparison.Ordinal) + "showpage\n";

    [Fact]
    public async Task A_pdf_becomes_as_many_pages_as_it_has_and_its_words_can_be_read()
    {
        using var bench = await RenderingBench.StartAsync();
        var pdf = bench.Pdf("order.pdf", string.Concat(Enumerable.Range(1, 3).Select(i =>
            $"<</PageSize[595 842]>>setpagedevice /Helvetica findfont 12 scalefont setfont 72 700 moveto (Invoice number {i} for seventeen umbrellas) show showpage\n")));
        Assert.Equal(new RenderResult.Rendered(3), await bench.RenderAsync(pdf, "application/pdf"));
        Assert.Contains("Invoice number 2 for seventeen umbrellas", await bench.ReadAsync(page: 2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(595, 842)]
    [InlineData(612, 792)]
    [InlineData(612, 1008)]
    [InlineData(1191, 842)]
    [InlineData(4000, 4000)]
    public async Task Nothing_of_a_page_is_cut_and_its_proportion_is_true(int width, int height)
    {
        using var bench = await RenderingBench.StartAsync();
        var page = Assert.Single(await bench.PagesAsync(bench.Pdf("frame.pdf", Framed(width, height)), "application/pdf"));
        Assert.Equal(2292, page.Rows);
        var ink = page.Ink();
        var across = (ink.Right - ink.Left + 1) / 204.0;
        var down = (ink.Bottom - ink.Top + 1) / 196.0;
        var wanted = Math.Min(width, height) / (double)Math.Max(width, height);
        Assert.Equal(wanted, Math.Min(across, down) / Math.Max(across, down), tolerance: 0.01);
        Assert.InRange(page.Darkness(ink.Left, ink.Top, ink.Left + 2, ink.Bottom), 0.9, 1);
        Assert.InRange(page.Darkness(ink.Right - 1, ink.Top, ink.Right + 1, ink.Bottom), 0.9, 1);
    }

    [Fact]
    public async Task A_long_receipt_goes_on_several_sheets_in_its_true_size_and_no_line_of_it_is_lost()
    {
        using var bench = await RenderingBench.StartAsync();
        var lines = string.Concat(Enumerable.Range(1, 120).Select(i => $"10 {3400 - (i * 28)} moveto (item {i:000} costs {i * 7} euro) show "));
        var pdf = bench.Pdf("till.pdf", $"<</PageSize[227 3400]>>setpagedevice /Helvetica findfont 10 scalefont setfont {lines} showpage\n");
        Assert.Equal(new RenderResult.Rendered(5), await bench.RenderAsync(pdf, "application/pdf"));
        var words = await bench.ReadAsync(1) + await bench.ReadAsync(2) + await bench.ReadAsync(3) + await bench.ReadAsync(4) + await bench.ReadAsync(5);
        Assert.All(Enumerable.Range(1, 120), i => Assert.Contains($"item {i:000} costs", words, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(595)]
    [InlineData(596)]
    [InlineData(597)]
    [InlineData(598)]
    public async Task The_longest_page_of_a_pdf_stays_within_the_dots_that_may_be_drawn(int width)
    {
        using var bench = await RenderingBench.StartAsync();
        var pdf = bench.Pdf("site.pdf", $"<</PageSize[{width} 14400]>>setpagedevice 100 100 200 14200 rectfill showpage\n");
        var result = await bench.RenderAsync(pdf, "application/pdf");
        Assert.True(result is RenderResult.Rendered { Pages: >= 12 and <= 18 }, $"{result}");
    }

    [Fact]
    public async Task A_landscape_page_is_turned_and_fills_the_sheet()
    {
        using var bench = await RenderingBench.StartAsync();

        // A bar along the top edge of the page comes to lie at the left.
        var page = Assert.Single(await bench.PagesAsync(
            bench.Pdf("wide.pdf", "<</PageSize[842 595]>>setpagedevice 0 565 842 30 rectfill showpage\n", "-dAutoRotatePages=/None"), "application/pdf"));
        var ink = page.Ink();
        Assert.InRange(ink.Bottom - ink.Top, 2270, 2292);
        Assert.InRange(ink.Right, 0, 200);
    }

    [Fact]
    public async Task A_small_page_keeps_its_size()
    {
        using var bench = await RenderingBench.StartAsync();
        var page = Assert.Single(await bench.PagesAsync(bench.Pdf("card.pdf", Framed(144, 216)), "application/pdf"));
        var ink = page.Ink();
        Assert.InRange(ink.Right - ink.Left, 404, 410);
        Assert.InRange(ink.Bottom - ink.Top, 584, 590);
    }

    [Fact]
    public async Task A_white_page_within_a_document_is_kept()
    {
        using var bench = await RenderingBench.StartAsync();
        var pages = await bench.PagesAsync(bench.Pdf("gap.pdf", Framed(595, 842) + "showpage\n" + Framed(595, 842)), "application/pdf");
        Assert.Equal(3, pages.Count);
        Assert.Equal(-1, pages[1].Ink().Right);
    }

    [Fact]
    public async Task What_the_first_program_cannot_draw_the_second_does()
    {
        using var bench = await RenderingBench.StartAsync();
        var pdf = bench.Pdf("frame.pdf", Framed(842, 595), "-dAutoRotatePages=/None");
        var whole = Assert.Single(await bench.PagesAsync(pdf, "application/pdf")).Ink();
        var confinement = await SandboxProbe.FindAsync(bench.Options, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);
        using var sandbox = new ConverterSandbox(confinement, TimeProvider.System, NullLogger.Instance);
        using var job = JobFolder.Create(bench.Options.WorkDirectory, sandbox.FilesBelongToNobody);
        job.TakeIn(pdf, sandbox.FilesBelongToNobody);
        var sink = new PageSink(Sheet.For(FaxPageFormat.Default), int.MaxValue, int.MaxValue, NullLogger.Instance);
        var pages = new PdfPages(sandbox, bench.Options, NullLogger.Instance) { Drawing = new ConverterProgram("/usr/bin/false", "coreutils") };
        await pages.RenderAsync(job, "frame.pdf", sink, TestContext.Current.CancellationToken);
        FaxTiff.Write(sink.Pages, bench.In("second.tif"));
        var second = FaxTiff.ReadPage(bench.In("second.tif"), 1).Page.Ink();
        Assert.Equal(whole.Right, second.Right, tolerance: 2.0);
        Assert.Equal(whole.Bottom, second.Bottom, tolerance: 2.0);
    }

    [Fact]
    public async Task A_pdf_with_a_password_is_refused_in_a_sentence_that_names_it()
    {
        using var bench = await RenderingBench.StartAsync();
        var pdf = bench.Pdf("secret.pdf", Framed(595, 842), "-sOwnerPassword=a", "-sUserPassword=b", "-dEncryptionR=3", "-dKeyLength=128");
        Assert.Equal(new RenderResult.Failed("\"secret.pdf\" is protected by a password."), await bench.RenderAsync(pdf, "application/pdf"));
    }

    [Fact]
    public async Task A_broken_pdf_and_a_zip_by_that_name_are_refused_and_leave_nothing()
    {
        using var bench = await RenderingBench.StartAsync();
        foreach (var content in new byte[][] { "%PDF-1.7\n1 0 obj <</Type"u8.ToArray(), [0x50, 0x4B, 3, 4, 20, 0, 0, 0, 8, 0] })
        {
            var result = await bench.RenderAsync(bench.Write("plan.pdf", content), "application/pdf");
            Assert.Equal(new RenderResult.Failed("\"plan.pdf\" is damaged or is not a PDF document."), result);
        }

        Assert.False(File.Exists(bench.In("out.tif")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(bench.Options.WorkDirectory));
    }

    [Fact]
    public async Task A_pdf_with_too_many_pages_is_refused_before_any_is_made()
    {
        using var bench = await RenderingBench.StartAsync(o => o with { MaxPages = 2 });
        var result = await bench.RenderAsync(bench.Pdf("book.pdf", Framed(100, 100) + Framed(100, 100) + Framed(100, 100)), "application/pdf");
        Assert.Equal(new RenderResult.Failed("\"book.pdf\" has 3 pages; at most 2 can be faxed."), result);
    }

    [Fact]
    public async Task Ten_thousand_pages_are_refused_before_any_is_made()
    {
        using var bench = await RenderingBench.StartAsync();
        var kids = string.Concat(Enumerable.Range(3, 10_000).Select(i => $"{i} 0 R "));
        var pdf = bench.Write("book.pdf",
            $"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Count 10000/Kids[{kids}]>> endobj\n"
            + string.Concat(Enumerable.Range(3, 10_000).Select(i => $"{i} 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>> endobj\n")) + "trailer <</Root 1 0 R>>\n");
        Assert.Equal(new RenderResult.Failed("\"book.pdf\" has 10000 pages; at most 200 can be faxed."), await bench.RenderAsync(pdf, "application/pdf"));
    }

    [Fact]
    public async Task Pages_of_mixed_sizes_in_one_document_are_each_whole_and_in_proportion()
    {
        using var bench = await RenderingBench.StartAsync();
        (int Width, int Height)[] sizes = [(595, 842), (842, 595), (612, 1008), (227, 1400), (595, 842)];
        var pages = await bench.PagesAsync(bench.Pdf("mixed.pdf", string.Concat(sizes.Select(s => Framed(s.Width, s.Height))), "-dAutoRotatePages=/None"), "application/pdf");
        Assert.Equal(sizes.Length, pages.Count);
        foreach (var (page, size) in pages.Zip(sizes))
        {
            var ink = page.Ink();
            var (across, down) = ((ink.Right - ink.Left + 1) / 204.0, (ink.Bottom - ink.Top + 1) / 196.0);
            Assert.Equal(Math.Min(size.Width, size.Height) / (double)Math.Max(size.Width, size.Height), Math.Min(across, down) / Math.Max(across, down), tolerance: 0.01);
        }
    }

    [Fact]
    public async Task A_pdf_that_burns_processor_time_is_stopped()
    {
        using var bench = await RenderingBench.StartAsync(o => o with { ConverterCpuTime = TimeSpan.FromSeconds(1), ConverterCpuTimePerPage = TimeSpan.Zero });
        var result = await bench.RenderAsync(bench.Write("plan.pdf", PdfBomb.Layered()), "application/pdf");
        Assert.Equal(new RenderResult.Failed("\"plan.pdf\" took more than 1 s to convert.", MayPass: true), result);
    }
}
