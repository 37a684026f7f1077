namespace Trunkline.Rendering;

/// <summary>How a sentence names a document: a file name in quotes, words such as "the message text" as they are.</summary>
internal static class DocumentName
{
    /// <summary>At the beginning of a sentence.</summary>
    public static string Subject(string name) => IsWords(name) ? $"T{name[1..]}" : $"\"{name}\"";

    /// <summary>Within a sentence.</summary>
    public static string Within(string name) => IsWords(name) ? name : $"\"{name}\"";

    /// <summary>False for the text of a mail, of its own or of one that was forwarded.</summary>
    public static bool IsFile(string name) => !IsWords(name) || name == "the attachment";

    private static bool IsWords(string name) => name.StartsWith("the ", StringComparison.Ordinal);
}
