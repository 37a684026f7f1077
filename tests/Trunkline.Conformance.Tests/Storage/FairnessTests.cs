using CsCheck;
using Trunkline.Core;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Settling;

namespace Trunkline.Conformance.Tests.Storage;

/// <summary>However much one customer has waiting, the others are served as often as it.</summary>
public sealed class FairnessTests : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StoreRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Three_messages_do_not_wait_for_the_fifty_thousand_of_another_customer()
    {
        await FillAsync(_rig, customer: 7, 50_000);
        var few = _rig.SubmissionOf(8, Priority.Medium, "+12025550100", "+12025550101", "+12025550102") with { ReceivedAt = StoreRig.Start.AddHours(1) };
        await _rig.Intake.AcceptAsync(few, None);
        var claimed = await _rig.ClaimAsync(Lane.Prepare, max: 6);
        Assert.Equal([7, 8, 7, 8, 7, 8], claimed.Select(m => m.CustomerKey));
        Assert.Equal(few.Messages.Select(m => m.Id), claimed.Where(m => m.CustomerKey == 8).Select(m => m.Id));
    }

    [Fact]
    public async Task A_restart_changes_nobodys_turn()
    {
        foreach (var customer in new long[] { 3, 1, 2 })
            await _rig.Intake.AcceptAsync(Submission(_rig, customer, 3), None);
        Assert.Equal([3, 1], (await _rig.ClaimAsync(Lane.Prepare, max: 2)).Select(m => m.CustomerKey));
        await _rig.ReopenAsync();
        // Customer 4 comes after the restart, and stands behind those who stood there before.
        await _rig.Intake.AcceptAsync(Submission(_rig, 4, 1), None);
        Assert.Equal([2, 3, 1, 4, 2, 3], (await _rig.ClaimAsync(Lane.Prepare, max: 6)).Select(m => m.CustomerKey));
    }

    [Fact]
    public async Task What_was_held_when_the_process_stopped_has_its_turn_again()
    {
        foreach (var customer in new long[] { 3, 1, 2 })
            await _rig.Intake.AcceptAsync(Submission(_rig, customer, 2), None);
        var held = await _rig.ClaimAsync(Lane.Prepare, max: 2);
        await _rig.ReopenAsync();
        await _rig.Queue.ReclaimAsync(StoreRig.Start, ofThisNode: true, None);
        var again = await _rig.ClaimAsync(Lane.Prepare, max: 3);
        Assert.Equal(held.Select(m => m.Id), again.Take(2).Select(m => m.Id));
        Assert.Equal(2, again[2].CustomerKey);
    }

    [Fact]
    public async Task A_message_that_is_given_back_keeps_its_customers_turn()
    {
        foreach (var customer in new long[] { 1, 2 })
            await _rig.Intake.AcceptAsync(Submission(_rig, customer, 3), None);
        var first = Assert.Single(await _rig.ClaimAsync(Lane.Prepare, max: 1));
        await _rig.Queue.ReleaseAsync(first, first.Due, None);
        Assert.Equal(first.Id, Assert.Single(await _rig.ClaimAsync(Lane.Prepare, max: 1)).Id);
        Assert.Equal([2, 1], (await _rig.ClaimAsync(Lane.Prepare, max: 2)).Select(m => m.CustomerKey));
    }

    [Fact]
    public async Task A_customer_that_cancels_all_it_has_waiting_is_not_behind_for_what_it_sends_next()
    {
        var many = Submission(_rig, 1, 50);
        await _rig.Intake.AcceptAsync(many, None);
        await _rig.Intake.AcceptAsync(Submission(_rig, 2, 50), None);
        foreach (var message in many.Messages)
            await _rig.Operations.CancelAsync(message.Id, null, StoreRig.Start, None);
        await _rig.Intake.AcceptAsync(Submission(_rig, 1, 1), None);
        Assert.Equal([2, 1], (await _rig.ClaimAsync(Lane.Prepare, max: 2)).Select(m => m.CustomerKey));
    }

    [Fact]
    public async Task Whoever_sends_one_message_after_the_other_passes_nobody_twice()
    {
        await _rig.Intake.AcceptAsync(Submission(_rig, 5, 20), None);
        var served = new List<long>();
        for (var i = 0; i < 10; i++)
        {
            await _rig.Intake.AcceptAsync(Submission(_rig, 1, 1), None);
            served.AddRange((await _rig.ClaimAsync(Lane.Prepare, max: 2)).Select(m => m.CustomerKey));
        }
        Assert.Equal(10, served.Count(c => c == 5));
    }

    [Fact]
    public async Task Urgent_messages_without_end_do_not_stop_the_others()
    {
        foreach (var (customer, priority) in new[] { (1L, Priority.High), (2L, Priority.Medium), (3L, Priority.Low) })
            await _rig.Intake.AcceptAsync(Submission(_rig, customer, 100, priority), None);
        var claimed = await _rig.ClaimAsync(Lane.Prepare, max: 64);
        Assert.Equal([56, 7, 1], new[] { 1, 2, 3 }.Select(c => claimed.Count(m => m.CustomerKey == c)));
        Assert.All(claimed.Take(7), m => Assert.Equal(Priority.High, m.Priority));
    }

    [Fact]
    public async Task Customers_take_turns_at_a_number_that_many_messages_are_for()
    {
        const string number = "+12025550100";
        for (var i = 0; i < 6; i++)
            await _rig.Intake.AcceptAsync(_rig.SubmissionOf(1, Priority.High, number), None);
        await _rig.Intake.AcceptAsync(_rig.SubmissionOf(2, Priority.Low, number), None);
        foreach (var message in await _rig.ClaimAsync(Lane.Prepare))
            await _rig.PrepareAsync(message);
        var called = new List<long>();
        while (called.Count < 7)
        {
            foreach (var message in await _rig.ClaimAsync(Lane.Fax, max: 3))
            {
                var (start, begun) = await _rig.BeginAsync(message);
                if (start != AttemptStart.Begun)
                    continue;
                called.Add(begun.CustomerKey);
                // The others try meanwhile, and find the number engaged.
                foreach (var other in await _rig.ClaimAsync(Lane.Fax))
                    Assert.Equal(AttemptStart.DestinationEngaged, (await _rig.BeginAsync(other)).Start);
                await _rig.SettleAsync(begun.Attempt, CallOutcome.Delivered, new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent."), pages: 1);
                await _rig.AssertEveryMessageHasItsPlaceAsync();
            }
        }
        Assert.Equal(1, called.IndexOf(2));
    }

    [Fact]
    public async Task A_message_whose_turn_has_come_at_a_number_is_not_overtaken_by_one_that_never_waited()
    {
        var first = Assert.Single(await _rig.ReadyAsync(_rig.SubmissionOf(1, Priority.Medium, "+12025550100")));
        var second = Assert.Single(await _rig.ReadyAsync(_rig.SubmissionOf(2, Priority.Medium, "+12025550100")));
        var quick = Assert.Single(await _rig.ReadyAsync(_rig.SubmissionOf(3, Priority.High, "+12025550100")));
        var open = await _rig.AtResourceAsync(first);
        Assert.Equal(AttemptStart.DestinationEngaged, (await _rig.BeginAsync(second)).Start);
        await _rig.SettleAsync(open.Attempt, CallOutcome.Delivered, new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent."), pages: 1);
        Assert.Equal(AttemptStart.DestinationEngaged, (await _rig.BeginAsync(quick)).Start);
        Assert.Equal(AttemptStart.Begun, (await _rig.BeginAsync(
            Assert.Single(await _rig.ClaimAsync(Lane.Fax)))).Start);
        await _rig.AssertEveryMessageHasItsPlaceAsync();
    }

    [Fact]
    public void Of_any_number_of_customers_with_any_backlog_each_gets_its_share_or_one_more_or_less() =>
        Gen.Select(Gen.Int[1, 40].Array[1, 8], Gen.Int[1, 7], Gen.Int[1, 60]).Sample((backlogs, batch, total) =>
            ShareAsync(backlogs, batch, total).GetAwaiter().GetResult(), iter: 25, threads: 1);

    private static async Task ShareAsync(int[] backlogs, int batch, int total)
    {
        await using var rig = new StoreRig();
        for (var i = 0; i < backlogs.Length; i++)
            await FillAsync(rig, i + 1, backlogs[i]);
        var served = new int[backlogs.Length];
        for (var n = 0; n < total; n += batch)
        {
            foreach (var message in await rig.ClaimAsync(Lane.Prepare, max: batch))
                served[message.CustomerKey - 1]++;
        }
        var most = served.Max();
        for (var i = 0; i < backlogs.Length; i++)
            Assert.True(served[i] >= most - 1 || served[i] == backlogs[i], $"Of {string.Join(' ', backlogs)}, served {string.Join(' ', served)}.");
        await rig.AssertEveryMessageHasItsPlaceAsync();
    }

    private static Gateway.Intake.NewSubmission Submission(StoreRig rig, long customer, int count, Priority priority = Priority.Medium) =>
        rig.SubmissionOf(customer, priority, [.. Enumerable.Range(0, count).Select(i => $"+1202555{i:0000}")]);

    /// <summary>Puts many into the lane in one piece of work; an accepted mail has a hundred at most.</summary>
    private static async Task FillAsync(StoreRig rig, long customer, int count)
    {
        var first = Submission(rig, customer, Math.Min(count, 100));
        await rig.Intake.AcceptAsync(first, None);
        var more = Enumerable.Range(0, Math.Max(0, count - 100)).Select(_ => rig.NextId().Value).ToList();
        await rig.AddCopiesAsync(first.Messages[0].Id, more);
    }
}
