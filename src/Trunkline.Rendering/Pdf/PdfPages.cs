using System.Globalization;
using Microsoft.Extensions.Logging;
using Trunkline.Rendering.Paper;
using Trunkline.Rendering.Sandbox;

namespace Trunkline.Rendering.Pdf;

/// <summary>
/// PDF to pages: first the facts by poppler (pages, sizes, a password), then grey pages by MuPDF at the very dots of the fax, so that nothing
/// is scaled twice. We decide on size and turn. What MuPDF cannot draw, poppler draws.
/// </summary>
internal sealed class PdfPages(ConverterSandbox sandbox, RenderingOptions options, ILogger logger)
{
    /// <summary>pdfinfo writes two lines of about 40 letters a page.</summary>
    private const int MaxFactsCharacters = 200_000;

    /// <summary>A run of pages that are laid out alike, rendered by one process.</summary>
    private sealed record Run(int First, int Last, Placement Placement, PdfPageSize Size);

    /// <summary>The program that is tried first.</summary>
    public ConverterProgram Drawing { get; init; } = ConverterProgram.MuPdf;

    /// <summary>Renders the job's document into the sink.</summary>
    /// <exception cref="DocumentRefusedException">The document is protected, broken, too long or too costly.</exception>
    public async Task RenderAsync(JobFolder job, string name, PageSink sink, CancellationToken cancellationToken)
    {
        var facts = await ReadFactsAsync(job, name, cancellationToken);
        if (facts.Pages > options.MaxPages)
            throw new DocumentRefusedException($"{DocumentName.Subject(name)} has {facts.Pages} pages; at most {options.MaxPages} can be faxed.");
        if (facts.Pages == 0 || facts.Sizes.Count < facts.Pages)
            throw new DocumentRefusedException($"{DocumentName.Subject(name)} is damaged or is not a PDF document.");
        var runs = Runs(facts, sink.Sheet);
        if (runs.Sum(run => (long)(run.Last - run.First + 1) * run.Placement.MostSheets(sink.Sheet)) > options.MaxPages)
            throw new DocumentRefusedException($"{DocumentName.Subject(name)} has long pages that make more than {options.MaxPages} sheets.");
        foreach (var run in runs)
            await RenderRunAsync(job, name, run, sink, cancellationToken);
    }

    private async Task<PdfFacts> ReadFactsAsync(JobFolder job, string name, CancellationToken cancellationToken)
    {
        var text = "";
        var command = new ConverterCommand(
            ConverterProgram.PdfInfo, paths => ["-f", "1", "-l", Invariant(options.MaxPages), paths.Document], Limits(pages: 0));
        var outcome = await sandbox.RunAsync(command, job, output => text = ReadText(output), cancellationToken);
        ThrowIfTooCostly(outcome, name, options.ConverterCpuTime);
        if (outcome.ErrorText.Contains("Incorrect password", StringComparison.Ordinal))
            throw new DocumentRefusedException($"{DocumentName.Subject(name)} is protected by a password.");
        return (outcome.Succeeded ? PdfFacts.Parse(text) : null)
            ?? throw new DocumentRefusedException($"{DocumentName.Subject(name)} is damaged or is not a PDF document.");
    }

    /// <summary>The page, from 1, of each named place that something in the document points to.</summary>
    public async Task<IReadOnlyDictionary<string, int>> ReadPlacesAsync(JobFolder job, string name, CancellationToken cancellationToken)
    {
        var text = "";
        var command = new ConverterCommand(ConverterProgram.PdfInfo, paths => ["-dests", paths.Document], Limits(pages: 0));
        var outcome = await sandbox.RunAsync(command, job, output => text = ReadText(output), cancellationToken);
        ThrowIfTooCostly(outcome, name, options.ConverterCpuTime);
        return PdfFacts.ParsePlaces(outcome.Succeeded ? text : "");
    }

    private List<Run> Runs(PdfFacts facts, Sheet sheet)
    {
        // Less than may be read: we round to whole dots, and renderers round up.
        var mostDots = options.MaxPixels * 95 / 100;
        var runs = new List<Run>();
        for (var i = 0; i < facts.Pages; i++)
        {
            var size = facts.Sizes[i];
            if (runs.Count > 0 && runs[^1].Size == size)
                runs[^1] = runs[^1] with { Last = i + 1 };
            else
                runs.Add(new Run(i + 1, i + 1, sheet.Place(size.WidthPoints, size.HeightPoints, mostDots: mostDots), size));
        }

        return runs;
    }

    private async Task RenderRunAsync(JobFolder job, string name, Run run, PageSink sink, CancellationToken cancellationToken)
    {
        var wanted = run.Last - run.First + 1;
        var sheets = run.Placement.MostSheets(sink.Sheet);
        var (outcome, came) = await DrawAsync(First(run, wanted * sheets), turn: false, job, run, sink, cancellationToken);
        if (came < wanted && outcome.Ending is not ConverterEnding.TimeUsedUp)
        {
            // What one cannot draw, the other often can; it is twice as dear.
            logger.DrawnBySecond(run.First + came, outcome.ExitCode);
            run = run with { First = run.First + came };
            wanted -= came;
            (outcome, came) = await DrawAsync(Second(run, sink.Sheet, wanted * sheets), run.Placement.Turned, job, run, sink, cancellationToken);
        }

        ThrowIfTooCostly(outcome, name, options.ConverterCpuTime + (wanted * sheets * options.ConverterCpuTimePerPage));

        // Renderers have ended with 0 and no pages: count them.
        if (came != wanted)
            throw new DocumentRefusedException($"Page {run.First + Math.Min(came, wanted - 1)} of {DocumentName.Within(name)} could not be read.");
    }

    /// <summary>Draws a run; says how the program ended and how many pages came.</summary>
    private async Task<(ConverterOutcome Outcome, int Pages)> DrawAsync(
        ConverterCommand command, bool turn, JobFolder job, Run run, PageSink sink, CancellationToken cancellationToken)
    {
        var came = 0;
        var outcome = await sandbox.RunAsync(command, job, Read, cancellationToken);
        return (outcome, came);

        void Read(Stream output)
        {
            var images = new PgmReader(output, options.MaxPixels, turn ? null : sink.Sheet);
            for (; images.ReadNext() is { } image; came++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (came > run.Last - run.First)
                    throw new InvalidDataException("The converter made more pages than asked for.");

                // Renderers round sizes up; the dot too many is scaled away, not cut.
                var upright = turn ? image.Turned() : image;
                sink.Add(upright.Scaled(Math.Min(upright.Width, Sheet.Width), Math.Min(upright.Height, Math.Max(run.Placement.Rows, sink.Sheet.Rows))));
            }
        }
    }

    /// <summary>At the very dots of the fax, turned where it must be, and no line thinner than a dot.</summary>
    private ConverterCommand First(Run run, int pages) => new(Drawing, paths =>
    [
        "draw", "-q", "-F", "pgm", "-c", "gray", "-l", "1", "-R", run.Placement.Turned ? "270" : "0", "-f",
        "-w", Invariant(run.Placement.Dots), "-h", Invariant(run.Placement.Rows), "-o", "-", paths.Document, $"{Invariant(run.First)}-{Invariant(run.Last)}",
    ], Limits(pages));

    /// <summary>As it lies: what is to be turned comes with the two scales exchanged.</summary>
    private ConverterCommand Second(Run run, Sheet sheet, int pages)
    {
        var (across, down) = (sheet.DotsPerInch * run.Placement.Scale, sheet.RowsPerInch * run.Placement.Scale);
        if (run.Placement.Turned)
            (across, down) = (down, across);
        return new ConverterCommand(ConverterProgram.PdfToPpm, paths =>
        [
            "-gray", "-cropbox", "-q", "-f", Invariant(run.First), "-l", Invariant(run.Last), "-rx", Invariant(across), "-ry", Invariant(down), paths.Document,
        ], Limits(pages));
    }

    /// <summary>A loaded machine uses up the time as well as a costly document does, and the kernel kills for memory whom it likes.</summary>
    private static void ThrowIfTooCostly(ConverterOutcome outcome, string name, TimeSpan allowed)
    {
        if (outcome.Ending == ConverterEnding.TimeUsedUp)
            throw new DocumentRefusedException(string.Create(CultureInfo.InvariantCulture, $"{DocumentName.Subject(name)} took more than {allowed.TotalSeconds:0.#} s to convert."), mayPass: true);
        if (outcome.Ending == ConverterEnding.Killed)
            throw new DocumentRefusedException($"{DocumentName.Subject(name)} needs more memory to convert than is allowed.", mayPass: true);
    }

    private ConverterLimits Limits(int pages)
    {
        var cpu = options.ConverterCpuTime + (pages * options.ConverterCpuTimePerPage);
        return new ConverterLimits(options.ConverterMemoryBytes, DataBytes: null, cpu, cpu * 2, options.ConverterFileBytes);
    }

    private static string ReadText(Stream output)
    {
        using var reader = new StreamReader(output, leaveOpen: true);
        var buffer = new char[MaxFactsCharacters];
        return new string(buffer, 0, reader.ReadBlock(buffer));
    }

    private static string Invariant(IFormattable number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
