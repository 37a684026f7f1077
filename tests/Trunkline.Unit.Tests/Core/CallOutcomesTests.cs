using Trunkline.Core;

namespace Trunkline.Unit.Tests.Core;

public class CallOutcomesTests
{
    [Fact]
    public void No_two_outcomes_share_a_code() =>
        Assert.Equal(Enum.GetValues<CallOutcome>().Length, Enum.GetValues<CallOutcome>().Select(o => o.Code()).Distinct(StringComparer.Ordinal).Count());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Busy")]
    [InlineData("busy ")]
    [InlineData("1")]
    public void What_is_no_code_is_not_read(string? code) => Assert.False(CallOutcomes.TryParse(code, out _));

    [Theory]
    [InlineData(CallOutcome.Delivered)]
    [InlineData(CallOutcome.Refused)]
    [InlineData(CallOutcome.NotInService)]
    [InlineData(CallOutcome.BadDocument)]
    [InlineData(CallOutcome.Expired)]
    [InlineData(CallOutcome.Cancelled)]
    [InlineData(CallOutcome.Uncertain)]
    public void What_would_be_in_vain_or_arrive_twice_is_never_tried_again(CallOutcome outcome) =>
        Assert.Equal(RetryPolicyName.Never, CallOutcomes.Of(outcome).Retry);

    [Fact]
    public void Only_what_was_delivered_has_a_code_of_success() => Assert.All(Enum.GetValues<CallOutcome>(), outcome =>
        Assert.Equal(outcome == CallOutcome.Delivered, CallOutcomes.Of(outcome).DeliveryStatus.StartsWith('2')));
}
