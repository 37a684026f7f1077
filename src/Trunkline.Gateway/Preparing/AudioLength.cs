using System.Buffers.Binary;

namespace Trunkline.Gateway.Preparing;

/// <summary>
/// How long a sound or a film takes: exact where the container says so in its first bytes or each second has the same size, else an estimate by
/// its size. What a header claims beyond the bytes that are there does not count. Never throws, whatever the bytes are.
/// </summary>
internal static class AudioLength
{
    // What encoders make when nobody asks: MP3 at 128 kbit/s, speech in Ogg at 32, a small film at 1000.
    private const int Mp3Bytes = 16_000;
    private const int OggBytes = 4_000;
    private const int FilmBytes = 125_000;
    private const int OtherBytes = 8_000;
    private const double GsmFrameBytes = 33;
    private const double GsmFrameSeconds = 0.02;
    private static readonly int[] Mp3Kilobits = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];
    private static readonly int[] Mp3KilobitsOfLowRates = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0];

    /// <param name="contentType">As the File Type table calls it.</param>
    /// <param name="start">The first bytes, some kilobytes or all.</param>
    /// <param name="size">Of the whole, in bytes.</param>
    public static TimeSpan Of(string contentType, ReadOnlySpan<byte> start, long size)
    {
        var seconds = contentType switch
        {
            "audio/wav" => Wav(start, size),
            "audio/basic" => Au(start, size),
            "audio/gsm" => size / GsmFrameBytes * GsmFrameSeconds,
            "audio/mpeg" => (double)size / Mp3(start),
            "audio/ogg" => (double)size / OggBytes,
            _ when contentType.StartsWith("video/", StringComparison.Ordinal) => (double)size / FilmBytes,
            _ => (double)size / OtherBytes,
        };
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(30).TotalSeconds));
    }

    // RIFF: chunks of a name, a length and that many bytes, padded to an even count.
    private static double Wav(ReadOnlySpan<byte> start, long size)
    {
        uint bytesPerSecond = 0;
        for (long at = 12; at + 8 <= start.Length;)
        {
            var chunk = start[(int)at..];
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.StartsWith("fmt "u8) && chunk.Length >= 20)
                bytesPerSecond = BinaryPrimitives.ReadUInt32LittleEndian(chunk[16..]);
            else if (chunk.StartsWith("data"u8) && bytesPerSecond > 0)
                return Math.Min(length, Math.Max(0, size - at - 8)) / (double)bytesPerSecond;
            at += 8L + length + length % 2;
        }
        return size / (double)(bytesPerSecond > 0 ? bytesPerSecond : OtherBytes);
    }

    // Sun's: magic, offset of the data, its size, encoding, rate, channels; big-endian.
    private static double Au(ReadOnlySpan<byte> start, long size)
    {
        if (start.Length < 24)
            return size / (double)OtherBytes;
        var offset = BinaryPrimitives.ReadUInt32BigEndian(start[4..]);
        var claimed = BinaryPrimitives.ReadUInt32BigEndian(start[8..]);
        var width = BinaryPrimitives.ReadUInt32BigEndian(start[12..]) switch { 1 or 2 or 27 => 1, 3 => 2, 4 => 3, 5 or 6 => 4, 7 => 8, _ => 1 };
        var rate = (double)BinaryPrimitives.ReadUInt32BigEndian(start[16..]) * BinaryPrimitives.ReadUInt32BigEndian(start[20..]) * width;
        // All ones: the size was not known when it was written.
        return Math.Min(claimed, Math.Max(0, size - offset)) / (rate > 0 ? rate : OtherBytes);
    }

    // The bytes of a second by its first frame (ISO 11172-3, 2.4.1.3), behind an ID3 tag (whose size is in seven bits a byte).
    private static int Mp3(ReadOnlySpan<byte> start)
    {
        var at = start.Length >= 10 && start.StartsWith("ID3"u8) ? 10L + (start[6] << 21 | start[7] << 14 | start[8] << 7 | start[9]) : 0;
        if (at + 4 > start.Length || start[(int)at] != 0xFF || (start[(int)at + 1] & 0xE6) != 0xE2)
            return Mp3Bytes;
        var kilobits = ((start[(int)at + 1] & 0x08) != 0 ? Mp3Kilobits : Mp3KilobitsOfLowRates)[start[(int)at + 2] >> 4];
        return kilobits > 0 ? kilobits * 125 : Mp3Bytes;
    }
}
