using System.Text.RegularExpressions;
using Trunkline.Core;
using Trunkline.Core.Documents;

namespace Trunkline.Gateway.Intake;

/// <summary>Adds and removes rows of the File Type table while the gateway runs.</summary>
public sealed partial class FileTypeDesk(IFileTypeStore store, FileTypeTable table, IFaxRenderer renderer)
{
    // All of them are held in memory, and every one is looked at when a type is not known.
    private const int MaxRefusalLength = 200;
    private const int MaxRows = 1000;

    /// <summary>All rows, as they hold now.</summary>
    public IReadOnlyList<FileTypeRow> All => table.Rows;

    /// <summary>Adds a row, with effect on the next mail. Null, or the field that is wrong and why.</summary>
    public async Task<(string Field, string Reason)?> AddAsync(FileTypeRow row, CancellationToken cancellationToken)
    {
        if (Fault(row) is { } fault)
            return fault;
        if (table.Rows.Count >= MaxRows)
            return ("mime", $"There are {MaxRows} file types already. Remove one.");
        if (!await store.AddAsync(row, cancellationToken))
            return ("mime", $"There is a file type {row.MimeType} with the ending \"{row.Extension}\" already. Remove it first.");
        table.Use(await store.FileTypesAsync(cancellationToken));
        return null;
    }

    /// <summary>Removes a row: mail with such a file is refused from now on. False when there is none.</summary>
    public async Task<bool> RemoveAsync(string mimeType, string extension, CancellationToken cancellationToken)
    {
        if (!await store.RemoveAsync(mimeType, extension, cancellationToken))
            return false;
        table.Use(await store.FileTypesAsync(cancellationToken));
        return true;
    }

    private (string Field, string Reason)? Fault(FileTypeRow row)
    {
        if (!MimeName().IsMatch(row.MimeType))
            return ("mime", "A MIME type is written in small letters: audio/amr.");
        if (!Ending().IsMatch(row.Extension))
            return ("extension", "An ending is up to 16 small letters and digits, without a dot; empty where only the MIME type tells.");
        if (row.MessageType == MessageType.Notification)
            return ("type", "It becomes fax, voice or video; left out, it is left out of mails without a word.");
        if (row.Refusal is { } refusal && (row.MessageType is not null || refusal.Length is 0 or > MaxRefusalLength))
            return ("refusal", $"Why it is refused, in up to {MaxRefusalLength} characters; what is refused becomes nothing and has no type.");
        if (row.IsText && row.MessageType != MessageType.Fax)
            return ("isText", "A text is of the type fax; it goes along with every other.");
        if (row.KnownAs is { } other && (!MimeName().IsMatch(other) || other == row.MimeType))
            return ("knownAs", "This is the MIME type of which it is another word.");
        if (row.MessageType == MessageType.Fax && !renderer.CanRender(row.KnownAs ?? row.MimeType))
            return ("mime", $"This program cannot make pages of {row.KnownAs ?? row.MimeType}. If it is another word for a type that it knows, say so as knownAs.");
        return ContentSignature.TryParse(row.Signature, out _, out var error) ? null : ("signature", error);
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}$")]
    private static partial Regex MimeName();

    [GeneratedRegex("^[a-z0-9]{0,16}$")]
    private static partial Regex Ending();
}
