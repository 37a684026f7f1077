namespace Trunkline.Rendering.Sandbox;

/// <summary>A program of the system, and the Debian package that brings it.</summary>
internal sealed record ConverterProgram(string Path, string DebianPackage)
{
    public static readonly ConverterProgram Prlimit = new("/usr/bin/prlimit", "util-linux");
    public static readonly ConverterProgram Setpriv = new("/usr/bin/setpriv", "util-linux");
    public static readonly ConverterProgram Bubblewrap = new("/usr/bin/bwrap", "bubblewrap");
    public static readonly ConverterProgram PdfInfo = new("/usr/bin/pdfinfo", "poppler-utils");
    public static readonly ConverterProgram PdfToPpm = new("/usr/bin/pdftoppm", "poppler-utils");
    public static readonly ConverterProgram MuPdf = new("/usr/bin/mutool", "mupdf-tools");
    public static readonly ConverterProgram GraphicsMagick = new("/usr/bin/gm", "graphicsmagick");

    /// <summary>The browser itself: Debian's /usr/bin/chromium is a shell script around it that wants a desktop.</summary>
    public static readonly ConverterProgram Chromium = new("/usr/lib/chromium/chromium", "chromium");

    public const string OfficeFolder = "/usr/lib/libreoffice/program/";

    /// <summary>Starts the office and starts it again when it has made its profile: /usr/bin/soffice is a shell script around it.</summary>
    public static readonly ConverterProgram Office = new(OfficeFolder + "oosplash", "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui");

    public string Name => System.IO.Path.GetFileName(Path);

    public void ThrowIfMissing()
    {
        if (!File.Exists(Path))
            throw new ConverterMissingException(Name, DebianPackage);
    }
}
