using Trunkline.Telephony.Media;
using Trunkline.Telephony.Rtp;

namespace Trunkline.Unit.Tests.Telephony.Rtp;

public sealed class G711Tests
{
    // G.711 tables 1a and 2a: the decision values where each positive segment begins, and the interval within it.
    private static readonly (int From, int Step)[] ALawSegments =
        [(0, 2), (32, 2), (64, 4), (128, 8), (256, 16), (512, 32), (1024, 64), (2048, 128)];

    private static readonly (int From, int Step)[] MuLawSegments =
        [(-1, 2), (31, 4), (95, 8), (223, 16), (479, 32), (991, 64), (2015, 128), (4063, 256)];

    [Fact]
    public void A_law_output_values_are_those_of_table_1()
    {
        for (var code = 0; code < 128; code++)
        {
            // Character signals before the inversion of even bits; the output lies in the middle of the interval (y = (x(n-1) + x(n)) / 2).
            var (from, step) = ALawSegments[code >> 4];
            var output = from + step * (code & 15) + step / 2;
            Assert.Equal(output * 8, Decode(G711Law.ALaw, (byte)((code | 0x80) ^ 0x55)));
            Assert.Equal(-output * 8, Decode(G711Law.ALaw, (byte)(code ^ 0x55)));
        }
    }

    [Fact]
    public void Mu_law_output_values_are_those_of_table_2()
    {
        for (var code = 0; code < 128; code++)
        {
            var (from, step) = MuLawSegments[code >> 4];
            var output = code == 0 ? 0 : from + step * (code & 15) + step / 2;
            Assert.Equal(output * 4, Decode(G711Law.MuLaw, (byte)(0xFF ^ code)));
            Assert.Equal(-output * 4, Decode(G711Law.MuLaw, (byte)(0x7F ^ code)));
        }
    }

    [Theory]
    [InlineData(G711Law.MuLaw)]
    [InlineData(G711Law.ALaw)]
    public void Each_sample_gets_the_code_whose_decision_values_enclose_it(G711Law law)
    {
        var (segments, scale, inversion) = law == G711Law.MuLaw ? (MuLawSegments, 4, 0xFF) : (ALawSegments, 8, 0xD5);
        for (int sample = short.MinValue; sample <= short.MaxValue; sample++)
        {
            var code = Encode(law, (short)sample) ^ inversion;
            Assert.Equal(sample < 0, (code & 0x80) != 0);
            var (from, step) = segments[(code & 0x7F) >> 4];
            var low = (from + step * (code & 15)) * scale;
            var high = (code & 0x7F) == 0x7F ? 40_000 : low + step * scale;

            // Which side of a decision value belongs to which interval is left open by the tables, to within one step of the linear scale.
            Assert.InRange(Math.Abs(sample), low - scale, high + scale);
        }
    }

    [Theory]
    [InlineData(G711Law.MuLaw)]
    [InlineData(G711Law.ALaw)]
    public void Each_code_survives_decoding_and_encoding(G711Law law)
    {
        for (var code = 0; code < 256; code++)
        {
            // µ-law has two zeros; the negative one comes back as the positive.
            var expected = law == G711Law.MuLaw && code == 0x7F ? 0xFF : code;
            Assert.Equal(expected, Encode(law, Decode(law, (byte)code)));
        }
    }

    private static byte Encode(G711Law law, short sample)
    {
        var code = new byte[1];
        G711.Encode(law, [sample], code);
        return code[0];
    }

    private static short Decode(G711Law law, byte code)
    {
        var sample = new short[1];
        G711.Decode(law, [code], sample);
        return sample[0];
    }
}
