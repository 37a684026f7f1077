using System.Text;
using MimeKit;
using Trunkline.Core.Mail;

namespace Trunkline.Mail.Mime;

/// <summary>Turns selected nodes into parts: decoded, hashed, in memory or in files.</summary>
internal sealed class PartWriter(Stream stream, MimeLimits limits, string directory, CancellationToken cancellationToken)
{
    private readonly DecodedBudget _budget = new(limits.MaxDecodedBytes);
    private readonly HashSet<MimeNode> _embedded = [];

    /// <summary>What was written so far: also what must be removed when the mail is refused after all.</summary>
    public List<MailPart> Parts { get; } = [];

    public void WriteAll(IEnumerable<SelectedPart> selected)
    {
        var pictures = new List<MimeNode>();
        foreach (var part in selected)
            pictures.AddRange(part.Related.Count + part.Elsewhere.Count > 0 && part.IsBody && part.Node.IsText("html") ? WriteHtml(part) : WritePlain(part));
        // Pictures that no HTML names come last: a mail program shows them as attachments.
        foreach (var picture in pictures)
            Write(picture, isBody: false);
    }

    public void RemoveFiles()
    {
        foreach (var part in Parts)
        {
            if (part.Content.Path is { } path)
                File.Delete(path);
        }
        Parts.Clear();
    }

    private List<MimeNode> WritePlain(SelectedPart part)
    {
        if (!_embedded.Contains(part.Node))
            Write(part.Node, part.IsBody);
        return part.Related;
    }

    private void Write(MimeNode node, bool isBody)
    {
        using var sink = new ContentSink(limits, _budget, directory);
        if (isBody && IsFlowed(node) && Decoded(node, limits.MaxFlowedBytes) is { } text)
            sink.Write(FlowedText.Join(text, node.ContentType.Parameters["delsp"]?.Equals("yes", StringComparison.OrdinalIgnoreCase) is true).Span);
        else
            ContentDecoder.Decode(stream, node, sink.Write, cancellationToken);
        if (!IsLogo(node, sink))
            Add(node, isBody, sink);
    }

    private bool IsLogo(MimeNode node, ContentSink sink) =>
        sink.Size <= limits.LogoBytes && node.IsNamedPicture && node.Headers.Disposition is not { IsAttachment: true } && Parts.Exists(p => p.IsBody && p.Content.Size > 0)
        && (PictureHeight.Of(sink.InMemory) ?? 0) <= limits.LogoRows;

    private List<MimeNode> WriteHtml(SelectedPart part)
    {
        if (IsWide(part.Node) || part.Node.ContentEnd - part.Node.ContentBegin > limits.MaxEmbeddedBytes)
            return WritePlain(part);

        var html = Decoded(part.Node, limits.MaxEmbeddedBytes);
        if (html is null)
            return WritePlain(part);
        var embedded = new Dictionary<MimeNode, byte[]>();
        var left = limits.MaxEmbeddedBytes;
        using var sink = new ContentSink(limits, _budget, directory);
        List<MimeNode> candidates = [.. part.Related, .. part.Elsewhere];
        HtmlPictures.Embed(html, id => UriOf(candidates, id, embedded, ref left), sink.Write);
        Add(part.Node, isBody: true, sink);
        _embedded.UnionWith(embedded.Keys);
        return part.Related.FindAll(node => !embedded.ContainsKey(node));
    }

    // A picture that is named twice is embedded twice, and counted twice.
    private byte[]? UriOf(List<MimeNode> related, string id, Dictionary<MimeNode, byte[]> embedded, ref int left)
    {
        if (related.Find(candidate => candidate.Headers.ContentId == id) is not { ContentType.MediaType: var type } node
            || !type.Equals("image", StringComparison.OrdinalIgnoreCase))
            return null;
        if (!embedded.TryGetValue(node, out var uri))
        {
            if (Decoded(node, left) is not { } picture)
                return null;
            uri = Encoding.ASCII.GetBytes($"data:{SafeType(node)};base64,{Convert.ToBase64String(picture)}");
        }
        if (uri.Length > left)
            return null;
        left -= uri.Length;
        embedded[node] = uri;
        return uri;
    }

    // Null when there is more than the limit.
    private byte[]? Decoded(MimeNode node, int limit)
    {
        using var bytes = new MemoryStream();
        var fits = true;
        ContentDecoder.Decode(stream, node, Keep, cancellationToken);
        return fits ? bytes.ToArray() : null;

        void Keep(ReadOnlySpan<byte> piece)
        {
            fits &= bytes.Length + piece.Length <= limit;
            if (fits)
                bytes.Write(piece);
        }
    }

    private void Add(MimeNode node, bool isBody, ContentSink sink) => Parts.Add(new MailPart
    {
        IsBody = isBody,
        ContentType = node.MediaType,
        Charset = node.ContentType.MediaType.Equals("text", StringComparison.OrdinalIgnoreCase) ? PartName.Clean(node.ContentType.Charset)?.ToLowerInvariant() : null,
        FileName = PartName.Of(node),
        Content = sink.Complete(),
    });

    private static bool IsFlowed(MimeNode node) =>
        node.IsText("plain") && node.ContentType.Parameters["format"]?.Equals("flowed", StringComparison.OrdinalIgnoreCase) is true && !IsWide(node);

    private static bool IsWide(MimeNode node) => node.ContentType.Charset is { } charset
        && (charset.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase) || charset.StartsWith("utf-32", StringComparison.OrdinalIgnoreCase));

    // The type goes into an attribute of the HTML: nothing but what a type may be written with.
    private static string SafeType(MimeNode node) =>
        node.MediaType.All(c => char.IsAsciiLetterOrDigit(c) || "/+-.".Contains(c, StringComparison.Ordinal)) ? node.MediaType : "application/octet-stream";
}
