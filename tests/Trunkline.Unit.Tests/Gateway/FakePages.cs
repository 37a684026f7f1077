using Trunkline.Core.Documents;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>A renderer that makes a page of anything.</summary>
internal sealed class FakePages : IFaxRenderer
{
    public bool CanRender(string contentType) => true;

    public async Task<RenderResult> RenderAsync(FaxDocument document, FaxPageFormat format, string outputPath, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(outputPath, "II*\0", cancellationToken);
        return new RenderResult.Rendered(1);
    }

    public async Task<int> JoinAsync(IReadOnlyList<string> tiffPaths, string outputPath, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(outputPath, "II*\0", cancellationToken);
        return tiffPaths.Count;
    }

    public Task<byte[]> PreviewAsync(string tiffPath, int page, int widthPixels, CancellationToken cancellationToken) => Task.FromResult<byte[]>([1, 2, 3]);
}
