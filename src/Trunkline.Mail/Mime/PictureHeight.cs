using System.Buffers.Binary;

namespace Trunkline.Mail.Mime;

/// <summary>How many dots high a picture is, by its header: a logo and a page of a letter may have as many bytes.</summary>
internal static class PictureHeight
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Null for what is no PNG, GIF or JPEG that can be read.</summary>
    public static int? Of(ReadOnlySpan<byte> picture)
    {
        if (picture.StartsWith(PngSignature) && picture.Length >= 24)
            return (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(picture[20..]));
        if (picture.StartsWith("GIF8"u8) && picture.Length >= 10)
            return BinaryPrimitives.ReadUInt16LittleEndian(picture[8..]);
        return picture is [0xFF, 0xD8, ..] ? OfJpeg(picture[2..]) : null;
    }

    // Segments up to the frame header (ITU-T T.81, B.2.2), which is one of SOF0 to SOF15 but DHT, JPG and DAC.
    private static int? OfJpeg(ReadOnlySpan<byte> segments)
    {
        while (segments is [0xFF, var marker, _, _, ..])
        {
            if (marker == 0xFF)
            {
                segments = segments[1..];
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(segments[2..]);
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return segments.Length >= 7 ? BinaryPrimitives.ReadUInt16BigEndian(segments[5..]) : null;
            if (length < 2 || segments.Length < 2 + length)
                return null;
            segments = segments[(2 + length)..];
        }
        return null;
    }
}
