using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Settling;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>What a receipt does to its message, row by row.</summary>
public class SettlingDecisionTests : IAsyncLifetime
{
    private readonly GatewayRig _rig = new();
    private DateTimeOffset Now => _rig.Clock.GetUtcNow();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public void Sent_with_every_page_confirmed_is_sent()
    {
        var settlement = Decide(MessageStatus.Sent, CallOutcome.Delivered, confirmed: 3);
        Assert.Equal((MessageStatus.Sent, CallOutcome.Delivered, null), (settlement.Status, settlement.Outcome, settlement.Due));
    }

    [Fact]
    public void Sent_with_a_page_too_few_is_uncertain_and_never_sent_again()
    {
        var settlement = Decide(MessageStatus.Sent, CallOutcome.Delivered, confirmed: 2);
        Assert.Equal((MessageStatus.Uncertain, CallOutcome.Uncertain, null), (settlement.Status, settlement.Outcome, settlement.Due));
        Assert.Contains("2 of 3", settlement.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_sent_does_not_call_itself_busy()
    {
        var settlement = Decide(MessageStatus.Sent, CallOutcome.Busy, confirmed: 3);
        Assert.Equal((CallOutcome.Delivered, CallOutcomes.Of(CallOutcome.Delivered).Sentence), (settlement.Outcome, settlement.Cause));
    }

    [Theory]
    [InlineData(CallOutcome.Uncertain)]
    [InlineData(CallOutcome.Dropped)]
    public void Uncertain_stays_uncertain_whatever_the_outcome_is_called(CallOutcome outcome)
    {
        var settlement = Decide(MessageStatus.Uncertain, outcome, confirmed: 2);
        Assert.Equal((MessageStatus.Uncertain, CallOutcome.Uncertain, null), (settlement.Status, settlement.Outcome, settlement.Due));
    }

    [Fact]
    public void Failed_is_not_tried_again_though_its_outcome_would_be()
    {
        var settlement = Decide(MessageStatus.Failed, CallOutcome.Busy);
        Assert.Equal((MessageStatus.Failed, CallOutcome.Busy, null), (settlement.Status, settlement.Outcome, settlement.Due));
        Assert.Equal(CallOutcomes.Of(CallOutcome.Busy).Sentence, settlement.Cause);
    }

    [Fact]
    public void What_expired_at_the_resource_has_expired() =>
        Assert.Equal(MessageStatus.Expired, Decide(MessageStatus.Failed, CallOutcome.Expired).Status);

    [Fact]
    public void Deferred_is_due_after_the_interval_of_its_policy()
    {
        var settlement = Decide(MessageStatus.Deferred, CallOutcome.Busy);
        Assert.Equal((MessageStatus.Deferred, CallOutcome.Busy, Now + TimeSpan.FromMinutes(3)), (settlement.Status, settlement.Outcome, settlement.Due));
    }

    [Theory]
    [InlineData(null, 180)]
    [InlineData(60, 180)]
    [InlineData(600, 600)]
    public void Who_is_called_may_ask_for_a_later_attempt_and_not_for_an_earlier_one(int? asked, int due)
    {
        var settlement = Decide(MessageStatus.Deferred, CallOutcome.Busy, retryAfter: asked is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        Assert.Equal(Now + TimeSpan.FromSeconds(due), settlement.Due);
    }

    [Fact]
    public void Only_attempts_under_the_same_policy_use_it_up()
    {
        CallOutcome[] busyElevenTimes = [.. Enumerable.Repeat(CallOutcome.Busy, 11)];
        Assert.Equal(MessageStatus.Failed, Decide(MessageStatus.Deferred, CallOutcome.Busy, earlier: busyElevenTimes).Status);
        Assert.Equal(MessageStatus.Deferred, Decide(MessageStatus.Deferred, CallOutcome.NoAnswer, earlier: busyElevenTimes).Status);
    }

    [Fact]
    public void Deferred_with_an_outcome_that_is_never_tried_again_has_failed()
    {
        var settlement = Decide(MessageStatus.Deferred, CallOutcome.NotInService);
        Assert.Equal((MessageStatus.Failed, CallOutcome.NotInService, null), (settlement.Status, settlement.Outcome, settlement.Due));
    }

    [Fact]
    public void An_attempt_that_would_fall_due_when_the_time_has_run_out_is_not_waited_for()
    {
        var settlement = Decide(MessageStatus.Deferred, CallOutcome.Busy, expiresIn: TimeSpan.FromMinutes(3));
        Assert.Equal((MessageStatus.Expired, CallOutcome.Busy, null), (settlement.Status, settlement.Outcome, settlement.Due));
        Assert.Contains("time ran out", settlement.Cause, StringComparison.Ordinal);
    }

    private Settlement Decide(MessageStatus status, CallOutcome outcome, int confirmed = 0, TimeSpan? expiresIn = null, TimeSpan? retryAfter = null, params CallOutcome[] earlier) =>
        _rig.Desk.Decide(new SettlingState(Message(Now + (expiresIn ?? TimeSpan.FromDays(1))), earlier, []), 1, new AttemptReport
        {
            Status = status,
            Outcome = outcome,
            Detail = "",
            Transport = "",
            CallPlaced = true,
            PagesConfirmed = confirmed,
            Duration = TimeSpan.Zero,
            RemoteCsid = "",
            SentAt = null,
            RetryAfter = retryAfter,
            Log = "",
        }, Now);

    private QueuedMessage Message(DateTimeOffset expiresAt) => new()
    {
        Id = new MessageId(1),
        SubmissionId = new MessageId(2),
        Status = MessageStatus.Acknowledged,
        Type = MessageType.Fax,
        Lane = Lane.Ask,
        Priority = Priority.Medium,
        Due = Now,
        ExpiresAt = expiresAt,
        Destination = "+12025550101",
        Resolution = FaxResolution.Fine,
        CustomerKey = 1,
        Subject = "",
        LeaseUntil = Now,
        Pages = 3,
    };
}
