using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core.Documents;
using Trunkline.Rendering;
using Trunkline.Rendering.Paper;
using Trunkline.Rendering.Tiff;

namespace Trunkline.Unit.Tests.Rendering;

/// <summary>A renderer in a folder of its own, and the tools that make documents and read pages.</summary>
internal sealed class RenderingBench : IDisposable
{
    private readonly DirectoryInfo _folder = PassableFolder.Create();

    private RenderingBench()
    {
    }

    public FaxRenderer Renderer { get; private set; } = null!;

    public RenderingOptions Options { get; private set; } = null!;

    public static async Task<RenderingBench> StartAsync(Func<RenderingOptions, RenderingOptions>? adjust = null)
    {
        var bench = new RenderingBench();
        var options = new RenderingOptions { WorkDirectory = bench.In("work") };
        bench.Options = adjust is null ? options : adjust(options);
        bench.Renderer = await FaxRenderer.StartAsync(bench.Options, TimeProvider.System, NullLogger<FaxRenderer>.Instance, TestContext.Current.CancellationToken);
        return bench;
    }

    public string In(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, string content)
    {
        File.WriteAllText(In(name), content);
        return In(name);
    }

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(In(name), content);
        return In(name);
    }

    /// <param name="name">As the mail calls it; the file's own when null.</param>
    public Task<RenderResult> RenderAsync(
        string path, string contentType, FaxPageFormat? format = null, string? charset = null, string output = "out.tif", string? name = null) =>
        Renderer.RenderAsync(
            new FaxDocument(name ?? Path.GetFileName(path), contentType, charset, path), format ?? FaxPageFormat.Default, In(output), TestContext.Current.CancellationToken);

    /// <summary>Renders and returns the pages; fails the test when there are none.</summary>
    public async Task<IReadOnlyList<BilevelPage>> PagesAsync(string path, string contentType, FaxPageFormat? format = null)
    {
        var result = await RenderAsync(path, contentType, format);
        var rendered = Assert.IsType<RenderResult.Rendered>(result);
        return [.. Enumerable.Range(1, rendered.Pages).Select(page => FaxTiff.ReadPage(In("out.tif"), page).Page)];
    }

    /// <summary>The words that a reader sees on a page, by OCR.</summary>
    public async Task<string> ReadAsync(int page = 1, string output = "out.tif")
    {
        var png = await Renderer.PreviewAsync(In(output), page, 1728, TestContext.Current.CancellationToken);
        return Run("/usr/bin/tesseract", Write("ocr.png", png), "-", "--dpi", "204", "--psm", "4");
    }

    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_THREAD_LIMIT"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }

    /// <summary>A PDF from PostScript, by Ghostscript.</summary>
    public string Pdf(string name, string postScript, params string[] more)
    {
        var source = Write($"{name}.ps", postScript);
        Run("/usr/bin/gs", ["-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-o", In(name), .. more, source]);
        return In(name);
    }

    public void Dispose()
    {
        Renderer?.Dispose();
        _folder.Delete(recursive: true);
    }
}
