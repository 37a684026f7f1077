namespace Trunkline.Mail.Mime;

/// <summary>What a mail may ask of its reader.</summary>
public sealed record MimeLimits
{
    /// <summary>The defaults.</summary>
    public static MimeLimits Default { get; } = new();

    /// <summary>20 levels of parts in parts: mail programs make five.</summary>
    public int MaxDepth { get; init; } = 20;

    /// <summary>200 parts, multiparts included: a mail with more is an attack or belongs into an archive.</summary>
    public int MaxParts { get; init; } = 200;

    /// <summary>1,000 header fields, of the mail and all of its parts.</summary>
    public int MaxHeaders { get; init; } = 1000;

    /// <summary>64 KB for the header block of the mail, and as much for that of all its parts: relays keep about as much.</summary>
    public int MaxHeaderBytes { get; init; } = 64 * 1024;

    /// <summary>64 MB decoded, in all: twice the largest mail, since some charsets of a text part and data: images grow.</summary>
    public long MaxDecodedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Forwarded messages within forwarded messages that are opened; one deeper is refused by its name.</summary>
    public int MaxNesting { get; init; } = 4;

    /// <summary>A picture with a Content-ID up to 20 KB that no text names is the logo of a signature, or counts who reads: it is left out of a mail that has a text.</summary>
    public int LogoBytes { get; init; } = 20_000;

    /// <summary>A picture that is higher is no logo, however few bytes it has: a scanned page in black and white has as few.</summary>
    public int LogoRows { get; init; } = 300;

    /// <summary>4 MB of text whose lines are put together again (RFC 3676): more is no letter.</summary>
    public int MaxFlowedBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>5 MB of pictures put into an HTML body; the rest stay out of it, as parts of their own.</summary>
    public int MaxEmbeddedBytes { get; init; } = 5 * 1024 * 1024;

    /// <summary>Parts up to 64 KB stay in memory, larger ones go to a file.</summary>
    public int InlineBytes { get; init; } = 256 * 1024;
}
