namespace Trunkline.Core.Mail;

/// <summary>A mail once it was read: what the gateway and the resources need of it, and where its parts lie on disk.</summary>
public sealed record ParsedMail
{
    /// <summary>The address of the From header, or null when there is none that can be read.</summary>
    public required string? From { get; init; }

    /// <summary>Every address of every From header, at most ten: a mail that is to prove who sent it has one.</summary>
    public IReadOnlyList<string> FromAddresses { get; init; } = [];

    /// <summary>Decoded and on one line; empty when there is none.</summary>
    public required string Subject { get; init; }

    /// <summary>With angle brackets, or null.</summary>
    public required string? MessageId { get; init; }

    /// <summary>The message ids of the References header (or In-Reply-To), with angle brackets, oldest first; at most 50.</summary>
    public required IReadOnlyList<string> References { get; init; }

    /// <summary>True when a robot sent it: Auto-Submitted other than "no" (RFC 3834), Precedence bulk/junk/list, List-Id, or a report.</summary>
    public required bool IsAutomatic { get; init; }

    /// <summary>The headers named X-Trunkline-* and X-FAX-*, decoded; names in lower case; at most 50.</summary>
    public required IReadOnlyDictionary<string, string> OptionHeaders { get; init; }

    /// <summary>The header block as it came, for the returned headers of a report; at most 64 KB.</summary>
    public required ReadOnlyMemory<byte> RawHeaders { get; init; }

    /// <summary>The number of Received headers, for loop detection.</summary>
    public required int Hops { get; init; }

    /// <summary>Body first, then attachments in their order.</summary>
    public required IReadOnlyList<MailPart> Parts { get; init; }
}

/// <summary>A body or an attachment, decoded.</summary>
public sealed record MailPart
{
    /// <summary>True for the text that a mail program shows; of alternatives, the richest that we can show.</summary>
    public required bool IsBody { get; init; }

    /// <summary>In lower case, without parameters: <c>application/pdf</c>.</summary>
    public required string ContentType { get; init; }

    /// <summary>In lower case, or null.</summary>
    public string? Charset { get; init; }

    /// <summary>Without any folder, control characters removed, at most 255 characters; null when there is none.</summary>
    public string? FileName { get; init; }

    /// <summary>The decoded content.</summary>
    public required MailContent Content { get; init; }
}

/// <summary>
/// Decoded content with its size and hash: small content in memory, large content in a file that the reader of the mail owns
/// (whoever keeps it moves or copies it).
/// </summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">32 bytes.</param>
/// <param name="Inline">The content itself, when <paramref name="Path"/> is null.</param>
/// <param name="Path">The file that holds it, or null.</param>
public sealed record MailContent(long Size, byte[] Sha256, ReadOnlyMemory<byte> Inline, string? Path);
