using Trunkline.Core;

namespace Trunkline.Unit.Tests.Core;

/// <summary>Country and kind of numbers, as toll fraud knows them.</summary>
public class NumberPlanTests
{
    [Theory]
    [InlineData("+12025550100", "US", NumberClass.FixedOrMobile)]
    [InlineData("+14165550123", "CA", NumberClass.FixedOrMobile)]
    [InlineData("+18765550123", "JM", NumberClass.Mobile)]
    [InlineData("+18092345678", "DO", NumberClass.FixedOrMobile)]
    [InlineData("+12842291234", "VG", NumberClass.Fixed)]
    [InlineData("+14732691234", "GD", NumberClass.Fixed)]
    [InlineData("+17873456789", "PR", NumberClass.FixedOrMobile)]
    [InlineData("+18002345678", "US", NumberClass.TollFree)]
    [InlineData("+19002345678", "US", NumberClass.Premium)]
    [InlineData("+4930123456", "DE", NumberClass.Fixed)]
    [InlineData("+4915123456789", "DE", NumberClass.Mobile)]
    [InlineData("+499001123456", "DE", NumberClass.Premium)]
    [InlineData("+491806123456", "DE", NumberClass.SharedCost)]
    [InlineData("+49900112345678", "DE", NumberClass.Premium)]
    [InlineData("+447012345678", "GB", NumberClass.Personal)]
    [InlineData("+449061234567", "GB", NumberClass.Premium)]
    [InlineData("+442079460123", "GB", NumberClass.Fixed)]
    [InlineData("+441534123456", "JE", NumberClass.Fixed)]
    [InlineData("+37120123456", "LV", NumberClass.Mobile)]
    [InlineData("+870773123456", "", NumberClass.Satellite)]
    [InlineData("+881612345678", "", NumberClass.Satellite)]
    [InlineData("+88213123456", "", NumberClass.Satellite)]
    [InlineData("+883510001234567", "", NumberClass.Satellite)]
    [InlineData("+80012345678", "", NumberClass.TollFree)]
    [InlineData("+80812345678", "", NumberClass.SharedCost)]
    [InlineData("+979123456789", "", NumberClass.Premium)]
    public void A_number_has_a_country_and_a_kind(string text, string country, NumberClass kind)
    {
        Assert.True(PhoneNumber.TryParse(text, "US", out var number));
        var facts = NumberPlan.Of(number);
        Assert.Equal((country, kind), (facts.Country, facts.Class));
    }

    [Fact]
    public void A_number_of_North_Americas_plan_that_no_table_knows_belongs_to_no_country()
    {
        Assert.True(PhoneNumber.TryParse("+12115550123", "US", out var number));
        Assert.Equal(("", NumberClass.Unknown), (NumberPlan.Of(number).Country, NumberPlan.Of(number).Class));
    }

    [Fact]
    public void A_new_range_elsewhere_belongs_to_the_country_of_its_code()
    {
        Assert.True(PhoneNumber.TryParse("+49199123456", "DE", out var number));
        Assert.Equal("DE", NumberPlan.Of(number).Country);
    }

    [Theory]
    [InlineData("US", true)]
    [InlineData("JM", true)]
    [InlineData("XX", false)]
    [InlineData("us1", false)]
    public void A_country_has_a_plan(string code, bool isCountry) => Assert.Equal(isCountry, NumberPlan.IsCountry(code));
}
