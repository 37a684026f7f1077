using System.Globalization;
using Trunkline.Core.Documents;
using Trunkline.Rendering;

namespace Trunkline.Bench.Legibility;

/// <summary>A way from a PDF to fax pages. <paramref name="Convert"/> takes the PDF, the resolution and the TIFF to be written.</summary>
internal sealed record Converter(string Name, Func<string, FaxResolution, string, Task> Convert, Action<string>? Encode = null)
{
    public static Converter Ours(FaxRenderer renderer) => new("trunkline", async (pdf, resolution, tiff) =>
    {
        var document = new FaxDocument(Path.GetFileName(pdf), "application/pdf", null, pdf);
        if (await renderer.RenderAsync(document, new FaxPageFormat(resolution, FaxPaper.A4), tiff, CancellationToken.None) is RenderResult.Failed failed)
            throw new InvalidOperationException(failed.Cause);
    });

    /// <summary>As fax servers call it.</summary>
    public static readonly Converter Ghostscript = new("gs tiffg4", (pdf, resolution, tiff) =>
    {
        Tool.Run("gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffg4", "-sPAPERSIZE=a4", "-dFIXEDMEDIA", "-dPDFFitPage",
            $"-r204x{Rows(resolution)}", $"-sOutputFile={tiff}", pdf);
        return Task.CompletedTask;
    });

    /// <summary>Its dots are coded by another program, which is not counted.</summary>
    public static readonly Converter Poppler = new("pdftoppm -mono", (pdf, resolution, tiff) =>
    {
        Tool.Run("pdftoppm", "-mono", "-rx", "204", "-ry", Rows(resolution), pdf, tiff);
        return Task.CompletedTask;
    }, tiff =>
    {
        var pages = Directory.GetFiles(Path.GetDirectoryName(tiff)!, Path.GetFileName(tiff) + "-*.pbm").Order().ToArray();
        Tool.Run("gm", ["convert", .. pages, "-compress", "Group4", "-define", "tiff:rows-per-strip=10000", tiff]);
    });

    private static string Rows(FaxResolution resolution) => resolution switch
    {
        FaxResolution.Standard => "98",
        FaxResolution.Fine => "196",
        FaxResolution.Superfine => "391",
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}");
}
