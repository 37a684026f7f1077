using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Settling;

namespace Trunkline.Conformance.Tests.Storage;

/// <summary>Each operation in each state, and what it leaves behind.</summary>
public sealed class OperationsTests : IAsyncDisposable
{
    private const string Number = "+12025550100";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StoreRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    /// <summary>state: hold, release, cancel, priority, at, resend; D done, = already, A asked, - refused.</summary>
    [Theory]
    [InlineData("pending", "D-DDD-")]
    [InlineData("preparing", "D-DDD-")]
    [InlineData("scheduled", "D-DDD-")]
    [InlineData("ready", "D-DDD-")]
    [InlineData("claimed", "D-DDD-")]
    [InlineData("waiting", "D-DDD-")]
    [InlineData("deferred", "D-DDD-")]
    [InlineData("held", "=DDDD-")]
    [InlineData("exchanged", "--A---")]
    [InlineData("acknowledged", "--A---")]
    [InlineData("asked", "--A---")]
    [InlineData("sent", "-----D")]
    [InlineData("failed", "-----D")]
    [InlineData("expired", "-----D")]
    [InlineData("cancelled", "--=--D")]
    [InlineData("uncertain", "------")]
    public async Task An_operation_has_the_answer_that_its_state_gives(string state, string answers)
    {
        for (var operation = 0; operation < answers.Length; operation++)
        {
            await using var rig = new StoreRig();
            var id = await BringAsync(rig, state);
            await rig.AssertEveryMessageHasItsPlaceAsync();
            Assert.Equal(OperationResult.Unknown, (await OperateAsync(rig, operation, id, customer: 99)).Result);
            var (result, reason) = await OperateAsync(rig, operation, id, customer: 1);
            Assert.Equal(answers[operation] switch
            {
                'D' => OperationResult.Done,
                '=' => OperationResult.Already,
                'A' => OperationResult.Asked,
                _ => OperationResult.Refused,
            }, result);
            Assert.Equal(result == OperationResult.Done, reason.Length == 0);
            await rig.AssertEveryMessageHasItsPlaceAsync();
            Assert.Equal((operation, result) switch
            {
                (0, OperationResult.Done) => MessageStatus.OnHold,
                (2, OperationResult.Done) => MessageStatus.Cancelled,
                _ => await rig.StatusAsync(id),
            }, await rig.StatusAsync(id));
        }
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("preparing")]
    [InlineData("ready")]
    [InlineData("claimed")]
    [InlineData("waiting")]
    [InlineData("deferred")]
    public async Task A_message_that_was_held_and_released_goes_on_where_it_was(string state)
    {
        var id = await BringAsync(_rig, state);
        await _rig.Operations.HoldAsync(id, null, StoreRig.Start, None);
        var later = StoreRig.Start.AddMinutes(30);
        Assert.Equal(OperationResult.Done, (await _rig.Operations.ReleaseAsync(id, null, later, None)).Result);
        await _rig.AssertEveryMessageHasItsPlaceAsync();
        var lane = state is "pending" or "preparing" ? Lane.Prepare : Lane.Fax;
        Assert.Contains(await _rig.ClaimAsync(lane, later), m => m.Id == id);
    }

    [Fact]
    public async Task A_worker_whose_message_was_held_or_cancelled_changes_nothing_any_more()
    {
        await _rig.Intake.AcceptAsync(_rig.Submission(Number), None);
        var preparing = Assert.Single(await _rig.ClaimAsync(Lane.Prepare));
        await _rig.Operations.HoldAsync(preparing.Id, null, StoreRig.Start, None);
        Assert.Equal(PrepareResult.ClaimLost, (await _rig.Preparing.PreparedAsync(preparing, "key", 1, Estimate.Free, None)).Result);
        await _rig.Operations.ReleaseAsync(preparing.Id, null, StoreRig.Start, None);
        // Claimed anew by the same node in the same millisecond: still the old claim is lost.
        Assert.Single(await _rig.ClaimAsync(Lane.Prepare));
        Assert.Equal(PrepareResult.ClaimLost, (await _rig.Preparing.PreparedAsync(preparing, "key", 1, Estimate.Free, None)).Result);

        var claimed = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550101")));
        await _rig.Operations.CancelAsync(claimed.Id, null, StoreRig.Start, None);
        Assert.Equal(AttemptStart.ClaimLost, (await _rig.BeginAsync(claimed)).Start);
        Assert.Equal(MessageStatus.Cancelled, await _rig.StatusAsync(claimed.Id));
    }

    [Fact]
    public async Task Cancelling_the_last_message_closes_the_submission_and_wakes_who_waits_for_the_number()
    {
        var first = Assert.Single(await _rig.ReadyAsync(_rig.Submission(Number)));
        var second = Assert.Single(await _rig.ReadyAsync(_rig.Submission(Number)));
        var third = Assert.Single(await _rig.ReadyAsync(_rig.Submission(Number)));
        var open = await _rig.AtResourceAsync(first);
        foreach (var message in new[] { second, third })
            await _rig.BeginAsync(message);
        await _rig.SettleAsync(open.Attempt, CallOutcome.Delivered, new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent."), pages: 1);
        // The second has the number now, and gives it up.
        await _rig.Operations.CancelAsync(second.Id, null, StoreRig.Start, None);
        Assert.Equal(third.Id, Assert.Single(await _rig.ClaimAsync(Lane.Fax)).Id);
        var ended = (await _rig.Receipts.DueAsync(10, None)).Single(d => d.Id == second.SubmissionId);
        Assert.Equal((MessageStatus.Cancelled, CallOutcome.Cancelled), (Assert.Single(ended.Messages).Status, ended.Messages[0].Outcome));
        await _rig.AssertEveryMessageHasItsPlaceAsync();
    }

    [Fact]
    public async Task A_message_that_was_cancelled_on_the_line_is_not_tried_again()
    {
        var open = await _rig.AtResourceAsync(Assert.Single(await _rig.ReadyAsync(_rig.Submission(Number))));
        Assert.Equal(OperationResult.Asked, (await _rig.Operations.CancelAsync(open.Id, null, StoreRig.Start, None)).Result);
        var (_, settlement) = await _rig.SettleAsync(
            open.Attempt, CallOutcome.Busy, new Settlement(MessageStatus.Deferred, CallOutcome.Busy, StoreRig.Start.AddMinutes(3), "The line was busy."));
        Assert.Equal((MessageStatus.Cancelled, CallOutcome.Cancelled), (settlement!.Status, settlement.Outcome));
        Assert.StartsWith("The line was busy.", settlement.Cause, StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Cancelled, await _rig.StatusAsync(open.Id));
        await _rig.AssertEveryMessageHasItsPlaceAsync();
    }

    [Fact]
    public async Task A_message_that_was_cancelled_on_the_line_and_got_through_was_sent()
    {
        var open = await _rig.AtResourceAsync(Assert.Single(await _rig.ReadyAsync(_rig.Submission(Number))));
        await _rig.Operations.CancelAsync(open.Id, null, StoreRig.Start, None);
        await _rig.SettleAsync(open.Attempt, CallOutcome.Delivered, new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent."), pages: 1);
        Assert.Equal(MessageStatus.Sent, await _rig.StatusAsync(open.Id));
    }

    [Fact]
    public async Task A_message_that_was_cancelled_on_its_way_to_a_resource_that_did_not_take_it_ends()
    {
        var (_, begun) = await _rig.BeginAsync(
            Assert.Single(await _rig.ReadyAsync(_rig.Submission(Number))));
        await _rig.Operations.CancelAsync(begun.Id, null, StoreRig.Start, None);
        Assert.True(await _rig.Dispatch.NotTakenAsync(begun, "503", StoreRig.Start, StoreRig.Start.AddSeconds(10), None));
        Assert.Equal(MessageStatus.Cancelled, await _rig.StatusAsync(begun.Id));
        Assert.Single(await _rig.Receipts.DueAsync(10, None));
        await _rig.AssertEveryMessageHasItsPlaceAsync();
    }

    [Fact]
    public async Task What_is_on_hold_expires_when_its_time_is_over()
    {
        var id = await BringAsync(_rig, "held");
        Assert.Equal(1, await _rig.Queue.ExpireAsync(StoreRig.Start.AddHours(2), 10, None));
        Assert.Equal(MessageStatus.Expired, await _rig.StatusAsync(id));
        await _rig.AssertEveryMessageHasItsPlaceAsync();
    }

    [Fact]
    public async Task A_higher_priority_leaves_first_also_when_it_comes_later()
    {
        var messages = _rig.Submission(Number, "+12025550101", "+12025550102");
        await _rig.Intake.AcceptAsync(messages, None);
        await _rig.Operations.SetPriorityAsync(messages.Messages[2].Id, 1, Priority.High, StoreRig.Start, None);
        Assert.Equal(messages.Messages[2].Id, Assert.Single(await _rig.ClaimAsync(Lane.Prepare, max: 1)).Id);
    }

    [Fact]
    public async Task A_message_for_later_is_prepared_at_once_and_sent_at_its_time_with_its_whole_time_before_it()
    {
        var at = StoreRig.Start.AddHours(5);
        var submission = _rig.Submission(Number);
        submission = submission with { Messages = [submission.Messages[0] with { NotBefore = at }] };
        Assert.Empty(await _rig.ReadyAsync(submission));
        Assert.Equal(0, await _rig.Queue.ExpireAsync(at, 10, None));
        Assert.Equal(at, (await _rig.Queue.PromoteAsync(at.AddSeconds(-1), 10, None)).NextDue);
        await _rig.Queue.PromoteAsync(at, 10, None);
        var message = Assert.Single(await _rig.ClaimAsync(Lane.Fax, at));
        Assert.Equal((MessageStatus.Ready, at.AddHours(1)), (message.Status, message.ExpiresAt));
    }

    [Fact]
    public async Task Another_time_moves_what_waits_and_its_expiry()
    {
        var id = (await _rig.ReadyAsync(_rig.Submission(Number)))[0].Id;
        var at = StoreRig.Start.AddHours(3);
        await _rig.Operations.SetTimeAsync(id, 1, at, StoreRig.Start, None);
        Assert.Empty(await _rig.ClaimAsync(Lane.Fax));
        Assert.Equal(0, await _rig.Queue.ExpireAsync(at, 10, None));
        // And back: now.
        await _rig.Operations.SetTimeAsync(id, 1, StoreRig.Start, StoreRig.Start, None);
        Assert.Equal(id, Assert.Single(await _rig.ClaimAsync(Lane.Fax)).Id);
    }

    [Fact]
    public async Task What_is_sent_again_has_the_same_documents_new_ids_and_a_receipt_of_its_own()
    {
        var submission = _rig.Submission(Number, "+12025550101");
        var messages = await _rig.ReadyAsync(submission);
        foreach (var (message, outcome) in messages.Zip([CallOutcome.Delivered, CallOutcome.NotInService]))
        {
            var open = await _rig.AtResourceAsync(message);
            await _rig.SettleAsync(open.Attempt, outcome, new Settlement(outcome == CallOutcome.Delivered ? MessageStatus.Sent : MessageStatus.Failed, outcome, null, "."), 1);
        }
        var again = await _rig.Operations.ResendAsync(submission.Id, 1, evenUncertain: false, 100, _ => null, _rig.NextId, StoreRig.Start, None);
        Assert.Equal(OperationResult.Done, again.Result);
        var message2 = Assert.Single(await _rig.ClaimAsync(Lane.Prepare));
        // Of the submission only what was not delivered.
        Assert.Equal(("+12025550101", again.Messages[0], again.Submission), (message2.Destination, message2.Id, message2.SubmissionId));
        Assert.Equal((await _rig.Preparing.FragmentsAsync(submission.Id, MessageType.Fax, None))[0].BodyHash, (await _rig.Preparing.FragmentsAsync(again.Submission!.Value, MessageType.Fax, None))[0].BodyHash);
        Assert.Contains(await _rig.Record.EventsAsync(0, 100, None), e => e.Code == "resent" && e.Message == messages[1].Id && e.Detail == message2.Id.ToString());
        await _rig.Operations.CancelAsync(message2.Id, null, StoreRig.Start, None);
        Assert.Equal(2, (await _rig.Receipts.DueAsync(10, None)).Count);
    }

    [Fact]
    public async Task What_may_not_be_sent_now_is_not_sent_again_and_leaves_nothing()
    {
        var id = await BringAsync(_rig, "failed");
        Resending? asked = null;
        var refused = await _rig.Operations.ResendAsync(id, 1, evenUncertain: false, 100, again =>
        {
            asked = again;
            return "Too many.";
        }, _rig.NextId, StoreRig.Start, None);
        Assert.Equal((OperationResult.Refused, "Too many.", null), (refused.Result, refused.Reason, refused.Submission));
        Assert.Equal(new Resending(1, null, 1), asked);
        Assert.Empty(await _rig.ClaimAsync(Lane.Prepare));
    }

    [Fact]
    public async Task What_is_uncertain_is_sent_again_only_when_it_is_said()
    {
        var id = await BringAsync(_rig, "uncertain");
        var refused = await _rig.Operations.ResendAsync(id, 1, evenUncertain: false, 100, _ => null, _rig.NextId, StoreRig.Start, None);
        Assert.Equal(OperationResult.Refused, refused.Result);
        Assert.Contains("may have arrived", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(OperationResult.Done, (await _rig.Operations.ResendAsync(id, 1, evenUncertain: true, 100, _ => null, _rig.NextId, StoreRig.Start, None)).Result);
        Assert.Equal(MessageStatus.Uncertain, await _rig.StatusAsync(id));
    }

    private static async Task<MessageId> BringAsync(StoreRig rig, string state)
    {
        var submission = rig.Submission(Number);
        if (state == "scheduled")
            submission = submission with { Messages = [submission.Messages[0] with { NotBefore = StoreRig.Start.AddMinutes(20) }] };
        var id = submission.Messages[0].Id;
        if (state == "waiting")
            await rig.AtResourceAsync(Assert.Single(await rig.ReadyAsync(rig.Submission(Number))));
        await rig.Intake.AcceptAsync(submission, None);
        if (state is "pending")
            return id;
        var preparing = Assert.Single(await rig.ClaimAsync(Lane.Prepare));
        if (state is "preparing")
            return id;
        await rig.PrepareAsync(preparing);
        if (state is "ready" or "scheduled")
            return id;
        if (state is "held" or "cancelled")
        {
            _ = state == "held" ? await rig.Operations.HoldAsync(id, null, StoreRig.Start, None) : await rig.Operations.CancelAsync(id, null, StoreRig.Start, None);
            return id;
        }
        if (state is "expired")
        {
            await rig.Queue.ExpireAsync(StoreRig.Start.AddHours(2), 10, None);
            return id;
        }
        var claimed = Assert.Single(await rig.ClaimAsync(Lane.Fax));
        if (state is "claimed")
            return id;
        var (_, begun) = await rig.BeginAsync(claimed);
        if (state is "exchanged" or "waiting")
            return id;
        await rig.Dispatch.AcknowledgedAsync([new Acknowledgement(begun.Attempt, StoreRig.Start, StoreRig.Start.AddMinutes(10))], None);
        if (state is "acknowledged")
            return id;
        if (state is "asked" or "uncertain")
        {
            await rig.Queue.PromoteAsync(StoreRig.Start.AddMinutes(10), 10, None);
            var asked = Assert.Single(await rig.ClaimAsync(Lane.Ask));
            if (state is "uncertain")
                await rig.Queue.EndAsync(asked, MessageStatus.Uncertain, CallOutcome.Uncertain, "It does not answer.", StoreRig.Start, None);
            return id;
        }
        var settlement = state switch
        {
            "deferred" => new Settlement(MessageStatus.Deferred, CallOutcome.Busy, StoreRig.Start.AddMinutes(3), "Busy."),
            "failed" => new Settlement(MessageStatus.Failed, CallOutcome.NotInService, null, "No such number."),
            _ => new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent."),
        };
        await rig.SettleAsync(begun.Attempt, settlement.Outcome, settlement, state == "sent" ? 1 : 0);
        return id;
    }

    private static async Task<(OperationResult Result, string Reason)> OperateAsync(StoreRig rig, int operation, MessageId id, long? customer)
    {
        var now = StoreRig.Start;
        var answer = operation switch
        {
            0 => await rig.Operations.HoldAsync(id, customer, now, None),
            1 => await rig.Operations.ReleaseAsync(id, customer, now, None),
            2 => await rig.Operations.CancelAsync(id, customer, now, None),
            3 => await rig.Operations.SetPriorityAsync(id, customer, Priority.High, now, None),
            4 => await rig.Operations.SetTimeAsync(id, customer, now.AddMinutes(10), now, None),
            _ => null,
        };
        if (answer is not null)
            return (answer.Result, answer.Reason);
        var again = await rig.Operations.ResendAsync(id, customer, evenUncertain: false, 100, _ => null, rig.NextId, now, None);
        return (again.Result, again.Reason);
    }
}
