using MimeKit;

namespace Trunkline.Mail.Mime;

/// <summary>What a node of a mail is.</summary>
internal enum MimeNodeKind
{
    Leaf,
    Multipart,

    /// <summary>A message within the message.</summary>
    Message,
}

/// <summary>One entity of a mail: its headers, and where its content lies in the stream.</summary>
internal sealed class MimeNode(MimeNodeKind kind, ContentType contentType, HeaderSummary headers)
{
    public MimeNodeKind Kind { get; } = kind;
    public ContentType ContentType { get; } = contentType;
    public HeaderSummary Headers { get; } = headers;
    public List<MimeNode> Children { get; } = [];

    /// <summary>Offsets in the stream: the content as it was sent, transfer encoding and all.</summary>
    public long ContentBegin { get; set; }

    public long ContentEnd { get; set; }

    public string MediaType => (ContentType.MediaType + "/" + ContentType.MediaSubtype).ToLowerInvariant();

    /// <summary>True for a picture that a text can name (RFC 2392).</summary>
    public bool IsNamedPicture =>
        Kind == MimeNodeKind.Leaf && Headers.ContentId is { Length: > 0 } && ContentType.MediaType.Equals("image", StringComparison.OrdinalIgnoreCase);

    public bool IsText(string subtype) => ContentType.IsMimeType("text", subtype);
}
