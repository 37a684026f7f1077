using Microsoft.Extensions.Logging;
using Trunkline.Core.Documents;
using Trunkline.Rendering.Html;
using Trunkline.Rendering.Images;
using Trunkline.Rendering.Office;
using Trunkline.Rendering.Paper;
using Trunkline.Rendering.Pdf;
using Trunkline.Rendering.Sandbox;
using Trunkline.Rendering.Text;
using Trunkline.Rendering.Tiff;

namespace Trunkline.Rendering;

/// <summary>Documents to fax pages, by converters in a sandbox and, for text, by our own layout.</summary>
public sealed class FaxRenderer : IFaxRenderer, ISheetRenderer, IDisposable
{
    private readonly RenderingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<FaxRenderer> _logger;
    private readonly ConverterSandbox _sandbox;
    private readonly SemaphoreSlim _slots;
    private readonly PdfPages _pdf;
    private readonly HtmlPages _html;
    private readonly SheetPages _sheets;
    private readonly OfficePages _office;
    private readonly PicturePages _pictures;
    private readonly TextPages _text;

    /// <param name="options">Limits and folders.</param>
    /// <param name="confinement">What <see cref="SandboxProbe"/> found.</param>
    /// <param name="time">The clock of all limits.</param>
    /// <param name="logger">Takes what converters complain about, too.</param>
    public FaxRenderer(RenderingOptions options, Confinement confinement, TimeProvider time, ILogger<FaxRenderer> logger)
        : this(options, confinement, time, logger, ConverterProgram.Office)
    {
    }

    internal FaxRenderer(RenderingOptions options, Confinement confinement, TimeProvider time, ILogger<FaxRenderer> logger, ConverterProgram office)
    {
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(options.WorkDirectory);
        (_options, _time, _logger) = (options, time, logger);
        _sandbox = new ConverterSandbox(confinement, time, logger);
        _slots = new SemaphoreSlim(options.ConcurrentConverters);
        _pdf = new PdfPages(_sandbox, options, logger);
        _html = new HtmlPages(_sandbox, _pdf, options);
        _sheets = new SheetPages(_sandbox, _html, _pdf, options, logger);
        _office = new OfficePages(_sandbox, _pdf, options, office);
        _pictures = new PicturePages(_sandbox, options);
        _text = new TextPages(options);
    }

    /// <summary>Finds the confinement that works here and makes a renderer with it.</summary>
    /// <exception cref="InvalidOperationException">None works, and the options do not allow converters without one.</exception>
    public static async Task<FaxRenderer> StartAsync(
        RenderingOptions options, TimeProvider time, ILogger<FaxRenderer> logger, CancellationToken cancellationToken)
    {
        var confinement = await SandboxProbe.FindAsync(options, time, logger, cancellationToken);
        ConverterCensus.Report(logger);
        return new FaxRenderer(options, confinement, time, logger);
    }

    public bool CanRender(string contentType) => contentType is
        "text/plain" or "text/html" or "application/pdf" or "image/svg+xml" || PictureFormat.Of(contentType) is not null || OfficeFormat.Of(contentType) is not null;

    public async Task<RenderResult> RenderAsync(
        FaxDocument document, FaxPageFormat format, string outputPath, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(format);
        await _slots.WaitAsync(cancellationToken);
        try
        {
            var began = _time.GetTimestamp();
            var sink = new PageSink(Sheet.For(format), _options.PageByteBudget, _options.PageByteLimit, _logger);
            await RenderAsync(document, format, sink, cancellationToken);
            if (sink.Pages.Count > 0)
                FaxTiff.Write(sink.Pages, outputPath);
            _logger.Rendered(document.ContentType, sink.Pages.Count, _time.GetElapsedTime(began));
            return new RenderResult.Rendered(sink.Pages.Count);
        }
        catch (DocumentRefusedException refusal)
        {
            _logger.NotRendered(document.ContentType, refusal.Message, refusal.MayPass);
            return new RenderResult.Failed(refusal.Message, refusal.MayPass);
        }
        catch (ConverterMissingException missing)
        {
            // Somebody may install it while the message waits.
            _logger.NotRendered(document.ContentType, missing.Message, mayPass: true);
            return new RenderResult.Failed(
                $"{DocumentName.Subject(document.Name)} cannot be converted here, since a program is missing: {missing.Message} Or send it as PDF.", MayPass: true);
        }
        finally
        {
            _slots.Release();
        }
    }

    public async Task<IReadOnlyList<RenderResult>> RenderSheetsAsync(
        IReadOnlyList<FaxSheet> sheets, FaxPageFormat format, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sheets);
        ArgumentNullException.ThrowIfNull(format);
        await _slots.WaitAsync(cancellationToken);
        try
        {
            var began = _time.GetTimestamp();
            var results = await _sheets.RenderAsync(sheets, format, cancellationToken);
            _logger.SheetsRendered(results.Count(r => r is RenderResult.Rendered), sheets.Count, _time.GetElapsedTime(began));
            return results;
        }
        finally
        {
            _slots.Release();
        }
    }

    public Task<int> JoinAsync(IReadOnlyList<string> tiffPaths, string outputPath, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                var pages = tiffPaths.SelectMany(FaxTiff.ReadStrips).ToList();
                if (pages.Count > 0)
                    FaxTiff.Write(pages, outputPath);
                return pages.Count;
            },
            cancellationToken);

    public Task<byte[]> PreviewAsync(string tiffPath, int page, int widthPixels, CancellationToken cancellationToken) =>
        Task.Run(() => PagePreview.Png(tiffPath, page, widthPixels), cancellationToken);

    public void Dispose()
    {
        _sandbox.Dispose();
        _slots.Dispose();
    }

    private async Task RenderAsync(FaxDocument document, FaxPageFormat format, PageSink sink, CancellationToken cancellationToken)
    {
        switch (document.ContentType)
        {
            case "text/plain":
                await Task.Run(() => _text.Render(document, sink, cancellationToken), cancellationToken);
                break;
            case "text/html":
                await _html.RenderAsync(document, format.Paper, sink, cancellationToken);
                break;
            case "application/pdf":
                using (var job = TakeIn(document))
                    await _pdf.RenderAsync(job, document.Name, sink, cancellationToken);
                break;
            case "image/svg+xml":
                await _html.RenderDrawingAsync(document, format.Paper, sink, cancellationToken);
                break;
            case var type when PictureFormat.Of(type) is { } pictureFormat:
                using (var job = TakeIn(document))
                    await _pictures.RenderAsync(job, document, pictureFormat, sink, cancellationToken);
                break;
            case var type when OfficeFormat.Of(type) is { } officeFormat:
                await _office.RenderAsync(document, officeFormat, sink, cancellationToken);
                break;
            default:
                throw new NotSupportedException($"{document.ContentType} cannot become fax pages; CanRender says so.");
        }
    }

    private JobFolder TakeIn(FaxDocument document)
    {
        var job = JobFolder.Create(_options.WorkDirectory, _sandbox.FilesBelongToNobody);
        job.TakeIn(document.Path, _sandbox.FilesBelongToNobody);
        return job;
    }
}
