using System.Buffers;

namespace Trunkline.Mail.Mime;

/// <summary>
/// Text that the sender's mail program broke into lines (RFC 3676, format=flowed), put together again, so that the page breaks it where the page ends. Works
/// on the bytes, since every charset of mail but UTF-16 and UTF-32 keeps ASCII as it is.
/// </summary>
internal static class FlowedText
{
    private static ReadOnlySpan<byte> Signature => "-- "u8;

    /// <param name="text">As it was sent.</param>
    /// <param name="deleteSpace">DelSp: the space before a soft line break belongs to the break, as in languages that write without spaces.</param>
    public static ReadOnlyMemory<byte> Join(ReadOnlySpan<byte> text, bool deleteSpace)
    {
        var joined = new ArrayBufferWriter<byte>(Math.Max(1, text.Length));
        var open = -1;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = (end < 0 ? text : text[..end]).TrimEnd((byte)'\r');
            text = end < 0 ? [] : text[(end + 1)..];
            var depth = line.IndexOfAnyExcept((byte)'>');
            depth = depth < 0 ? line.Length : depth;
            line = line[depth..];
            // Stuffed, so that the line does not begin as a quote does, or as From.
            if (line is [(byte)' ', ..])
                line = line[1..];
            var isSignature = line.SequenceEqual(Signature);
            // A line of another depth, or a signature, ends a paragraph that its writer left open.
            if (open >= 0 && (open != depth || isSignature))
            {
                joined.Write("\r\n"u8);
                open = -1;
            }
            if (open < 0)
                Quote(joined, depth);
            var isSoft = !isSignature && line is [.., (byte)' '];
            joined.Write(isSoft && deleteSpace ? line[..^1] : line);
            if (!isSoft)
                joined.Write("\r\n"u8);
            open = isSoft ? depth : -1;
        }
        return joined.WrittenMemory;
    }

    private static void Quote(ArrayBufferWriter<byte> joined, int depth)
    {
        if (depth == 0)
            return;
        joined.GetSpan(depth)[..depth].Fill((byte)'>');
        joined.Advance(depth);
        joined.Write(" "u8);
    }
}
