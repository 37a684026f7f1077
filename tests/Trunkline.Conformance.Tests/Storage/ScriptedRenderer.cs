using Trunkline.Core.Documents;

namespace Trunkline.Conformance.Tests.Storage;

/// <summary>A renderer that does as it is told, and counts.</summary>
internal sealed class ScriptedRenderer(Func<FaxDocument, RenderResult> render) : IFaxRenderer, ISheetRenderer
{
    public static readonly byte[] Pages = [.. "II*\0pages"u8];
    private int _tries;

    public int Tries => _tries;

    public bool CanRender(string contentType) => true;

    public async Task<RenderResult> RenderAsync(FaxDocument document, FaxPageFormat format, string outputPath, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _tries);
        var result = render(document);
        if (result is RenderResult.Rendered { Pages: > 0 })
            await File.WriteAllBytesAsync(outputPath, Pages, cancellationToken);
        return result;
    }

    public async Task<int> JoinAsync(IReadOnlyList<string> tiffPaths, string outputPath, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(outputPath, Pages, cancellationToken);
        return tiffPaths.Count;
    }

    public Task<byte[]> PreviewAsync(string tiffPath, int page, int widthPixels, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<RenderResult>> RenderSheetsAsync(
        IReadOnlyList<FaxSheet> sheets, FaxPageFormat format, CancellationToken cancellationToken) => throw new NotSupportedException();
}
