using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Trunkline.Core.Documents;
using Trunkline.Rendering.Paper;
using Trunkline.Rendering.Pdf;
using Trunkline.Rendering.Sandbox;
using Trunkline.Rendering.Tiff;

namespace Trunkline.Rendering.Html;

/// <summary>
/// Many sheets of HTML to one page each, in one run of the browser. Each sheet has a shadow tree of its own, so that styles do not mix, and a
/// named place, by which the printed document tells how many pages each took. What is too long for its page is printed again, smaller.
/// </summary>
internal sealed class SheetPages(ConverterSandbox sandbox, HtmlPages html, PdfPages pdf, RenderingOptions options, ILogger logger)
{
    private const string Name = "the cover page";

    /// <summary>Below about half its size a text of ten points cannot be read in standard resolution.</summary>
    private static readonly double[] Scales = [1, 0.85, 0.7, 0.55];

    /// <summary>Renders sheets; the results are in their order.</summary>
    public async Task<IReadOnlyList<RenderResult>> RenderAsync(
        IReadOnlyList<FaxSheet> sheets, FaxPageFormat format, CancellationToken cancellationToken)
    {
        var results = new RenderResult[sheets.Count];
        foreach (var chunk in Enumerable.Range(0, sheets.Count).Chunk(options.MaxSheets))
        {
            try
            {
                await RenderAsync(sheets, [.. chunk], results, format, cancellationToken);
            }
            catch (DocumentRefusedException refusal)
            {
                logger.NotRendered("a cover page", refusal.Message, refusal.MayPass);
                foreach (var i in chunk)
                    results[i] ??= new RenderResult.Failed(refusal.Message, refusal.MayPass);
            }
        }
        return results;
    }

    private async Task RenderAsync(
        IReadOnlyList<FaxSheet> sheets, List<int> wanted, RenderResult[] results, FaxPageFormat format, CancellationToken cancellationToken)
    {
        foreach (var scale in Scales)
        {
            var tooLong = await RenderAsync(sheets, wanted, scale, results, format, cancellationToken);
            if (tooLong.Count == 0)
                return;
            var fitting = wanted.Except(tooLong).ToList();
            // Once more, and only those that fit: a page for a page.
            if (fitting.Count > 0 && await RenderAsync(sheets, fitting, scale, results, format, cancellationToken) is { Count: > 0 } still)
                throw new DocumentRefusedException($"{DocumentName.Subject(Name)} took {still.Count} more pages when it was printed again.", mayPass: true);
            wanted = tooLong;
        }
        foreach (var i in wanted)
            results[i] = new RenderResult.Failed($"{DocumentName.Subject(Name)} has more on it than fits on one page.");
    }

    /// <summary>Renders when each of them takes one page; else returns those that take more, and renders none.</summary>
    private async Task<List<int>> RenderAsync(IReadOnlyList<FaxSheet> sheets, List<int> wanted, double scale, RenderResult[] results, FaxPageFormat format,
        CancellationToken cancellationToken)
    {
        using var job = JobFolder.Create(options.WorkDirectory, sandbox.FilesBelongToNobody, "sheets.html");
        var document = Compose(wanted.Select(i => sheets[i].Html), format.Paper, scale);
        if (document.Length > options.MaxHtmlBytes)
            throw new DocumentRefusedException($"{DocumentName.Subject(Name)} is longer than {options.MaxHtmlBytes / 1_000_000} MB of HTML.");
        await job.TakeInAsync(document, sandbox.FilesBelongToNobody, cancellationToken);
        var printed = await html.PrintAsync(job, Name, options.ConverterCpuTime + wanted.Count * options.ConverterCpuTimePerPage, cancellationToken);
        using var pdfJob = JobFolder.Create(options.WorkDirectory, sandbox.FilesBelongToNobody);
        pdfJob.TakeIn(printed, sandbox.FilesBelongToNobody);

        var places = await pdf.ReadPlacesAsync(pdfJob, Name, cancellationToken);
        var firstPages = Enumerable.Range(0, wanted.Count + 1).Select(i => places.GetValueOrDefault(PlaceOf(i))).ToList();
        var tooLong = wanted.Where((_, i) => firstPages[i + 1] - firstPages[i] != 1).ToList();
        if (tooLong.Count > 0)
            return tooLong;

        var sink = new PageSink(Sheet.For(format), options.PageByteBudget, options.PageByteLimit, logger);
        await pdf.RenderAsync(pdfJob, Name, sink, cancellationToken);
        // The last is the page of the place behind the last sheet.
        if (sink.Pages.Count != wanted.Count + 1)
            throw new DocumentRefusedException($"{DocumentName.Subject(Name)} could not be printed.", mayPass: true);
        for (var i = 0; i < wanted.Count; i++)
        {
            FaxTiff.Write([sink.Pages[i]], sheets[wanted[i]].OutputPath);
            results[wanted[i]] = new RenderResult.Rendered(1);
        }
        return tooLong;
    }

    private static byte[] Compose(IEnumerable<string> sheets, FaxPaper paper, double scale)
    {
        var zoom = scale.ToString(CultureInfo.InvariantCulture);
        var text = new StringBuilder();
        text.Append($$"""
            <!DOCTYPE html><html><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{{HtmlGuard.Policy}}">
            <style>
            @page { size: {{HtmlGuard.SizeOf(paper)}}; margin: 12mm 14mm 10mm; }
            html { font-family: "Noto Sans", "DejaVu Sans", sans-serif; font-size: 15px; color: #000; }
            body { margin: 0; }
            .sheet { display: block; break-after: page; contain: layout; overflow-wrap: anywhere; zoom: {{zoom}}; }
            .sheet { --sheet-height: calc({{HtmlGuard.SizeOf(paper).Split(' ')[1]}} / {{zoom}} - 24mm / {{zoom}}); }
            </style></head><body>
            """);
        var count = 0;
        foreach (var sheet in sheets)
        {
            var place = PlaceOf(count++);
            // The link makes the browser write down where the place came to lie. It stands outside the shadow tree, where nothing is drawn.
            text.Append(CultureInfo.InvariantCulture, $"""<div class="sheet" id="{place}"><a href="#{place}"></a><template shadowrootmode="open">""")
                .Append(HtmlGuard.WithoutRefresh(sheet)).Append("</template></div>");
        }
        text.Append(CultureInfo.InvariantCulture, $"""<div id="{PlaceOf(count)}"><a href="#{PlaceOf(count)}"></a>.</div></body></html>""");
        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    private static string PlaceOf(int index) => "sheet" + index.ToString(CultureInfo.InvariantCulture);
}
