using Trunkline.Core;

namespace Trunkline.Gateway.Intake;

/// <summary>A row of the File Type table (Table 2).</summary>
/// <param name="Extension">Lower case, without a dot; empty where only the MIME type tells.</param>
/// <param name="MimeType">Lower case.</param>
/// <param name="MessageType">What it becomes where the address does not say; null for what is left out without a word, such as a signature.</param>
/// <param name="Signature">How its content begins; see <see cref="ContentSignature"/>.</param>
public sealed record FileTypeRow(string Extension, string MimeType, MessageType? MessageType, string Signature = "")
{
    /// <summary>The resources that can handle it; null for those of its message type.</summary>
    public MessageType? ResourceType { get; init; }

    /// <summary>Why it cannot be delivered, in words that follow its name; null for what can: <c>is an archive: take out what is in it.</c></summary>
    public string? Refusal { get; init; }

    /// <summary>True for a text: it can be faxed, spoken, shown on a pager, and goes along with whatever else is in the mail.</summary>
    public bool IsText { get; init; }

    /// <summary>The MIME type that it is handled as, where the row's own is another word for the same; null for its own.</summary>
    public string? KnownAs { get; init; }
}
