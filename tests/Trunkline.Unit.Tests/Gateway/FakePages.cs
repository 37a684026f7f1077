using System.Collections.Concurrent;
using Trunkline.Core.Documents;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>A renderer that makes a page of anything, and counts.</summary>
internal sealed class FakePages : IFaxRenderer, ISheetRenderer
{
    private int _documents;
    private int _sheetRuns;

    /// <summary>Why there are no pages, or null.</summary>
    public string? Cause { get; set; }

    /// <summary>Documents rendered.</summary>
    public int Documents => _documents;

    /// <summary>Runs of the browser for cover pages.</summary>
    public int SheetRuns => _sheetRuns;

    /// <summary>What stood on the covers.</summary>
    public ConcurrentQueue<string> Sheets { get; } = new();

    public async Task<IReadOnlyList<RenderResult>> RenderSheetsAsync(
        IReadOnlyList<FaxSheet> sheets, FaxPageFormat format, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _sheetRuns);
        foreach (var sheet in sheets)
        {
            Sheets.Enqueue(sheet.Html);
            await File.WriteAllTextAsync(sheet.OutputPath, "II*\0", cancellationToken);
        }
        return [.. sheets.Select(_ => new RenderResult.Rendered(1))];
    }

    public bool CanRender(string contentType) => true;

    public async Task<RenderResult> RenderAsync(FaxDocument document, FaxPageFormat format, string outputPath, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _documents);
        if (Cause is { } cause)
            return new RenderResult.Failed(cause);
        await File.WriteAllTextAsync(outputPath, "II*\0", cancellationToken);
        return new RenderResult.Rendered(1);
    }

    public async Task<int> JoinAsync(IReadOnlyList<string> tiffPaths, string outputPath, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(outputPath, "II*\0", cancellationToken);
        return tiffPaths.Count;
    }

    public Task<byte[]> PreviewAsync(string tiffPath, int page, int widthPixels, CancellationToken cancellationToken) => 
        Task.FromResult<byte[]>([(byte)page, .. System.Text.Encoding.ASCII.GetBytes(Path.GetFileName(tiffPath)[..4])]);
}
