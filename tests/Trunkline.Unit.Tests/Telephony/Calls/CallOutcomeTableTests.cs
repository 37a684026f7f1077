using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;

namespace Trunkline.Unit.Tests.Telephony.Calls;

public class CallOutcomeTableTests
{
    [Theory]
    [InlineData(401, CallOutcome.Unauthorized)]
    [InlineData(407, CallOutcome.Unauthorized)]
    [InlineData(486, CallOutcome.Busy)]
    [InlineData(600, CallOutcome.Busy)]
    [InlineData(480, CallOutcome.NoAnswer)]
    [InlineData(408, CallOutcome.Congestion)]
    [InlineData(487, CallOutcome.Congestion)]
    [InlineData(301, CallOutcome.NotInService)]
    [InlineData(404, CallOutcome.NotInService)]
    [InlineData(410, CallOutcome.NotInService)]
    [InlineData(484, CallOutcome.NotInService)]
    [InlineData(485, CallOutcome.NotInService)]
    [InlineData(604, CallOutcome.NotInService)]
    [InlineData(402, CallOutcome.CarrierRefused)]
    [InlineData(403, CallOutcome.CarrierRefused)]
    [InlineData(433, CallOutcome.Refused)]
    [InlineData(603, CallOutcome.Refused)]
    [InlineData(607, CallOutcome.Refused)]
    [InlineData(608, CallOutcome.Refused)]
    [InlineData(415, CallOutcome.Incompatible)]
    [InlineData(488, CallOutcome.Incompatible)]
    [InlineData(606, CallOutcome.Incompatible)]
    [InlineData(302, CallOutcome.Congestion)]
    [InlineData(400, CallOutcome.Congestion)]
    [InlineData(482, CallOutcome.Congestion)]
    [InlineData(483, CallOutcome.Congestion)]
    [InlineData(500, CallOutcome.Congestion)]
    [InlineData(502, CallOutcome.Congestion)]
    [InlineData(503, CallOutcome.Congestion)]
    [InlineData(504, CallOutcome.Congestion)]
    [InlineData(580, CallOutcome.Congestion)]
    public void A_status_alone_says_this(int status, CallOutcome outcome) =>
        Assert.Equal(outcome, CallOutcomeTable.Of(new UnansweredCall(status, null, Rang: false, Heard: true, RingLimitReached: false)));

    [Theory]
    [InlineData(408)]
    [InlineData(480)]
    [InlineData(487)]
    public void After_ringing_these_mean_that_nobody_answered(int status) =>
        Assert.Equal(CallOutcome.NoAnswer, CallOutcomeTable.Of(new UnansweredCall(status, null, Rang: true, Heard: true, RingLimitReached: false)));

    [Theory]
    [InlineData(1, CallOutcome.NotInService)]
    [InlineData(2, CallOutcome.NotInService)]
    [InlineData(3, CallOutcome.NotInService)]
    [InlineData(17, CallOutcome.Busy)]
    [InlineData(18, CallOutcome.NoAnswer)]
    [InlineData(19, CallOutcome.NoAnswer)]
    [InlineData(20, CallOutcome.NoAnswer)]
    [InlineData(21, CallOutcome.Refused)]
    [InlineData(22, CallOutcome.NotInService)]
    [InlineData(27, CallOutcome.NotInService)]
    [InlineData(28, CallOutcome.NotInService)]
    [InlineData(34, CallOutcome.Congestion)]
    [InlineData(38, CallOutcome.Congestion)]
    [InlineData(41, CallOutcome.Congestion)]
    [InlineData(42, CallOutcome.Congestion)]
    [InlineData(43, CallOutcome.Congestion)]
    [InlineData(44, CallOutcome.Congestion)]
    [InlineData(46, CallOutcome.Congestion)]
    [InlineData(47, CallOutcome.Congestion)]
    [InlineData(55, CallOutcome.Refused)]
    [InlineData(57, CallOutcome.CarrierRefused)]
    [InlineData(87, CallOutcome.Refused)]
    public void A_cause_of_the_telephone_network_wins_over_the_status(int cause, CallOutcome outcome)
    {
        foreach (var status in new[] { 403, 486, 500 })
            Assert.Equal(outcome, CallOutcomeTable.Of(new UnansweredCall(status, cause, Rang: false, Heard: true, RingLimitReached: false)));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(127)]
    public void A_cause_that_says_nothing_leaves_it_to_the_status(int cause) =>
        Assert.Equal(CallOutcome.Busy, CallOutcomeTable.Of(new UnansweredCall(486, cause, Rang: false, Heard: true, RingLimitReached: false)));

    [Fact]
    public void No_response_at_all_is_a_trunk_that_is_down() =>
        Assert.Equal(CallOutcome.TrunkDown, CallOutcomeTable.Of(new UnansweredCall(0, null, false, Heard: false, RingLimitReached: true)));

    [Fact]
    public void Given_up_at_the_ring_limit_is_no_answer_whatever_status_the_cancel_got() =>
        Assert.Equal(CallOutcome.NoAnswer, CallOutcomeTable.Of(new UnansweredCall(487, null, false, Heard: true, RingLimitReached: true)));

    [Theory]
    // pages, heard, begun, sent, ending, outcome; three pages were wanted
    [InlineData(3, true, true, null, CallEnding.FaxOver, CallOutcome.Delivered)]
    [InlineData(3, true, true, null, CallEnding.FarEndHungUp, CallOutcome.Delivered)]
    [InlineData(3, true, true, null, CallEnding.Stopped, CallOutcome.Delivered)]
    [InlineData(2, true, true, null, CallEnding.FarEndHungUp, CallOutcome.Uncertain)]
    [InlineData(2, true, true, true, CallEnding.FarEndHungUp, CallOutcome.Uncertain)]
    [InlineData(2, true, true, true, CallEnding.FaxOver, CallOutcome.Uncertain)]
    [InlineData(2, true, true, true, CallEnding.Stopped, CallOutcome.Uncertain)]
    [InlineData(2, true, true, false, CallEnding.FarEndHungUp, CallOutcome.Dropped)]
    [InlineData(2, true, true, false, CallEnding.Stopped, CallOutcome.Interrupted)]
    [InlineData(1, true, true, true, CallEnding.FarEndHungUp, CallOutcome.Dropped)]
    [InlineData(0, true, true, null, CallEnding.FaxOver, CallOutcome.Dropped)]
    [InlineData(0, true, false, null, CallEnding.FaxOver, CallOutcome.Incompatible)]
    [InlineData(0, true, false, null, CallEnding.FarEndHungUp, CallOutcome.Dropped)]
    [InlineData(0, true, false, null, CallEnding.LimitReached, CallOutcome.Dropped)]
    [InlineData(0, true, false, null, CallEnding.Stopped, CallOutcome.Interrupted)]
    [InlineData(0, false, false, null, CallEnding.FaxOver, CallOutcome.NoFax)]
    [InlineData(0, false, false, null, CallEnding.FarEndHungUp, CallOutcome.NoFax)]
    [InlineData(0, false, false, null, CallEnding.LimitReached, CallOutcome.NoFax)]
    [InlineData(0, false, false, null, CallEnding.Stopped, CallOutcome.Interrupted)]
    internal void An_answered_call_ends_like_this(int pages, bool heard, bool begun, bool? sent, CallEnding ending, CallOutcome outcome) =>
        Assert.Equal(outcome, CallOutcomeTable.Of(new FaxReport(false, 1, "", pages, "", 0, false, "", heard, begun, sent), 3, ending));
}
