namespace Trunkline.Core.Documents;

/// <summary>Rows an inch of a fax page; across it is always 204 dots an inch, 1728 dots (ITU-T T.4).</summary>
public enum FaxResolution
{
    /// <summary>98 rows an inch.</summary>
    Standard,

    /// <summary>196 rows an inch.</summary>
    Fine,

    /// <summary>391 rows an inch.</summary>
    Superfine,
}

/// <summary>The paper a page is laid out on.</summary>
public enum FaxPaper
{
    A4,
    Letter,
    Legal,
}

/// <summary>How pages are made; part of the key under which they are cached.</summary>
public sealed record FaxPageFormat(FaxResolution Resolution, FaxPaper Paper)
{
    /// <summary>Fine and A4: what reads well on every machine.</summary>
    public static FaxPageFormat Default { get; } = new(FaxResolution.Fine, FaxPaper.A4);
}

/// <summary>A document to be turned into pages.</summary>
/// <param name="Name">What the sender calls it, for messages: a file name, or "the message text".</param>
/// <param name="ContentType">The MIME type as determined by the File Type table, in lower case.</param>
/// <param name="Charset">The charset of a text document, or null when it is not known.</param>
/// <param name="Path">The decoded content, on disk.</param>
public sealed record FaxDocument(string Name, string ContentType, string? Charset, string Path);

/// <summary>What came of a document.</summary>
public abstract record RenderResult
{
    /// <param name="Pages">Pages written; 0 for an empty text, which makes no page.</param>
    public sealed record Rendered(int Pages) : RenderResult;

    /// <summary>It could not be turned into pages.</summary>
    /// <param name="Cause">A sentence for the sender that names the document: <c>"scan.pdf" is protected by a password.</c></param>
    /// <param name="MayPass">
    /// False when the cause follows from the content, and will be the same each time. True when it may as well be this machine's at this
    /// moment (its time ran out, it was killed, it could not write): trying again may help.
    /// </param>
    public sealed record Failed(string Cause, bool MayPass = false) : RenderResult;
}

/// <summary>Documents to fax pages. Faults of this machine (no disk, no converter) are exceptions; faults of the document are results.</summary>
public interface IFaxRenderer
{
    /// <summary>True when a document of this type can become fax pages.</summary>
    bool CanRender(string contentType);

    /// <summary>
    /// Renders one document into a multi-page TIFF (G4, 1728 wide) at <paramref name="outputPath"/>, which appears whole and synced or not at all.
    /// Nothing is written when there are no pages.
    /// </summary>
    Task<RenderResult> RenderAsync(FaxDocument document, FaxPageFormat format, string outputPath, CancellationToken cancellationToken);

    /// <summary>Joins the pages of several TIFFs, in order, into one at <paramref name="outputPath"/>; returns the page count.</summary>
    Task<int> JoinAsync(IReadOnlyList<string> tiffPaths, string outputPath, CancellationToken cancellationToken);

    /// <summary>A page (from 1) of a fax TIFF as a grey PNG that is readable on a screen, right way up and in true proportion.</summary>
    Task<byte[]> PreviewAsync(string tiffPath, int page, int widthPixels, CancellationToken cancellationToken);
}
