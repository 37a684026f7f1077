using System.Text;

namespace Trunkline.Rendering.Text;

/// <summary>Bytes to text: the byte order mark, then the declared charset, then UTF-8 when it is valid, else Windows-1252, which every byte fits.</summary>
internal static class TextDecoding
{
    private const int Windows1252 = 1252;

    static TextDecoding() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static string Decode(ReadOnlySpan<byte> bytes, string? declared)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return Encoding.UTF8.GetString(bytes[3..]);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return Encoding.Unicode.GetString(bytes[2..]);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return Encoding.BigEndianUnicode.GetString(bytes[2..]);
        if (declared is not null && Strictly(declared, bytes) is { } asDeclared)
            return asDeclared;
        return Strictly("utf-8", bytes) ?? Encoding.GetEncoding(Windows1252).GetString(bytes);
    }

    /// <summary>Null when the charset is unknown, or not supported as UTF-7 is, or the bytes are not valid in it.</summary>
    private static string? Strictly(string charset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Encoding.GetEncoding(charset, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback).GetString(bytes);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or DecoderFallbackException)
        {
            return null;
        }
    }
}
