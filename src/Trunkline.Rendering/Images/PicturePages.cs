using System.Globalization;
using Trunkline.Core.Documents;
using Trunkline.Rendering.Paper;
using Trunkline.Rendering.Sandbox;

namespace Trunkline.Rendering.Images;

/// <summary>
/// Pictures to pages: GraphicsMagick decodes in the sandbox, upright, over white and in grey; size and place on the sheet are ours. The
/// decoder is told the format, so that a file cannot choose another by its first bytes.
/// </summary>
internal sealed class PicturePages(ConverterSandbox sandbox, RenderingOptions options)
{
    /// <summary>Of a picture that does not say: that of a screen, which is where it was made.</summary>
    private const double AssumedDotsPerInch = 96;

    private const double PointsPerInch = 72;
    private const int MaxFactsCharacters = 100_000;

    public async Task RenderAsync(JobFolder job, FaxDocument document, PictureFormat format, PageSink sink, CancellationToken cancellationToken)
    {
        var pictures = await ReadFactsAsync(job, document.Name, format, cancellationToken);
        for (var i = 0; i < pictures.Count; i++)
        {
            var picture = await DecodeAsync(job, document.Name, format.Coder, i, cancellationToken);
            if (FaxPicture.TakeOver(picture, pictures[i], sink.Sheet) is { } page)
                sink.AddSheet(page);
            else
                AddTo(sink, picture, pictures[i], document.Name);
        }
    }

    private async Task<List<PictureFacts>> ReadFactsAsync(JobFolder job, string name, PictureFormat format, CancellationToken cancellationToken)
    {
        var text = "";
        var command = new ConverterCommand(
            ConverterProgram.GraphicsMagick, paths => ["identify", "-format", PictureFacts.Format, $"{format.Coder}:{paths.Document}"], Limits());
        var outcome = await sandbox.RunAsync(command, job, output => text = ReadText(output), cancellationToken);
        ThrowIfTooCostly(outcome, name);
        var pictures = PictureFacts.Parse(text);
        if (!outcome.Succeeded || pictures.Count == 0)
            throw new DocumentRefusedException($"{DocumentName.Subject(name)} is damaged or is not a {format.Name} picture.");
        if (!format.HasResolution)
            pictures = pictures.ConvertAll(p => p with { DotsPerInch = null, RowsPerInch = null });
        if (!format.IsPaged && pictures.Count > 1)
            pictures.RemoveRange(1, pictures.Count - 1);
        if (pictures.Count > options.MaxPages)
            throw new DocumentRefusedException($"{DocumentName.Subject(name)} has more than {options.MaxPages} pages.");
        if (pictures.Max(p => p.Width * p.Height) is var largest && largest > options.MaxPixels)
        {
            throw new DocumentRefusedException(
                $"{DocumentName.Subject(name)} has {Megapixels(largest)} megapixels; at most {Megapixels(options.MaxPixels)} can be faxed.");
        }

        return pictures;
    }

    private async Task<GreyImage> DecodeAsync(JobFolder job, string name, string coder, int index, CancellationToken cancellationToken)
    {
        GreyImage? picture = null;
        var command = new ConverterCommand(
            ConverterProgram.GraphicsMagick,
            paths =>
            [
                "convert", "-limit", "Pixels", Invariant(options.MaxPixels), "-limit", "Threads", "1", $"{coder}:{paths.Document}[{Invariant(index)}]",
                "-auto-orient", "+page", "-background", "white", "-flatten", "-colorspace", "GRAY", "-depth", "8", "PGM:-",
            ],
            Limits());
        var outcome = await sandbox.RunAsync(
            command, job, output => picture = new PgmReader(new BufferedStream(output, 1 << 16), options.MaxPixels).ReadNext(), cancellationToken);
        ThrowIfTooCostly(outcome, name);

        // A warning of the decoder, say of a cut file, is an exit code too; a whole picture is worth sending.
        return picture ?? throw new DocumentRefusedException($"Page {index + 1} of {DocumentName.Within(name)} could not be read.");
    }

    private void AddTo(PageSink sink, GreyImage picture, PictureFacts facts, string name)
    {
        var sheet = sink.Sheet;
        var across = facts.DotsPerInch ?? AssumedDotsPerInch;
        var down = facts.RowsPerInch ?? AssumedDotsPerInch;

        // Brought upright, its rows have become columns.
        if (picture.Width == facts.Height && picture.Height == facts.Width && facts.Width != facts.Height)
            (across, down) = (down, across);
        var placement = sheet.Place(picture.Width / across * PointsPerInch, picture.Height / down * PointsPerInch);
        if (placement.Turned)
        {
            sink.Add(picture.Scaled(placement.Rows, placement.Dots).Turned());
            return;
        }

        if (placement.Rows <= sheet.Rows)
        {
            sink.Add(picture.Scaled(placement.Dots, placement.Rows));
            return;
        }

        // Cut before it is brought to its size: a long strip enlarged as a whole takes the memory of all its sheets at once.
        var most = Math.Max(1, (int)((long)picture.Height * sheet.StripRows / placement.Rows));
        foreach (var (first, rows) in Strip.Cut(picture, most))
        {
            if (sink.Pages.Count == options.MaxPages)
                throw new DocumentRefusedException($"{DocumentName.Subject(name)} has more than {options.MaxPages} pages.");
            var size = (int)Math.Round((double)rows * placement.Rows / picture.Height);
            sink.AddPiece(picture.Part(first, rows).Scaled(placement.Dots, Math.Clamp(size, 1, sheet.StripRows)));
        }
    }

    private static void ThrowIfTooCostly(ConverterOutcome outcome, string name)
    {
        if (outcome.Ending is ConverterEnding.TimeUsedUp or ConverterEnding.Killed)
            throw new DocumentRefusedException($"{DocumentName.Subject(name)} takes more time or memory to decode than is allowed.", mayPass: true);
    }

    private ConverterLimits Limits()
    {
        var cpu = options.ConverterCpuTime + options.ConverterCpuTimePerPage;
        return new ConverterLimits(options.PictureMemoryBytes, DataBytes: null, cpu, cpu * 2, options.ConverterFileBytes);
    }

    private static string ReadText(Stream output)
    {
        using var reader = new StreamReader(output, leaveOpen: true);
        var buffer = new char[MaxFactsCharacters];
        return new string(buffer, 0, reader.ReadBlock(buffer));
    }

    private static string Megapixels(long dots) => Invariant(Math.Round(dots / 1e6, 1));

    private static string Invariant(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
