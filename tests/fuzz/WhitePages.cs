using System.Buffers.Binary;

namespace Trunkline.Fuzz;

/// <summary>A document of white pages (TIFF with T.6), which a terminal that is tried has to send.</summary>
internal static class WhitePages
{
    private const int Pages = 3;

    /// <summary>A white row after a white one is a single bit, V0 of T.6: a long page, so that there is something to send.</summary>
    private const int Rows = 4_000;

    private const ushort Short = 3;
    private const ushort Long = 4;
    private const ushort Rational = 5;

    public static void Write(string path)
    {
        var strip = new byte[Rows / 8];
        Array.Fill(strip, (byte)0xFF);
        using var stream = File.Create(path);
        stream.Write("II*\0"u8);
        var link = stream.Position;
        stream.Write(new byte[4]);
        for (var page = 0; page < Pages; page++)
            link = WritePage(stream, link, page, strip);
    }

    private static long WritePage(FileStream stream, long link, int page, byte[] strip)
    {
        var image = (uint)stream.Position;
        stream.Write(strip);
        var resolution = (uint)stream.Position;
        foreach (var number in (ReadOnlySpan<uint>)[204, 1, 196, 1])
            Write(stream, number);
        var directory = (uint)stream.Position;
        ReadOnlySpan<(ushort Tag, ushort Type, uint Count, uint Value)> fields =
        [
            (256, Long, 1, 1728), (257, Long, 1, Rows), (258, Short, 1, 1), (259, Short, 1, 4), (262, Short, 1, 0), (266, Short, 1, 1), (273, Long, 1, image), (277, Short, 1, 1),
            (278, Long, 1, Rows), (279, Long, 1, (uint)strip.Length), (282, Rational, 1, resolution), (283, Rational, 1, resolution + 8), (293, Long, 1, 0), (296, Short, 1, 2),
            (297, Short, 2, (uint)page | (uint)Pages << 16),
        ];
        Write(stream, (ushort)fields.Length);
        foreach (var (tag, type, count, value) in fields)
        {
            Write(stream, tag);
            Write(stream, type);
            Write(stream, count);
            Write(stream, value);
        }
        var next = stream.Position;
        Write(stream, 0u);
        stream.Position = link;
        Write(stream, directory);
        stream.Position = stream.Length;
        return next;
    }

    private static void Write(FileStream stream, ushort number)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, number);
        stream.Write(bytes);
    }

    private static void Write(FileStream stream, uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        stream.Write(bytes);
    }
}
