using Trunkline.Telephony.Spandsp;

namespace Trunkline.Unit.Tests.Telephony.Media;

public sealed class T30WordsTests
{
    [Theory]
    [InlineData("FFC8820020", "DCS (to come: 14400 bit/s by V.17)")]
    [InlineData("FFC88200280004", "DCS (to come: 12000 bit/s by V.17, with ECM)")]
    [InlineData("FFC88200040000", "DCS (to come: 9600 bit/s by V.29)")]
    [InlineData("FFC8820008", "DCS (to come: 4800 bit/s by V.27ter)")]
    [InlineData("FFC882", "DCS")]
    public void Command_says_at_which_rate_the_pages_come(string frame, string words) => Assert.Equal(words, T30Words.Of("DCS", Convert.FromHexString(frame)));

    [Fact]
    public void Frame_says_what_it_means_and_one_that_is_not_known_its_name()
    {
        Assert.Equal("FTT (the training check failed)", T30Words.Of("FTT", [0xFF, 0xC8, 0x44]));
        Assert.Equal("NSF", T30Words.Of("NSF", [0xFF, 0xC8, 0x20]));
    }
}
