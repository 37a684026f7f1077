namespace Trunkline.Core.Documents;

/// <summary>HTML that is to become exactly one page, such as a cover page.</summary>
/// <param name="Html">Styles and elements; what would stand in a body. It has a scope of its own: its styles reach no other sheet.</param>
/// <param name="OutputPath">Where its TIFF of one page goes; it appears whole and synced or not at all.</param>
public sealed record FaxSheet(string Html, string OutputPath);

/// <summary>Many sheets to pages at once: a browser takes a second to start and a hundredth of one for each page more.</summary>
public interface ISheetRenderer
{
    /// <summary>
    /// Renders each sheet onto one page, made smaller when it is too long for it. The results are in the order of the sheets: a page, or why
    /// there is none. Sheets of one call share a browser: only such as come from one author belong together.
    /// </summary>
    Task<IReadOnlyList<RenderResult>> RenderSheetsAsync(IReadOnlyList<FaxSheet> sheets, FaxPageFormat format, CancellationToken cancellationToken);
}
