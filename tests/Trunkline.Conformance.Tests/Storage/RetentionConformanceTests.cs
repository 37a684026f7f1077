using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Receipts;
using Trunkline.Gateway.Settling;
using MadeBefore = Trunkline.Gateway.Preparing.Rendering;

namespace Trunkline.Conformance.Tests.Storage;

public sealed class RetentionConformanceTests : IAsyncDisposable
{
    private const int LargeLength = 5000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset LongAfter = StoreRig.Start.AddDays(40);
    private readonly StoreRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData("small")]
    [InlineData("large")]
    public async Task Contents_of_a_submission_that_ended_long_ago_are_deleted(string size)
    {
        var (submission, content) = await AcceptAsync(size);
        await EndAsync(submission);
        Assert.True(await IsThereAsync(content));
        Assert.Equal(0, await DeleteBodiesAsync(StoreRig.Start));
        Assert.True(await IsThereAsync(content));
        Assert.Equal(1, await DeleteBodiesAsync(LongAfter));
        Assert.False(await IsThereAsync(content));
        Assert.False(File.Exists(_rig.Files.PathOf(content.Sha256)));
        Assert.Equal(0, await DeleteBodiesAsync(LongAfter));
    }

    [Fact]
    public async Task Contents_that_an_open_message_needs_stay()
    {
        var (old, content) = await AcceptAsync("large");
        await EndAsync(old);
        await AcceptAsync("large");
        Assert.Equal(0, await DeleteBodiesAsync(LongAfter));
        Assert.True(await IsThereAsync(content));
    }

    [Fact]
    public async Task Contents_of_a_message_at_a_resource_stay_however_long_it_takes()
    {
        var submission = _rig.Submission("+12025550100") with { Fragments = [Fragment(Content("large"))] };
        await _rig.AtResourceAsync(Assert.Single(await _rig.ReadyAsync(submission)));
        Assert.Equal(0, await DeleteBodiesAsync(LongAfter));
    }

    [Fact]
    public async Task Contents_stay_while_the_receipt_is_due()
    {
        var (submission, _) = await AcceptAsync("large");
        var message = Assert.Single(await _rig.ClaimAsync(Lane.Prepare));
        Assert.True(await _rig.Queue.EndAsync(message, MessageStatus.Failed, CallOutcome.BadDocument, "Broken.", StoreRig.Start, None));
        Assert.Equal(0, await DeleteBodiesAsync(LongAfter));
        await _rig.Receipts.WrittenAsync(submission.Id, null, StoreRig.Start, None);
        Assert.Equal(1, await DeleteBodiesAsync(LongAfter));
    }

    [Fact]
    public async Task A_receipt_goes_once_it_has_left_and_not_before()
    {
        var (submission, _) = await AcceptAsync("small");
        var message = Assert.Single(await _rig.ClaimAsync(Lane.Prepare));
        await _rig.Queue.EndAsync(message, MessageStatus.Failed, CallOutcome.BadDocument, "Broken.", StoreRig.Start, None);
        var receipt = new OutgoingMail(new MessageId(submission.Id.Value + 1000), "", "alice@example.org", Content("large"));
        await _rig.Receipts.WrittenAsync(submission.Id, receipt, StoreRig.Start, None);
        Assert.Equal(0, await DeleteBodiesAsync(LongAfter));
        var waiting = Assert.Single(await _rig.Receipts.MailDueAsync(StoreRig.Start, isLocal: false, 10, None));
        Assert.Equal(LargeLength, waiting.Content.Length);
        await _rig.Receipts.LeftAsync(waiting, null, StoreRig.Start, None);
        Assert.Equal(2, await DeleteBodiesAsync(LongAfter));
        Assert.False(File.Exists(_rig.Files.PathOf(receipt.Content.Sha256)));
    }

    [Fact]
    public async Task A_walk_in_small_steps_looks_at_every_content()
    {
        for (var i = 0; i < 25; i++)
        {
            var submission = _rig.Submission("+12025550100") with { Fragments = [Fragment(StoreRig.Content($"content {i}"))] };
            await _rig.Intake.AcceptAsync(submission, None);
            await EndAsync(submission);
        }
        Assert.Equal(25, await DeleteBodiesAsync(LongAfter, step: 4));
    }

    [Fact]
    public async Task A_content_that_is_just_being_stored_is_not_deleted()
    {
        var (old, content) = await AcceptAsync("large");
        await EndAsync(old);
        using (var storing = await _rig.Bodies.KeepLargeAsync([content], None))
        {
            // Between its file and its commit: the row says that nobody needs it.
            Assert.Equal(0, await DeleteBodiesAsync(LongAfter));
            await AcceptAsync("large");
        }
        Assert.Equal(0, await DeleteBodiesAsync(LongAfter));
        Assert.True(await IsThereAsync(content));
    }

    [Fact]
    public async Task Who_stores_a_content_waits_while_it_is_being_deleted_and_stores_it_after()
    {
        var content = Content("large");
        var claim = _rig.Bodies.Holds.TryClaim(content.Sha256);
        Assert.NotNull(claim);
        var accepting = AcceptAsync("large");
        Assert.False(accepting.IsCompleted);
        Assert.False(File.Exists(_rig.Files.PathOf(content.Sha256)));
        claim.Dispose();
        await accepting;
        Assert.True(await IsThereAsync(content));
    }

    [Fact]
    public async Task Storing_and_deleting_the_same_content_at_once_never_loses_it()
    {
        for (var i = 0; i < 100; i++)
        {
            var (old, content) = await AcceptAsync("large");
            await EndAsync(old);
            var accepting = Task.Run(() => AcceptAsync("large"));
            var deleting = Task.Run(() => DeleteBodiesAsync(LongAfter));
            await Task.WhenAll(accepting, deleting);
            Assert.True(await IsThereAsync(content));
            await EndAsync((await accepting).Submission);
        }
    }

    [Fact]
    public async Task Files_without_a_row_are_swept_when_they_are_old()
    {
        var (_, content) = await AcceptAsync("large");
        var orphan = StoreRig.Content(new string('o', LargeLength));
        _rig.Files.Keep(orphan);
        var unfinished = _rig.Files.PathOf(orphan.Sha256) + ".1.tmp";
        await File.WriteAllTextAsync(unfinished, "half", None);
        Assert.Equal(0, await _rig.Retention.DeleteOrphanedBodiesAsync(DateTimeOffset.UnixEpoch, None));
        Assert.Equal(2, await _rig.Retention.DeleteOrphanedBodiesAsync(DateTimeOffset.MaxValue, None));
        Assert.False(File.Exists(_rig.Files.PathOf(orphan.Sha256)));
        Assert.False(File.Exists(unfinished));
        Assert.True(await IsThereAsync(content));
    }

    [Fact]
    public async Task An_orphan_that_is_just_being_stored_is_not_swept()
    {
        var content = Content("large");
        using var storing = await _rig.Bodies.KeepLargeAsync([content], None);
        Assert.Equal(0, await _rig.Retention.DeleteOrphanedBodiesAsync(DateTimeOffset.MaxValue, None));
        Assert.True(File.Exists(_rig.Files.PathOf(content.Sha256)));
    }

    [Fact]
    public async Task A_rendered_document_is_unused_only_when_no_open_message_and_no_due_receipt_has_it()
    {
        await _rig.Preparing.SaveRenderingAsync("key", new MadeBefore(1, null), StoreRig.Start, None);
        await _rig.Preparing.SaveRenderingAsync("other", new MadeBefore(0, "Broken."), StoreRig.Start, None);
        var message = Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100")));
        Assert.Equal(["other"], await UnusedAsync());
        var sent = await _rig.AtResourceAsync(message);
        Assert.Equal(["other"], await UnusedAsync());
        await _rig.SettleAsync(sent.Attempt, CallOutcome.Delivered, new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent."), pages: 1);
        Assert.Equal(["other"], await UnusedAsync());
        await _rig.Receipts.WrittenAsync(message.SubmissionId, null, StoreRig.Start, None);
        Assert.Equal(["key", "other"], (await UnusedAsync()).Order());
        Assert.Empty(await _rig.Retention.UnusedRenderingsAsync(StoreRig.Start, 10, None));
    }

    [Fact]
    public async Task A_rendered_document_that_was_used_since_is_not_forgotten()
    {
        await _rig.Preparing.SaveRenderingAsync("key", new MadeBefore(1, null), StoreRig.Start, None);
        var unused = Assert.Single(await _rig.Retention.UnusedRenderingsAsync(LongAfter, 10, None));
        Assert.NotNull(await _rig.Preparing.FindRenderingAsync("key", LongAfter, None));
        Assert.False(await _rig.Retention.ForgetRenderingAsync(unused, None));
        Assert.Empty(await _rig.Retention.UnusedRenderingsAsync(LongAfter, 10, None));
        unused = Assert.Single(await _rig.Retention.UnusedRenderingsAsync(LongAfter.AddDays(1), 10, None));
        Assert.True(await _rig.Retention.ForgetRenderingAsync(unused, None));
        Assert.Null(await _rig.Preparing.FindRenderingAsync("key", LongAfter, None));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Records_go_whole_and_only_those_that_ended_long_ago(int rowsAStep)
    {
        var old = _rig.Submission("+12025550100", "+12025550101", "+12025550102");
        await _rig.Intake.AcceptAsync(old, None);
        await EndAsync(old);
        var open = _rig.Submission("+12025550103");
        await _rig.Intake.AcceptAsync(open, None);
        var recent = _rig.Submission("+12025550104") with { ReceivedAt = LongAfter.AddDays(1) };
        await _rig.Intake.AcceptAsync(recent, None);
        Assert.Equal(0, await DeleteRecordsAsync(StoreRig.Start, rowsAStep));
        Assert.True(await DeleteRecordsAsync(LongAfter, rowsAStep) > 8);
        Assert.Equal([recent.Id, open.Id], (await _rig.Record.MessagesAsync(null, null, 10, None)).Select(m => m.Submission));
        Assert.DoesNotContain(await _rig.Record.EventsAsync(0, 1000, None), e => e.Submission == old.Id);
        Assert.Equal(0, await _rig.Database.ReadAsync(s => s.Number(
            "SELECT (SELECT count(*) FROM submission WHERE submission_id = ?1) + (SELECT count(*) FROM fragment WHERE submission_id = ?1)", old.Id.Value), None));
        Assert.Equal(0, await DeleteRecordsAsync(LongAfter, rowsAStep));
        await _rig.AssertEveryMessageHasItsPlaceAsync();
    }

    private static MailContent Content(string size) => StoreRig.Content(size == "large" ? new string('x', LargeLength) : "Hello");

    private static NewFragment Fragment(MailContent content) => new("the text of the mail", "text/plain", "utf-8", true, content);

    private async Task<(NewSubmission Submission, MailContent Content)> AcceptAsync(string size)
    {
        var content = Content(size);
        var submission = _rig.Submission("+12025550100") with { Fragments = [Fragment(content)] };
        await _rig.Intake.AcceptAsync(submission, None);
        return (submission, content);
    }

    /// <summary>Ends all its messages and writes its receipt.</summary>
    private async Task EndAsync(NewSubmission submission)
    {
        foreach (var message in await _rig.ClaimAsync(Lane.Prepare))
        {
            if (message.SubmissionId == submission.Id)
                Assert.True(await _rig.Queue.EndAsync(message, MessageStatus.Failed, CallOutcome.BadDocument, "Broken.", StoreRig.Start, None));
            else
                await _rig.Queue.ReleaseAsync(message, StoreRig.Start, None);
        }
        await _rig.Receipts.WrittenAsync(submission.Id, null, StoreRig.Start, None);
    }

    private async Task<int> DeleteBodiesAsync(DateTimeOffset endedBefore, int step = 100)
    {
        var deleted = 0;
        byte[]? cursor = null;
        do
        {
            var (went, next) = await _rig.Retention.DeleteBodiesAsync(cursor, step, endedBefore, None);
            deleted += went;
            cursor = next;
        }
        while (cursor is not null);
        return deleted;
    }

    private async Task<int> DeleteRecordsAsync(DateTimeOffset endedBefore, int rowsAStep)
    {
        var rows = 0;
        MessageId? cursor = null;
        do
        {
            var (went, next) = await _rig.Retention.DeleteRecordsAsync(cursor, rowsAStep, endedBefore, None);
            rows += went;
            cursor = next;
        }
        while (cursor is not null);
        return rows;
    }

    private async Task<bool> IsThereAsync(MailContent content)
    {
        try
        {
            return (await _rig.Bodies.ReadAsync(content.Sha256, None)).Length == content.Size;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private async Task<IEnumerable<string>> UnusedAsync() =>
        (await _rig.Retention.UnusedRenderingsAsync(LongAfter, 10, None)).Select(u => u.DocumentKey);
}
