namespace Trunkline.Core.Protocol;

/// <summary>
/// What a MessageID may look like. A resource uses it as a file name, so this is strict: ASCII letters, digits, dots and dashes, a letter
/// or digit first, at most <see cref="MaxLength"/> of them.
/// </summary>
public static class MessageIds
{
    /// <summary>The longest MessageID, in characters; with a prefix it still fits a MIME boundary (70, RFC 2046 section 5.1.1).</summary>
    public const int MaxLength = 64;

    /// <summary>True for a text that may be a MessageID.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength || !char.IsAsciiLetterOrDigit(text[0]))
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-'))
                return false;
        }
        return true;
    }
}
