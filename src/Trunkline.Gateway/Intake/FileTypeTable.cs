using System.Collections.Frozen;
using Trunkline.Core;
using Trunkline.Core.Mail;

namespace Trunkline.Gateway.Intake;

/// <summary>What a part of a mail is.</summary>
public abstract record FileTypeVerdict
{
    /// <summary>It becomes part of a message.</summary>
    /// <param name="MessageType">Of a message of this type.</param>
    /// <param name="IsText">Or, a text, of a message of any type.</param>
    public sealed record Known(string ContentType, MessageType MessageType, bool IsText = false) : FileTypeVerdict;

    /// <summary>It is left out.</summary>
    public sealed record Ignored : FileTypeVerdict;

    /// <summary>It cannot be delivered.</summary>
    /// <param name="Reason">A sentence that names it.</param>
    public sealed record Refused(string Reason) : FileTypeVerdict;
}

/// <summary>
/// Types the parts of a mail by the rows of the File Type table: by MIME type, by file name when that says nothing, and against the content itself.
/// What is known is data: a row more, and a type more is known.
/// </summary>
public sealed class FileTypeTable
{
    private volatile Index _index;

    /// <param name="rows">Throws <see cref="InvalidDataException"/>, naming the row, for a signature that cannot be read.</param>
    public FileTypeTable(IReadOnlyList<FileTypeRow> rows) => _index = IndexOf(rows);

    /// <summary>All rows.</summary>
    public IReadOnlyList<FileTypeRow> Rows => _index.Rows;

    /// <summary>Takes these rows in place of all others. Throws as the constructor does, and then nothing has changed.</summary>
    public void Use(IReadOnlyList<FileTypeRow> rows) => _index = IndexOf(rows);

    private static Index IndexOf(IReadOnlyList<FileTypeRow> rows)
    {
        var entries = rows.Select(row => ContentSignature.TryParse(row.Signature, out var signature, out var error)
            ? new Entry(row, signature)
            : throw new InvalidDataException($"File type {row.Extension}, {row.MimeType}: {error}")).ToList();
        // Where a file name stands for several types, the one that is no other word for another.
        var byExtension = entries.Where(e => e.Row.Extension.Length > 0).OrderBy(e => e.Row.KnownAs is null ? 0 : 1).DistinctBy(e => e.Row.Extension)
            .ToFrozenDictionary(e => e.Row.Extension, StringComparer.OrdinalIgnoreCase);
        return new Index(entries.DistinctBy(e => e.Row.MimeType).ToFrozenDictionary(e => e.Row.MimeType, StringComparer.OrdinalIgnoreCase), byExtension, rows);
    }

    private sealed record Index(FrozenDictionary<string, Entry> ByMime, FrozenDictionary<string, Entry> ByExtension, IReadOnlyList<FileTypeRow> Rows);

    private sealed record Entry(FileTypeRow Row, ContentSignature Signature);

    /// <summary>The types that a message can carry, for a sentence: "PDF, PNG, …".</summary>
    public string KnownKinds(MessageType type) => string.Join(", ", Rows.Where(r => Carries(type, r)).Select(r => r.Extension.ToUpperInvariant())
        .Where(e => e is not ("" or "HTM" or "JPEG" or "TIFF")).Distinct());

    /// <summary>Types one part.</summary>
    public FileTypeVerdict Determine(MailPart part)
    {
        if (part.IsBody)
            return new FileTypeVerdict.Known(part.ContentType is "text/html" ? "text/html" : "text/plain", MessageType.Fax, IsText: true);
        if (Find(part) is not { } entry)
            return new FileTypeVerdict.Refused($"{Named(part)} ({part.ContentType}) cannot be delivered. Send it as one of: {KnownKinds(MessageType.Fax)}; "
                + $"to be played: {KnownKinds(MessageType.Voice)}; to be shown: {KnownKinds(MessageType.Video)}.");
        if (entry.Row.Refusal is { } refusal)
            return new FileTypeVerdict.Refused($"{Named(part)} {refusal}");
        if (entry.Row.MessageType is not { } type)
            return new FileTypeVerdict.Ignored();
        return entry.Signature.Fits(Start(part.Content))
            ? new FileTypeVerdict.Known(entry.Row.KnownAs ?? entry.Row.MimeType, type, entry.Row.IsText)
            : new FileTypeVerdict.Refused($"{Named(part)} is not what it says: its content is no {Kind(entry.Row)}. Open it, save it again, and send that.");
    }

    /// <summary>A part, for a sentence.</summary>
    public static string Named(MailPart part) => part.FileName is { } name ? $"\"{name}\"" : "An attachment";

    private static bool Carries(MessageType type, FileTypeRow row) => row.MessageType is { } own && (row.IsText ? type is MessageType.Fax : own == type);

    private static string Kind(FileTypeRow row) => row.Extension.Length > 0 ? row.Extension.ToUpperInvariant() : row.MimeType;

    private Entry? Find(MailPart part)
    {
        var index = _index;
        var byName = index.ByExtension.GetValueOrDefault(Path.GetExtension(part.FileName ?? "").TrimStart('.'));
        if (!index.ByMime.TryGetValue(part.ContentType, out var entry))
        {
            // Mail programs send what they do not know as octets; then the name tells. It does where they have a word of their own (application/x-pdf), when
            // the content agrees.
            return part.ContentType is "application/octet-stream" || byName is { Row: { MessageType: not null, Signature.Length: > 0 } } && byName.Signature.Fits(Start(part.Content))
                ? byName
                : null;
        }

        // Some call an office document the archive that it is; its name tells, when its content agrees.
        return entry.Row.Refusal is not null && byName is { Row: { Refusal: null, MessageType: not null } } && byName.Signature.Fits(Start(part.Content)) ? byName : entry;
    }

    private static byte[] Start(MailContent content)
    {
        if (content.Path is null)
            return content.Inline.Span[..Math.Min(ContentSignature.Length, content.Inline.Length)].ToArray();
        using var file = File.OpenRead(content.Path);
        var start = new byte[ContentSignature.Length];
        return start[..file.ReadAtLeast(start, ContentSignature.Length, throwOnEndOfStream: false)];
    }
}
