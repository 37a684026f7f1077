using System.Text;

namespace Trunkline.Mail.Mime;

/// <summary>The encoding of a charset, for what is put before a text.</summary>
internal static class Encodings
{
    /// <summary>Null where nothing can be put before: a charset that is not known, or one that begins with a mark.</summary>
    public static Encoding? Find(string? charset)
    {
        if (charset is null or "us-ascii")
            return Encoding.UTF8;
        if (charset.StartsWith("utf-16", StringComparison.Ordinal) || charset.StartsWith("utf-32", StringComparison.Ordinal))
            return null;
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset);
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            // A charset that nobody knows, or UTF-7, which .NET refuses to read.
            return null;
        }
    }
}
