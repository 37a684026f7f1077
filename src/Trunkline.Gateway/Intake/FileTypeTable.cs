using System.Collections.Frozen;
using Trunkline.Core;
using Trunkline.Core.Mail;

namespace Trunkline.Gateway.Intake;

/// <summary>A row of the File Type table (Table 2).</summary>
/// <param name="MessageType">Null for what is left out without a word, such as a signature.</param>
public sealed record FileTypeRow(string Extension, string MimeType, MessageType? MessageType);

/// <summary>What a part of a mail is.</summary>
public abstract record FileTypeVerdict
{
    /// <summary>It becomes part of a message of this type.</summary>
    public sealed record Known(string ContentType, MessageType MessageType) : FileTypeVerdict;

    /// <summary>It is left out.</summary>
    public sealed record Ignored : FileTypeVerdict;

    /// <summary>It cannot be delivered.</summary>
    /// <param name="Reason">A sentence that names it.</param>
    public sealed record Refused(string Reason) : FileTypeVerdict;
}

/// <summary>Types the parts of a mail: by MIME type, by file name when that says nothing, and against the content itself.</summary>
public sealed class FileTypeTable(IReadOnlyList<FileTypeRow> rows)
{
    private const int SignatureLength = 1024;
    private readonly FrozenDictionary<string, FileTypeRow> _byMime =
        rows.DistinctBy(r => r.MimeType).ToFrozenDictionary(r => r.MimeType, StringComparer.OrdinalIgnoreCase);
    private readonly FrozenDictionary<string, FileTypeRow> _byExtension =
        rows.Where(r => r.Extension.Length > 0).DistinctBy(r => r.Extension).ToFrozenDictionary(r => r.Extension, StringComparer.OrdinalIgnoreCase);

    /// <summary>The types that can be faxed, for a sentence: "PDF, PNG, …".</summary>
    public string KnownKinds { get; } = string.Join(", ", rows.Where(r => r.MessageType is not null).Select(r => r.Extension.ToUpperInvariant())
        .Where(e => e is not ("HTM" or "JPEG" or "TIFF")).Distinct());

    /// <summary>Types one part.</summary>
    public FileTypeVerdict Determine(MailPart part)
    {
        var name = part.FileName ?? "the attachment";
        if (part.IsBody)
            return new FileTypeVerdict.Known(part.ContentType is "text/html" ? "text/html" : "text/plain", MessageType.Fax);

        var row = Find(part);
        if (row is null)
            return new FileTypeVerdict.Refused($"\"{name}\" ({part.ContentType}) cannot be faxed. Send it as one of: {KnownKinds}.");
        if (row.MessageType is not { } type)
            return new FileTypeVerdict.Ignored();
        return Matches(row.MimeType, Start(part.Content))
            ? new FileTypeVerdict.Known(row.MimeType, type)
            : new FileTypeVerdict.Refused($"\"{name}\" is not what it says: its content is no {row.Extension.ToUpperInvariant()}. Open it, save it again, and send that.");
    }

    private FileTypeRow? Find(MailPart part)
    {
        if (_byMime.TryGetValue(part.ContentType, out var row))
            return row;
        // Mail programs send what they do not know as octets; then the name tells.
        var extension = Path.GetExtension(part.FileName ?? "").TrimStart('.');
        return part.ContentType is "application/octet-stream" or "application/x-pdf" or "image/jpg" or "image/pjpeg" or "image/x-png" or "image/tif"
            ? _byExtension.GetValueOrDefault(extension)
            : null;
    }

    private static byte[] Start(MailContent content)
    {
        if (content.Path is null)
            return content.Inline.Span[..Math.Min(SignatureLength, content.Inline.Length)].ToArray();
        using var file = File.OpenRead(content.Path);
        var start = new byte[SignatureLength];
        return start[..file.ReadAtLeast(start, SignatureLength, throwOnEndOfStream: false)];
    }

    private static bool Matches(string mimeType, ReadOnlySpan<byte> start) => mimeType switch
    {
        // Readers of PDF allow rubbish before the header, and printers' drivers write it.
        "application/pdf" => start.IndexOf("%PDF-"u8) >= 0,
        "image/png" => start is [0x89, (byte)'P', (byte)'N', (byte)'G', ..],
        "image/jpeg" => start is [0xFF, 0xD8, 0xFF, ..],
        "image/tiff" => start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) || start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8),
        "text/plain" or "text/html" => !start.Contains((byte)0) || start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..],
        _ => true,
    };
}
