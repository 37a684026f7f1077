using Trunkline.Core;
using Trunkline.Gateway.Settling;

namespace Trunkline.Unit.Tests.Gateway;

public class RetryScheduleTests
{
    private static RetrySchedule Schedule(double jitter = 0) => new(new RetryOptions { Jitter = jitter }, new Random(1));

    [Fact]
    public void A_busy_line_is_tried_again_after_three_minutes_twelve_times()
    {
        Assert.Equal(TimeSpan.FromMinutes(3), Schedule().Next(CallOutcome.Busy, 1, 1));
        Assert.Equal(TimeSpan.FromMinutes(3), Schedule().Next(CallOutcome.Busy, 11, 11));
        Assert.Null(Schedule().Next(CallOutcome.Busy, 12, 12));
    }

    [Fact]
    public void A_number_that_is_not_in_service_is_never_tried_again() => Assert.Null(Schedule().Next(CallOutcome.NotInService, 1, 1));

    [Fact]
    public void The_carriers_faults_are_tried_at_growing_intervals()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), Schedule().Next(CallOutcome.Congestion, 1, 1));
        Assert.Equal(TimeSpan.FromMinutes(2), Schedule().Next(CallOutcome.Congestion, 3, 3));
        Assert.Equal(TimeSpan.FromMinutes(30), Schedule().Next(CallOutcome.TrunkDown, 15, 15));
    }

    [Fact]
    public void A_number_that_fails_in_turns_is_not_called_for_ever() => Assert.Null(Schedule().Next(CallOutcome.Busy, 2, 24));

    [Fact]
    public void What_failed_together_is_not_tried_together()
    {
        var schedule = Schedule(jitter: 0.1);
        var intervals = Enumerable.Range(0, 100).Select(_ => schedule.Next(CallOutcome.Busy, 1, 1)!.Value.TotalSeconds).ToList();
        Assert.All(intervals, s => Assert.InRange(s, 162, 198));
        Assert.True(intervals.Distinct().Count() > 90);
    }

    [Fact]
    public void Every_outcome_has_its_words_and_its_policy() => Assert.All(Enum.GetValues<CallOutcome>(), outcome =>
    {
        var words = CallOutcomes.Of(outcome);
        Assert.EndsWith(".", words.Sentence, StringComparison.Ordinal);
        Assert.EndsWith(".", words.Advice, StringComparison.Ordinal);
        Assert.Matches("^[245]\\.[0-9]\\.[0-9]$", words.DeliveryStatus);
        Assert.True(CallOutcomes.TryParse(words.Code, out var read) && read == outcome);
    });
}
