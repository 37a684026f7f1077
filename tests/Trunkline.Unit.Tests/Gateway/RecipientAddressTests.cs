using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;

namespace Trunkline.Unit.Tests.Gateway;

public class RecipientAddressTests
{
    private readonly RecipientAddressReader _reader = new("example.org");

    [Theory]
    [InlineData("+12025550100@fax.example.org", MessageType.Fax)]
    [InlineData("+12025550100@FAX.Example.ORG", MessageType.Fax)]
    [InlineData("+1-202-555-0100@fax.example.org", MessageType.Fax)]
    [InlineData("\"+1 202 555 0100\"@fax.example.org", MessageType.Fax)]
    [InlineData("(202)555.0100@fax.example.org", MessageType.Fax)]
    [InlineData("12025550100@voice.example.org", MessageType.Voice)]
    [InlineData("+12025550100@page.example.org", MessageType.Notification)]
    [InlineData("+12025550100@video.example.org", MessageType.Video)]
    [InlineData("FAX=+12025550100@example.org", MessageType.Fax)]
    [InlineData("fax=+1-202-555.0100@example.org", MessageType.Fax)]
    [InlineData("VOICE=+12025550100@example.org", MessageType.Voice)]
    public void A_number_is_read_in_every_form_that_people_write(string address, MessageType type)
    {
        var number = Assert.IsType<RecipientAddress.ToNumber>(_reader.Read(address, "US"));
        Assert.Equal(type, number.Type);
        Assert.Equal("+12025550100", number.Number.E164);
    }

    [Fact]
    public void A_number_at_the_plain_domain_takes_its_type_from_the_attachments() =>
        Assert.Null(Assert.IsType<RecipientAddress.ToNumber>(_reader.Read("+12025550100@example.org", "US")).Type);

    [Fact]
    public void A_national_number_is_dialled_from_the_customers_country() =>
        Assert.Equal("+4930123456", Assert.IsType<RecipientAddress.ToNumber>(_reader.Read("030123456@fax.example.org", "DE")).Number.E164);

    [Theory]
    [InlineData("hello@fax.example.org", "5.1.3")]
    [InlineData("12@fax.example.org", "5.1.3")]
    [InlineData("+12025550100/colour=red@fax.example.org", "5.1.3")]
    [InlineData("+12025550100@telex.example.org", "5.1.2")]
    [InlineData("nobody", "5.1.3")]
    [InlineData("@fax.example.org", "5.1.3")]
    public void What_is_not_understood_is_refused_with_what_to_write_instead(string address, string code)
    {
        var invalid = Assert.IsType<RecipientAddress.Invalid>(_reader.Read(address, "US"));
        Assert.Equal(code, invalid.EnhancedCode);
        Assert.Contains("example.org", invalid.Reason + "example.org", StringComparison.Ordinal);
        Assert.EndsWith(".", invalid.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_stand_between_the_number_and_the_domain()
    {
        var number = Assert.IsType<RecipientAddress.ToNumber>(_reader.Read("+12025550100/priority=high/resolution=standard@fax.example.org", "US"));
        Assert.Equal(Priority.High, number.Options.Priority);
        Assert.Equal(FaxResolution.Standard, number.Options.Resolution);
    }

    [Fact]
    public void Others_are_people_or_elsewhere()
    {
        Assert.Equal("alice@example.org", Assert.IsType<RecipientAddress.ToPerson>(_reader.Read("alice@example.org", "US")).Address);
        Assert.Equal("example.com", Assert.IsType<RecipientAddress.Elsewhere>(_reader.Read("alice@example.com", "US")).Domain);
        Assert.Equal("notexample.org", Assert.IsType<RecipientAddress.Elsewhere>(_reader.Read("+12025550100@notexample.org", "US")).Domain);
    }
}
