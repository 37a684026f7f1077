using CsCheck;
using Trunkline.Core;

namespace Trunkline.Unit.Tests.Core;

public class PhoneNumberTests
{
    [Theory]
    [InlineData("+1 202 555 0100", "US", "+12025550100")]
    [InlineData("202-555-0100", "US", "+12025550100")]
    [InlineData("(202) 555.0100", "US", "+12025550100")]
    [InlineData("030/123456", "DE", "+4930123456")]
    [InlineData("0049 30 123456", "DE", "+4930123456")]
    [InlineData("4930123456789", "US", "+4930123456789")]
    [InlineData("+18005550100", "DE", "+18005550100")]
    public void A_number_is_read_as_people_write_it(string text, string region, string expected)
    {
        Assert.True(PhoneNumber.TryParse(text, region, out var number));
        Assert.Equal(expected, number.E164);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("12")]
    [InlineData("+1202555010012345678")]
    [InlineData("1-800-FLOWERS")]
    [InlineData("+1 202 555 0100 ext 5")]
    [InlineData("+1٢02555010")]
    [InlineData("555-0100")]
    [InlineData("+49112")]
    [InlineData("911")]
    public void What_is_no_number_is_refused(string text) => Assert.False(PhoneNumber.TryParse(text, "US", out _));

    [Theory]
    [InlineData("112", "DE")]
    [InlineData("110", "DE")]
    [InlineData("999", "GB")]
    [InlineData("15", "FR")]
    [InlineData("119", "JP")]
    [InlineData("000", "AU")]
    [InlineData("112", "SE")]
    [InlineData("112", "IT")]
    [InlineData("112", "AT")]
    [InlineData("112", "FI")]
    [InlineData("190", "BR")]
    public void A_number_for_emergencies_is_no_fax(string text, string region) => Assert.False(PhoneNumber.TryParse(text, region, out _));

    [Fact]
    public void Any_text_is_read_or_refused_and_never_throws() => Gen.String.Sample(text =>
        !PhoneNumber.TryParse(text, "US", out var number) || (number.E164[0] == '+' && number.Digits.Length is >= 3 and <= 15));

    [Fact]
    public void Logs_show_the_ends_only()
    {
        Assert.True(PhoneNumber.TryParse("+12025550100", "US", out var number));
        Assert.Equal("+1202…00", number.Shortened);
    }
}
