using Trunkline.Telephony.Media;

namespace Trunkline.Telephony.Rtp;

/// <summary>
/// Companding of ITU-T G.711, both laws, by table. Linear samples are 16 bits wide: the 14 bits of µ-law and the 13 of A-law,
/// left-aligned.
/// </summary>
internal static class G711
{
    /// <summary>Silence in µ-law.</summary>
    public const byte MuLawSilence = 0xFF;

    /// <summary>Silence in A-law.</summary>
    public const byte ALawSilence = 0xD5;

    // µ-law looks at the upper 14 bits of a sample and A-law at the upper 12, so that both encoders fit the first-level cache.
    private static readonly byte[] MuLawCodes = Build(1 << 14, index => CompressMuLaw((short)(index << 2)));
    private static readonly byte[] ALawCodes = Build(1 << 12, index => CompressALaw((short)(index << 4)));
    private static readonly short[] MuLawSamples = Build(256, code => ExpandMuLaw((byte)code));
    private static readonly short[] ALawSamples = Build(256, code => ExpandALaw((byte)code));

    /// <summary>The code that stands for silence.</summary>
    public static byte Silence(G711Law law) => law switch
    {
        G711Law.MuLaw => MuLawSilence,
        G711Law.ALaw => ALawSilence,
    };

    /// <summary>Encodes each sample to one byte; <paramref name="codes"/> is at least as long as <paramref name="samples"/>.</summary>
    public static void Encode(G711Law law, ReadOnlySpan<short> samples, Span<byte> codes)
    {
        codes = codes[..samples.Length];
        if (law == G711Law.MuLaw)
        {
            var table = MuLawCodes.AsSpan();
            for (var i = 0; i < samples.Length; i++)
                codes[i] = table[(ushort)samples[i] >> 2];
        }
        else
        {
            var table = ALawCodes.AsSpan();
            for (var i = 0; i < samples.Length; i++)
                codes[i] = table[(ushort)samples[i] >> 4];
        }
    }

    /// <summary>Decodes each byte to one sample; <paramref name="samples"/> is at least as long as <paramref name="codes"/>.</summary>
    public static void Decode(G711Law law, ReadOnlySpan<byte> codes, Span<short> samples)
    {
        samples = samples[..codes.Length];
        var table = (law == G711Law.MuLaw ? MuLawSamples : ALawSamples).AsSpan();
        for (var i = 0; i < codes.Length; i++)
            samples[i] = table[codes[i]];
    }

    private static T[] Build<T>(int size, Func<int, T> value) => [.. Enumerable.Range(0, size).Select(value)];

    private static byte CompressMuLaw(short sample)
    {
        // G.711 table 2: a bias of 33 makes each segment start at a power of two.
        var magnitude = Math.Min((sample < 0 ? ~sample >> 2 : sample >> 2) + 33, 0x1FFF);
        var segment = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)magnitude >> 6) + 1;
        var code = ((8 - segment) << 4) | (0xF - ((magnitude >> segment) & 0xF));
        return (byte)(sample >= 0 ? code | 0x80 : code);
    }

    private static short ExpandMuLaw(byte code)
    {
        var exponent = (~code >> 4) & 7;
        var step = 8 << exponent;
        var magnitude = (0x80 << exponent) + step * (~code & 0xF) + step / 2 - 4 * 33;
        return (short)(code < 0x80 ? -magnitude : magnitude);
    }

    private static byte CompressALaw(short sample)
    {
        // G.711 table 1; even bits are inverted on the line.
        var magnitude = sample < 0 ? ~sample >> 4 : sample >> 4;
        var code = magnitude;
        if (magnitude > 15)
        {
            var exponent = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)magnitude >> 5) + 1;
            code = (exponent << 4) + ((magnitude >> (exponent - 1)) - 16);
        }

        return (byte)((sample >= 0 ? code | 0x80 : code) ^ 0x55);
    }

    private static short ExpandALaw(byte code)
    {
        var exponent = ((code ^ 0x55) & 0x70) >> 4;
        var mantissa = (code ^ 0x55) & 0xF;
        var magnitude = exponent == 0 ? (mantissa << 4) + 8 : ((mantissa + 16 << 4) + 8) << (exponent - 1);
        return (short)(code > 0x7F ? magnitude : -magnitude);
    }
}
