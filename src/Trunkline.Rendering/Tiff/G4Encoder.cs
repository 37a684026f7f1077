using System.Buffers.Binary;
using System.Numerics;
using Trunkline.Rendering.Paper;

namespace Trunkline.Rendering.Tiff;

/// <summary>
/// Codes a page as ITU-T T.6 says. It looks for changes of colour in words of 64 dots, so that what costs is what is drawn and not the paper.
/// </summary>
internal sealed class G4Encoder
{
    private const int Width = Sheet.Width;
    private const int WordBytes = 8;

    private byte[] _code = new byte[64 * 1024];
    private int _length;
    private ulong _pending;
    private int _pendingBits;

    private G4Encoder()
    {
    }

    /// <summary>The code of the page, its end mark included, least significant bit first as on the line.</summary>
    public static byte[] Encode(BilevelPage page)
    {
        var encoder = new G4Encoder();
        // A change at each dot, and the end three times, so that one may look beyond it.
        Span<int> above = stackalloc int[Width + 4];
        Span<int> row = stackalloc int[Width + 4];
        above[..3].Fill(Width);
        for (var y = 0; y < page.Rows; y++)
        {
            FindChanges(page.Row(y), row);
            encoder.PutRow(row, above);
            var spare = above;
            above = row;
            row = spare;
        }

        // The end of the page (T.6, 2.4.1.1).
        encoder.Put(1, 12);
        encoder.Put(1, 12);
        return encoder.Finish();
    }

    /// <summary>Where the colour changes, from left to right, beginning from white.</summary>
    private static void FindChanges(ReadOnlySpan<byte> bits, Span<int> changes)
    {
        var (count, last) = (0, 0UL);
        for (var at = 0; at < bits.Length; at += WordBytes)
        {
            var word = BinaryPrimitives.ReadUInt64BigEndian(bits[at..]);
            var differs = word ^ ((word >> 1) | (last << 63));
            for (last = word & 1; differs != 0;)
            {
                var bit = BitOperations.LeadingZeroCount(differs);
                changes[count++] = (at * 8) + bit;
                differs &= ~(1UL << 63 >> bit);
            }
        }

        changes.Slice(count, 3).Fill(Width);
    }

    private void PutRow(ReadOnlySpan<int> row, ReadOnlySpan<int> above)
    {
        // Even changes are to black, odd ones to white; so are a1 and b1 by the parity of the colour that a0 has.
        var (a0, a1, b1, black) = (-1, 0, 0, 0);
        while (a0 < Width)
        {
            while (b1 > 0 && above[b1 - 1] > a0)
                b1--;
            while (above[b1] < Width && (above[b1] <= a0 || (b1 & 1) != black))
                b1++;
            var b2 = above[b1] < Width ? above[b1 + 1] : Width;
            var distance = row[a1] - above[b1];
            if (b2 < row[a1])
            {
                Put(0b0001, 4);
                a0 = b2;
            }
            else if (distance is >= -3 and <= 3)
            {
                PutVertical(distance);
                a0 = row[a1++];
                black ^= 1;
            }
            else
            {
                Put(0b001, 3);
                PutRun(row[a1] - Math.Max(a0, 0), black);
                PutRun(row[a1 + 1] - row[a1], black ^ 1);
                a0 = row[a1 + 1];
                a1 += 2;
            }
        }
    }

    private void PutVertical(int distance)
    {
        switch (distance)
        {
            case 0: Put(1, 1); break;
            case 1: Put(0b011, 3); break;
            case -1: Put(0b010, 3); break;
            case 2: Put(0b000011, 6); break;
            case -2: Put(0b000010, 6); break;
            case 3: Put(0b0000011, 7); break;
            default: Put(0b0000010, 7); break;
        }
    }

    private void PutRun(int length, int black)
    {
        var (bits, count) = (black == 0 ? RunCodes.White : RunCodes.Black)[length];
        Put(bits, count);
    }

    private void Put(uint bits, int count)
    {
        _pending = (_pending << count) | bits;
        _pendingBits += count;
        if (_pendingBits < 32)
            return;
        if (_length + WordBytes > _code.Length)
            Array.Resize(ref _code, _code.Length * 2);
        _pendingBits -= 32;
        BinaryPrimitives.WriteUInt32BigEndian(_code.AsSpan(_length), (uint)(_pending >> _pendingBits));
        _length += 4;
    }

    private byte[] Finish()
    {
        var padding = (8 - (_pendingBits % 8)) % 8;
        var rest = _pending << padding;
        var code = new byte[_length + ((_pendingBits + padding) / 8)];
        _code.AsSpan(0, _length).CopyTo(code);
        for (var i = code.Length - 1; i >= _length; i--, rest >>= 8)
            code[i] = (byte)rest;
        for (var i = 0; i < code.Length; i++)
            code[i] = Reversed(code[i]);
        return code;
    }

    private static byte Reversed(byte value) => (byte)(((value * 0x0202020202UL) & 0x010884422010UL) % 1023);
}
