using MimeKit;

namespace Trunkline.Mail.Mime;

/// <summary>
/// Walks a mail once and notes its tree: headers and offsets, no content. MimeKit knows where a broken mail goes on; what it may cost is bounded here, part by
/// part and header by header, before anything is kept.
/// </summary>
internal sealed class MailStructure(Stream stream, MimeLimits limits) : MimeReader(stream, MimeFormat.Entity)
{
    private static readonly ContentType DefaultType = new("text", "plain");

    private readonly Stack<MimeNode> _open = new();
    private HeaderSummary _summary = new();
    private int _nestedMessages;
    private int _nodes;
    private int _headers;
    private long _headerBytes;

    public MimeNode? Root { get; private set; }

    /// <summary>Header fields of the mail itself.</summary>
    public List<Header> Headers { get; } = [];

    /// <summary>Where the header block of the mail itself ends.</summary>
    public long HeadersEnd { get; private set; } = -1;

    protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => _summary = new HeaderSummary();

    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        _headerBytes += header.RawField.Length + header.RawValue.Length;
        if (++_headers > limits.MaxHeaders || _headerBytes > 2L * limits.MaxHeaderBytes)
            throw new MimeLimitException("The header of the message is too large.");
        if (_nestedMessages > 0)
            return;
        if (HeadersEnd < 0)
            Headers.Add(header);
        _summary.Take(header);
    }

    protected override void OnHeadersEnd(long beginOffset, int beginLineNumber, long endOffset, int endLineNumber, CancellationToken cancellationToken)
    {
        if (HeadersEnd < 0)
            HeadersEnd = endOffset;
        base.OnHeadersEnd(beginOffset, beginLineNumber, endOffset, endLineNumber, cancellationToken);
    }

    protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) =>
        Open(MimeNodeKind.Leaf, contentType);

    protected override void OnMimePartContentEnd(
        long beginOffset, int beginLineNumber, long endOffset, int lines, NewLineFormat? newLineFormat, CancellationToken cancellationToken)
    {
        if (_nestedMessages > 0 || !_open.TryPeek(out var node))
            return;
        node.ContentBegin = beginOffset;
        node.ContentEnd = endOffset;
    }

    protected override void OnMimePartEnd(
        ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines,
        CancellationToken cancellationToken) => Close();

    protected override void OnMultipartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) =>
        Open(MimeNodeKind.Multipart, contentType);

    protected override void OnMultipartEnd(
        ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines,
        CancellationToken cancellationToken) => Close();

    protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        Open(MimeNodeKind.Message, contentType);
        _nestedMessages++;
    }

    protected override void OnMessagePartEnd(
        ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines,
        CancellationToken cancellationToken)
    {
        _nestedMessages--;
        if (_nestedMessages == 0 && _open.TryPeek(out var node))
        {
            node.ContentBegin = headersEndOffset;
            node.ContentEnd = endOffset;
        }
        Close();
    }

    private void Open(MimeNodeKind kind, ContentType? contentType)
    {
        if (++_nodes > limits.MaxParts)
            throw new MimeLimitException($"The message has more than {limits.MaxParts} parts.");
        if (_open.Count >= limits.MaxDepth)
            throw new MimeLimitException($"The parts of the message are nested deeper than {limits.MaxDepth} levels.");

        var node = new MimeNode(kind, contentType ?? DefaultType, _summary);
        // What lies within an attached message is counted and not kept: that message is one part.
        if (_nestedMessages == 0)
        {
            if (_open.TryPeek(out var parent))
                parent.Children.Add(node);
            else
                Root ??= node;
        }
        _open.Push(node);
    }

    private void Close() => _open.TryPop(out _);
}
