using Trunkline.Core.Documents;

namespace Trunkline.Unit.Tests.Resource;

/// <summary>A renderer that only makes pictures, always the same.</summary>
internal sealed class FakeRenderer : IFaxRenderer
{
    public static readonly byte[] Picture = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public bool CanRender(string contentType) => false;

    public Task<RenderResult> RenderAsync(FaxDocument document, FaxPageFormat format, string outputPath, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<int> JoinAsync(IReadOnlyList<string> tiffPaths, string outputPath, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<byte[]> PreviewAsync(string tiffPath, int page, int widthPixels, CancellationToken cancellationToken) => Task.FromResult(Picture);
}
