using Microsoft.Extensions.Logging;

namespace Trunkline.Rendering.Sandbox;

/// <summary>A program that documents of some kind need, and whether it is there.</summary>
/// <param name="Kinds">The documents, for people: "DOCX, XLSX".</param>
/// <param name="Program">Its path.</param>
/// <param name="DebianPackages">What to install.</param>
/// <param name="IsThere">True when it is installed.</param>
public sealed record ConverterState(string Kinds, string Program, string DebianPackages, bool IsThere);

/// <summary>Which converters this machine has. Without one, documents of its kinds fail with a sentence, and all others are made.</summary>
public static class ConverterCensus
{
    private static readonly (string Kinds, ConverterProgram Program)[] Needed =
    [
        ("PDF, and all that becomes one", ConverterProgram.PdfInfo), ("PDF, and all that becomes one", ConverterProgram.MuPdf),
        ("PDF that the other cannot draw", ConverterProgram.PdfToPpm), ("HTML, SVG, cover pages", ConverterProgram.Chromium),
        ("PNG, JPEG, TIFF, GIF, WebP, HEIC", ConverterProgram.GraphicsMagick),
        ("DOCX, DOC, ODT, RTF", ConverterProgram.Office with { Path = ConverterProgram.OfficeFolder + "libswlo.so", DebianPackage = "libreoffice-writer-nogui" }),
        ("XLSX, XLS, ODS", ConverterProgram.Office with { Path = ConverterProgram.OfficeFolder + "libsclo.so", DebianPackage = "libreoffice-calc-nogui" }),
        ("PPTX, PPT, ODP", ConverterProgram.Office with { Path = ConverterProgram.OfficeFolder + "libsdlo.so", DebianPackage = "libreoffice-impress-nogui" }),
    ];

    /// <summary>Looks now.</summary>
    public static IReadOnlyList<ConverterState> Take() =>
        [.. Needed.Select(n => new ConverterState(n.Kinds, n.Program.Path, n.Program.DebianPackage, File.Exists(n.Program.Path)))];

    /// <summary>Warns of each that is missing.</summary>
    internal static void Report(ILogger logger)
    {
        foreach (var missing in Take().Where(c => !c.IsThere))
            logger.ConverterIsMissing(missing.Kinds, missing.DebianPackages);
    }
}
