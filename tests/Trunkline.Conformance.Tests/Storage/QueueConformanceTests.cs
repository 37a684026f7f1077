using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Routing;
using Trunkline.Gateway.Settling;

namespace Trunkline.Conformance.Tests.Storage;

public sealed class QueueConformanceTests : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StoreRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_submission_that_is_accepted_twice_is_stored_once()
    {
        var submission = _rig.Submission("+12025550100", "+12025550101");
        await _rig.Intake.AcceptAsync(submission, None);
        await _rig.Intake.AcceptAsync(submission, None);
        await _rig.ReopenAsync();
        Assert.Equal(2, (await _rig.ClaimAsync(Lane.Prepare)).Count);
        Assert.Equal("Hello", (await _rig.Record.MessagesAsync(null, submission.Id, 10, None))[0].Subject);
    }

    [Fact]
    public async Task A_large_fragment_lies_in_a_file_and_comes_back_whole()
    {
        var text = new string('x', 5000);
        var submission = _rig.Submission("+12025550100");
        submission = submission with { Fragments = [submission.Fragments[0] with { Content = StoreRig.Content(text) }] };
        await _rig.Intake.AcceptAsync(submission, None);
        var fragment = Assert.Single(await _rig.Preparing.FragmentsAsync(submission.Id, MessageType.Fax, None));
        var path = Path.GetTempFileName();
        File.Delete(path);
        await _rig.Preparing.CopyBodyAsync(fragment.BodyHash, path, None);
        Assert.Equal(text, await File.ReadAllTextAsync(path));
        File.Delete(path);
    }

    [Fact]
    public async Task High_priority_leaves_first_and_then_the_longest_due()
    {
        var low = _rig.Submission(Priority.Low, "+12025550101");
        var medium = _rig.Submission(Priority.Medium, "+12025550102");
        var late = _rig.Submission(Priority.Medium, "+12025550103") with { ReceivedAt = StoreRig.Start.AddSeconds(1) };
        var high = _rig.Submission(Priority.High, "+12025550104") with { ReceivedAt = StoreRig.Start.AddSeconds(2) };
        foreach (var submission in new[] { low, late, high, medium })
            await _rig.Intake.AcceptAsync(submission, None);
        var claimed = await _rig.ClaimAsync(Lane.Prepare, StoreRig.Start.AddSeconds(3), 3);
        Assert.Equal([high.Id, medium.Id, late.Id], claimed.Select(m => m.SubmissionId));
        Assert.Equal(low.Id, Assert.Single(await _rig.ClaimAsync(Lane.Prepare, StoreRig.Start.AddSeconds(3))).SubmissionId);
    }

    [Fact]
    public async Task A_message_is_claimed_by_one_worker_only()
    {
        await _rig.Intake.AcceptAsync(_rig.Submission([.. Enumerable.Range(0, 50).Select(i => $"+120255501{i:00}")]), None);
        var claims = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _rig.ClaimAsync(Lane.Prepare, max: 10)));
        Assert.Equal(50, claims.SelectMany(c => c).Select(m => m.Id).Distinct().Count());
        Assert.Equal(50, claims.Sum(c => c.Count));
    }

    [Fact]
    public async Task A_claim_whose_lease_ran_out_belongs_to_the_next_worker_alone()
    {
        await _rig.Intake.AcceptAsync(_rig.Submission("+12025550100"), None);
        var slow = Assert.Single(await _rig.ClaimAsync(Lane.Prepare));
        var later = StoreRig.Start.AddMinutes(2);
        Assert.Equal(1, await _rig.Queue.ReclaimAsync(later, ofThisNode: false, None));
        var next = Assert.Single(await _rig.ClaimAsync(Lane.Prepare, later));
        Assert.Equal(PrepareResult.ClaimLost, (await _rig.Preparing.PreparedAsync(slow, "key", 1, Estimate.Free, None)).Result);
        Assert.Equal(PrepareResult.Prepared, (await _rig.Preparing.PreparedAsync(next, "key", 1, Estimate.Free, None)).Result);
        await _rig.AssertEveryMessageHasItsPlaceAsync();
    }

    [Fact]
    public async Task Only_one_call_at_a_time_goes_to_a_destination()
    {
        var first = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100")));
        var second = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100")));
        var open = await _rig.AtResourceAsync(first);
        var (start, _) = await _rig.Dispatch.BeginAttemptAsync(second, StoreRig.Resource, AttemptRates.None, StoreRig.Start, None);
        Assert.Equal(AttemptStart.DestinationEngaged, start);
        Assert.Empty(await _rig.ClaimAsync(Lane.Fax));
        await _rig.AssertEveryMessageHasItsPlaceAsync();

        await _rig.SettleAsync(open.Attempt, CallOutcome.Delivered, new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent."), pages: 1);
        Assert.Equal(second.Id, Assert.Single(await _rig.ClaimAsync(Lane.Fax)).Id);
    }

    [Fact]
    public async Task A_message_at_a_resource_when_the_node_died_is_asked_about_and_never_sent_anew()
    {
        var ready = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100")));
        var (_, begun) = await _rig.Dispatch.BeginAttemptAsync(ready, StoreRig.Resource, AttemptRates.None, StoreRig.Start, None);
        await _rig.ReopenAsync();
        Assert.Equal(1, await _rig.Queue.ReclaimAsync(StoreRig.Start, ofThisNode: true, None));
        Assert.Empty(await _rig.ClaimAsync(Lane.Fax));
        var asked = Assert.Single(await _rig.ClaimAsync(Lane.Ask));
        Assert.Equal(begun.Attempt, asked.Attempt);
        Assert.Equal(MessageStatus.Exchanged, asked.Status);
    }

    [Fact]
    public async Task A_resource_that_did_not_take_it_leaves_no_attempt_but_never_gets_the_number_again()
    {
        var ready = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100")));
        var (_, begun) = await _rig.Dispatch.BeginAttemptAsync(ready, StoreRig.Resource, AttemptRates.None, StoreRig.Start, None);
        await _rig.Dispatch.NotTakenAsync(begun, "503", StoreRig.Start, StoreRig.Start.AddSeconds(10), None);
        Assert.Equal(SettleResult.Unknown, (await _rig.SettleAsync(begun.Attempt, CallOutcome.Busy, new Settlement(MessageStatus.Failed, CallOutcome.NotInService, null, ""))).Result);
        await _rig.Queue.PromoteAsync(StoreRig.Start.AddSeconds(10), 10, None);
        var again = Assert.Single(await _rig.ClaimAsync(Lane.Fax, StoreRig.Start.AddSeconds(10)));
        var (start, second) = await _rig.Dispatch.BeginAttemptAsync(again, StoreRig.Resource, AttemptRates.None, StoreRig.Start, None);
        Assert.Equal(AttemptStart.Begun, start);
        Assert.NotEqual(begun.Attempt, second.Attempt);
    }

    [Fact]
    public async Task A_receipt_settles_once()
    {
        var ready = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100")));
        var open = await _rig.AtResourceAsync(ready);
        var sent = new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent.");
        Assert.Equal(SettleResult.Settled, (await _rig.SettleAsync(open.Attempt, CallOutcome.Delivered, sent, 1)).Result);
        Assert.Equal(SettleResult.SettledBefore, (await _rig.SettleAsync(open.Attempt, CallOutcome.Delivered, sent, 1)).Result);
        Assert.Single(await _rig.Receipts.DueAsync(10, None));
        await _rig.AssertEveryMessageHasItsPlaceAsync();
    }

    [Fact]
    public async Task A_receipt_that_overtakes_the_acknowledgement_settles_all_the_same()
    {
        var ready = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100")));
        var (_, begun) = await _rig.Dispatch.BeginAttemptAsync(ready, StoreRig.Resource, AttemptRates.None, StoreRig.Start, None);
        var sent = new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent.");
        Assert.Equal(SettleResult.Settled, (await _rig.SettleAsync(begun.Attempt, CallOutcome.Delivered, sent, 1)).Result);
        Assert.Equal(0, await _rig.Dispatch.AcknowledgedAsync([new Acknowledgement(begun.Attempt, StoreRig.Start, StoreRig.Start.AddMinutes(1))], None));
        await _rig.AssertEveryMessageHasItsPlaceAsync();
    }

    [Fact]
    public async Task A_deferred_message_is_ready_again_when_it_is_due_with_the_pages_that_were_confirmed()
    {
        var ready = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100"), pages: 3));
        var open = await _rig.AtResourceAsync(ready);
        var due = StoreRig.Start.AddMinutes(3);
        await _rig.SettleAsync(open.Attempt, CallOutcome.Dropped, new Settlement(MessageStatus.Deferred, CallOutcome.Busy, due, "Lost."), pages: 2);
        Assert.Equal(due, (await _rig.Queue.PromoteAsync(due.AddSeconds(-1), 10, None)).NextDue);
        Assert.Empty(await _rig.ClaimAsync(Lane.Fax, due));
        await _rig.Queue.PromoteAsync(due, 10, None);
        var again = Assert.Single(await _rig.ClaimAsync(Lane.Fax, due));
        Assert.Equal((MessageStatus.Ready, 2, 1), (again.Status, again.PagesConfirmed, again.AttemptCount));
        Assert.Empty(await _rig.Receipts.DueAsync(10, None));
    }

    [Fact]
    public async Task Unconfirmed_pages_are_never_stored_as_sent()
    {
        var ready = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100"), pages: 3));
        var open = await _rig.AtResourceAsync(ready);
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() =>
            _rig.SettleAsync(open.Attempt, CallOutcome.Delivered, new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent."), pages: 2));
        await _rig.AssertEveryMessageHasItsPlaceAsync();
    }

    [Fact]
    public async Task What_has_expired_ends_unless_a_resource_holds_it()
    {
        var atResource = await _rig.AtResourceAsync(Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100"))));
        await _rig.Intake.AcceptAsync(_rig.Submission("+12025550101"), None);
        var later = StoreRig.Start.AddHours(2);
        Assert.Equal(1, await _rig.Queue.ExpireAsync(later, 10, None));
        var ended = Assert.Single(await _rig.Receipts.DueAsync(10, None));
        Assert.Equal(MessageStatus.Expired, Assert.Single(ended.Messages).Status);
        Assert.NotEqual(atResource.SubmissionId, ended.Id);
        await _rig.AssertEveryMessageHasItsPlaceAsync();
    }

    [Fact]
    public async Task The_receipt_is_due_when_the_last_recipient_has_ended_and_is_written_once()
    {
        var messages = await _rig.ReadyAsync(_rig.Submission("+12025550100", "+12025550101"));
        var first = await _rig.AtResourceAsync(messages[0]);
        var second = await _rig.AtResourceAsync(messages[1]);
        await _rig.SettleAsync(first.Attempt, CallOutcome.Delivered, new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent."), 1);
        Assert.Empty(await _rig.Receipts.DueAsync(10, None));
        await _rig.SettleAsync(second.Attempt, CallOutcome.NotInService, new Settlement(MessageStatus.Failed, CallOutcome.NotInService, null, "No such number."));
        var ended = Assert.Single(await _rig.Receipts.DueAsync(10, None));
        Assert.Equal([MessageStatus.Sent, MessageStatus.Failed], ended.Messages.Select(m => m.Status));

        var mail = new Trunkline.Gateway.Receipts.OutgoingMail(new MessageId(1), "", "alice@example.org", StoreRig.Content("Receipt"));
        await _rig.Receipts.WrittenAsync(ended.Id, mail, StoreRig.Start, None);
        await _rig.Receipts.WrittenAsync(ended.Id, mail with { Id = new MessageId(2) }, StoreRig.Start, None);
        var waiting = Assert.Single(await _rig.Receipts.MailDueAsync(StoreRig.Start, isLocal: false, 10, None));
        Assert.Equal("Receipt"u8.ToArray(), waiting.Content);
        await _rig.Receipts.LeftAsync(waiting, null, StoreRig.Start, None);
        Assert.Empty(await _rig.Receipts.MailDueAsync(StoreRig.Start, isLocal: false, 10, None));
    }

    [Fact]
    public async Task One_that_was_woken_and_then_expired_passes_the_destination_on()
    {
        var first = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100")));
        var second = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100")));
        var third = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100") with { ReceivedAt = StoreRig.Start.AddMinutes(30) }));
        var open = await _rig.AtResourceAsync(first);
        foreach (var message in new[] { second, third })
            Assert.Equal(AttemptStart.DestinationEngaged, (await _rig.Dispatch.BeginAttemptAsync(message, StoreRig.Resource, AttemptRates.None, StoreRig.Start, None)).Start);
        await _rig.SettleAsync(open.Attempt, CallOutcome.Delivered, new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent."), pages: 1);
        // The second is awake, but its hour is over before anybody takes it.
        Assert.Equal(1, await _rig.Queue.ExpireAsync(StoreRig.Start.AddMinutes(61), 10, None));
        Assert.Equal(third.Id, Assert.Single(await _rig.ClaimAsync(Lane.Fax)).Id);
        await _rig.AssertEveryMessageHasItsPlaceAsync();
    }

    [Fact]
    public async Task A_resource_settles_its_own_attempts_only()
    {
        var open = await _rig.AtResourceAsync(Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100"))));
        var (result, _) = await _rig.Settling.SettleAsync(open.Attempt, StoreRig.Resource.Id + 1, StoreRig.Report(CallOutcome.Delivered, 1), StoreRig.Start,
            _ => new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent."), None);
        Assert.Equal(SettleResult.Unknown, result);
    }

    [Fact]
    public async Task A_receipt_that_comes_after_the_message_was_given_up_corrects_it_and_its_sender_hears_of_it()
    {
        await _rig.AtResourceAsync(Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100"))));
        await _rig.Queue.PromoteAsync(StoreRig.Start.AddMinutes(10), 10, None);
        var asked = Assert.Single(await _rig.ClaimAsync(Lane.Ask));
        Assert.True(await _rig.Queue.EndAsync(asked, MessageStatus.Uncertain, CallOutcome.Uncertain, "It does not answer.", StoreRig.Start, None));
        var given = Assert.Single(await _rig.Receipts.DueAsync(10, None));
        await _rig.Receipts.WrittenAsync(given.Id, new Trunkline.Gateway.Receipts.OutgoingMail(new MessageId(1), "", "a@b.example", StoreRig.Content("1")), StoreRig.Start, None);

        var sent = new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent.");
        Assert.Equal(SettleResult.Corrected, (await _rig.SettleAsync(asked.Attempt, CallOutcome.Delivered, sent, 1)).Result);
        Assert.Equal(SettleResult.SettledBefore, (await _rig.SettleAsync(asked.Attempt, CallOutcome.Delivered, sent, 1)).Result);
        var corrected = Assert.Single(await _rig.Receipts.DueAsync(10, None));
        Assert.True(corrected.IsCorrection);
        Assert.Equal(MessageStatus.Sent, Assert.Single(corrected.Messages).Status);
    }

    [Fact]
    public async Task A_mail_for_two_people_is_kept_once_however_large_it_is()
    {
        var path = Path.GetTempFileName();
        var text = new string('y', 5000);
        await File.WriteAllTextAsync(path, text);
        var content = StoreRig.Content(text) with { Inline = default, Path = path };
        var submission = _rig.Submission() with
        {
            Fragments = [],
            LocalMail =
            [
                new Trunkline.Gateway.Receipts.OutgoingMail(new MessageId(11), "", "alice@localhost", content),
                new Trunkline.Gateway.Receipts.OutgoingMail(new MessageId(12), "", "bob@localhost", content),
            ],
        };
        await _rig.Intake.AcceptAsync(submission, None);
        var mails = await _rig.Receipts.MailDueAsync(StoreRig.Start, isLocal: true, 10, None);
        Assert.Equal(2, mails.Count);
        Assert.All(mails, m => Assert.Equal(text, System.Text.Encoding.ASCII.GetString(m.Content)));
        Assert.Empty(await _rig.Receipts.MailDueAsync(StoreRig.Start, isLocal: false, 10, None));
    }

    [Fact]
    public async Task A_message_whose_pages_are_gone_is_prepared_anew()
    {
        var ready = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100")));
        await _rig.Dispatch.UnprepareAsync(ready, None);
        Assert.Equal(MessageStatus.Pending, Assert.Single(await _rig.ClaimAsync(Lane.Prepare)).Status);
        await _rig.AssertEveryMessageHasItsPlaceAsync();
    }
}
