using System.Globalization;
using Trunkline.Core.Documents;
using Trunkline.Rendering.Paper;
using Trunkline.Rendering.Pdf;
using Trunkline.Rendering.Sandbox;

namespace Trunkline.Rendering.Office;

/// <summary>
/// Office documents to pages: LibreOffice prints them to PDF in the sandbox, and the PDF goes its own way. Two to three seconds of processor
/// time each. Every run has a profile of its own, which is gone with it: two runs on one profile lost one of two documents without a word.
/// </summary>
internal sealed class OfficePages(ConverterSandbox sandbox, PdfPages pdf, RenderingOptions options, ConverterProgram program)
{
    private const string Stem = "document";

    /// <summary>A document that it cannot read makes it end with 0 and without a file.</summary>
    public async Task RenderAsync(FaxDocument document, OfficeFormat format, PageSink sink, CancellationToken cancellationToken)
    {
        OfficeInspection.Inspect(document.Path, document.Name, format, options);
        using var job = JobFolder.Create(options.WorkDirectory, sandbox.FilesBelongToNobody, $"{Stem}.{format.Extension}");
        job.TakeIn(document.Path, sandbox.FilesBelongToNobody);
        var cpu = options.OfficeCpuTime;
        var limits = new ConverterLimits(options.OfficeMemoryBytes, DataBytes: null, cpu, cpu * 3, options.ConverterFileBytes);
        var outcome = await sandbox.RunAsync(new ConverterCommand(program, Arguments, limits), job, _ => { }, cancellationToken);
        var printed = new FileInfo(Path.Combine(job.OutputFolder, Stem + ".pdf"));
        if (outcome.Ending is ConverterEnding.TimeUsedUp)
        {
            throw new DocumentRefusedException(
                string.Create(CultureInfo.InvariantCulture, $"{DocumentName.Subject(document.Name)} took more than {cpu.TotalSeconds:0.#} s to convert."), mayPass: true);
        }

        // What a converter left may be a link to a file of ours.
        if (!printed.Exists || printed.LinkTarget is not null)
        {
            throw outcome.Ending is ConverterEnding.Killed
                ? new DocumentRefusedException($"{DocumentName.Subject(document.Name)} needs more memory to convert than is allowed.", mayPass: true)
                : OfficeInspection.Damaged(document.Name, format);
        }

        using var pdfJob = JobFolder.Create(options.WorkDirectory, sandbox.FilesBelongToNobody);
        pdfJob.TakeIn(printed.FullName, sandbox.FilesBelongToNobody);
        await pdf.RenderAsync(pdfJob, document.Name, sink, cancellationToken);
        sink.DropWhitePagesAtEnd();
    }

    private static IEnumerable<string> Arguments(ConverterPaths paths) =>
    [
        "--headless", "--norestore", "--nologo", "--nolockcheck", "--nodefault", $"-env:UserInstallation=file://{paths.ScratchFolder}/profile",
        "--convert-to", "pdf", "--outdir", paths.OutputFolder, paths.Document,
    ];
}
