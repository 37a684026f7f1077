using System.Globalization;
using Trunkline.Core.Documents;
using Trunkline.Rendering.Paper;
using Trunkline.Rendering.Pdf;
using Trunkline.Rendering.Sandbox;

namespace Trunkline.Rendering.Html;

/// <summary>
/// HTML to pages: Chromium prints a guarded copy to PDF in the sandbox, and the PDF goes its own way. About a second of processor time each.
/// Three fences, for one alone has failed before: the policy in the page, a dead proxy with a resolver that knows no names, and the sandbox,
/// which has neither a network nor files worth reading.
/// </summary>
internal sealed class HtmlPages(ConverterSandbox sandbox, PdfPages pdf, RenderingOptions options)
{
    private const string PdfName = "page.pdf";

    public async Task RenderAsync(FaxDocument document, FaxPaper paper, PageSink sink, CancellationToken cancellationToken)
    {
        if (new FileInfo(document.Path).Length > options.MaxHtmlBytes)
            throw new DocumentRefusedException($"{DocumentName.Subject(document.Name)} is longer than {options.MaxHtmlBytes / 1_000_000} MB of HTML.");
        var html = HtmlGuard.Read(await File.ReadAllBytesAsync(document.Path, cancellationToken), document.Charset);
        if (HtmlReach.FileLink(html) is { } link)
        {
            throw new DocumentRefusedException(
                $"{DocumentName.Subject(document.Name)} shows a file of a computer ({link}) that is not part of it. Put it into the document, or send a PDF.");
        }
        // Every mail program shows the text of a mail without its scripts, and so do we. A file is meant to be opened by a browser, which would run them.
        if (DocumentName.IsFile(document.Name) && HtmlReach.HasScript(html))
        {
            throw new DocumentRefusedException(
                $"{DocumentName.Subject(document.Name)} has a script in it, and scripts are not run here: what it would show is not known. Save what it shows as PDF, and send that.");
        }
        await PrintPagesAsync(html, document, paper, sink, cancellationToken);
    }

    private async Task PrintPagesAsync(string html, FaxDocument document, FaxPaper paper, PageSink sink, CancellationToken cancellationToken)
    {
        using var job = JobFolder.Create(options.WorkDirectory, sandbox.FilesBelongToNobody, "document.html");
        await job.TakeInAsync(HtmlGuard.Guard(html, paper), sandbox.FilesBelongToNobody, cancellationToken);
        var printed = await PrintAsync(job, document.Name, options.ConverterCpuTime, cancellationToken);
        using var pdfJob = JobFolder.Create(options.WorkDirectory, sandbox.FilesBelongToNobody);
        pdfJob.TakeIn(printed, sandbox.FilesBelongToNobody);
        await pdf.RenderAsync(pdfJob, document.Name, sink, cancellationToken);

        // A browser prints a page for nothing at all, and often a last one for a margin.
        sink.DropWhitePagesAtEnd();
    }

    /// <summary>A drawing (SVG) is shown as a picture is: there it may neither run scripts nor load anything.</summary>
    public async Task RenderDrawingAsync(FaxDocument document, FaxPaper paper, PageSink sink, CancellationToken cancellationToken)
    {
        if (new FileInfo(document.Path).Length > options.MaxHtmlBytes)
            throw new DocumentRefusedException($"{DocumentName.Subject(document.Name)} is longer than {options.MaxHtmlBytes / 1_000_000} MB of SVG.");
        if (!SvgDrawing.IsWhole(document.Path))
            throw new DocumentRefusedException($"{DocumentName.Subject(document.Name)} is damaged or is not an SVG drawing.");
        var drawing = Convert.ToBase64String(await File.ReadAllBytesAsync(document.Path, cancellationToken));
        var html = $"<body><img src=\"data:image/svg+xml;base64,{drawing}\" style=\"display:block;width:100%;max-height:265mm;object-fit:contain\">";
        await PrintPagesAsync(html, document, paper, sink, cancellationToken);
        if (sink.Pages.Count == 0)
            throw new DocumentRefusedException($"{DocumentName.Subject(document.Name)} is damaged or is not an SVG drawing, or there is nothing on it.");
    }

    /// <summary>Prints the job's document, which has been guarded, to a PDF in its output folder.</summary>
    /// <exception cref="DocumentRefusedException">The browser did not print it.</exception>
    public async Task<string> PrintAsync(JobFolder job, string name, TimeSpan cpu, CancellationToken cancellationToken)
    {
        var limits = new ConverterLimits(AddressSpaceBytes: null, options.BrowserMemoryBytes, cpu, cpu * 2, options.ConverterFileBytes);
        var outcome = await sandbox.RunAsync(new ConverterCommand(ConverterProgram.Chromium, Arguments, limits), job, _ => { }, cancellationToken);
        if (outcome.Ending == ConverterEnding.TimeUsedUp)
        {
            throw new DocumentRefusedException(
                string.Create(CultureInfo.InvariantCulture, $"{DocumentName.Subject(name)} took more than {cpu.TotalSeconds:0.#} s to convert."), mayPass: true);
        }

        var printed = new FileInfo(Path.Combine(job.OutputFolder, PdfName));

        // What a converter left may be a link to a file of ours. A browser prints whatever it is given: when it does not, a full disk or too
        // little memory is likelier than the page.
        if (!outcome.Succeeded || !printed.Exists || printed.LinkTarget is not null)
            throw new DocumentRefusedException($"{DocumentName.Subject(name)} could not be printed: it may need more memory than is allowed.", mayPass: true);
        return printed.FullName;
    }

    /// <summary>Its own sandbox wants privileges that ours takes away. Scripts stay on for the browser's own printing; the policy stops the page's.</summary>
    private static IEnumerable<string> Arguments(ConverterPaths paths) =>
    [
        "--headless", "--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-software-rasterizer", "--disable-dev-shm-usage",
        "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
        "--disable-crash-reporter", "--renderer-process-limit=1", "--proxy-server=127.0.0.1:9", "--host-resolver-rules=MAP * ~NOTFOUND",
        $"--user-data-dir={paths.ScratchFolder}/profile", "--no-pdf-header-footer", $"--print-to-pdf={paths.OutputFolder}/{PdfName}",
        $"file://{paths.Document}",
    ];
}
