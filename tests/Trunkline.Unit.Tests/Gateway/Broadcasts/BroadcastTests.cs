using System.Text;
using MimeKit;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Queue;

namespace Trunkline.Unit.Tests.Gateway.Broadcasts;

public class BroadcastTests
{
    [Fact]
    public async Task A_thousand_numbers_are_called_once_each_with_one_rendering_and_covers_by_the_run()
    {
        await using var rig = new BroadcastRig(o => o.Broadcast.Batch = 200);
        rig.Delivers = number => !number.EndsWith('7');
        var broadcast = await rig.OrderAsync(BroadcastRig.Rows(1000), o => o with { Cover = "classic" });
        await rig.StartAllAsync(channels: 64);
        await rig.UntilAsync(broadcast.Id, (b, _) => b.State == BroadcastState.Ended);

        Assert.Equal(1000, rig.Resource.Deliveries.Select(d => d.MessageDestination).Distinct().Count());
        Assert.Equal(1000, rig.Resource.Deliveries.Count);
        Assert.Equal(1, rig.Gateway.Pages.Documents);
        Assert.Equal(1000, rig.Gateway.Pages.Sheets.Count);
        Assert.InRange(rig.Gateway.Pages.SheetRuns, 20, 200);
        var (ended, counts) = await rig.LookAsync(broadcast.Id);
        Assert.Equal((900, 100, 1000, 100.0), (counts.Sent, counts.Failed, counts.All, counts.Percent));
        Assert.Equal(2, ended.Pages);

        var receipt = await ReceiptAsync(rig, broadcast);
        Assert.Equal("Broadcast sent to 900 of 1000: Hello", receipt.Subject);
        var results = Results(receipt);
        Assert.Equal(1001, results.Length);
        Assert.Equal(900, results.Count(l => l.Contains(",sent,", StringComparison.Ordinal)));
        Assert.StartsWith("2,+12025550000,Name 0,,sent,delivered,,2,42,1,", results[1], StringComparison.Ordinal);
        // The delivery report has a group of the whole, and no more of recipients than are of use.
        Assert.Equal(100, receipt.BodyParts.OfType<MessageDeliveryStatus>().Single().StatusGroups.Count(g => g.Contains("Final-Recipient")));
        Assert.Contains("refused", receipt.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duplicates_and_numbers_that_are_not_to_be_called_are_left_out_and_counted()
    {
        await using var rig = new BroadcastRig();
        var now = rig.Gateway.Clock.GetUtcNow();
        await rig.Lists.AddDoNotCallAsync(1, [BroadcastRig.Rows(1, 3)[0].Number], "opt-out", now, default);
        await rig.Lists.AddDoNotCallAsync(0, [BroadcastRig.Rows(1, 4)[0].Number], "regulator", now, default);
        await rig.Lists.AddDoNotCallAsync(2, [BroadcastRig.Rows(1, 5)[0].Number], "another customer's", now, default);
        var broadcast = await rig.OrderAsync([.. BroadcastRig.Rows(8), .. BroadcastRig.Rows(2)]);
        Assert.Equal((10, 2, 2, 6), (broadcast.Recipients, broadcast.Duplicates, broadcast.DoNotCall, broadcast.Numbers));
        var results = await rig.Store.ResultsAsync(broadcast.Id, -1, 100, default);
        Assert.Equal([null, null, null, "do-not-call", "do-not-call", null, null, null, "duplicate", "duplicate"], results.Select(r => r.LeftOut));
    }

    [Fact]
    public async Task Who_asks_not_to_be_called_while_it_runs_is_not_called_any_more()
    {
        await using var rig = new BroadcastRig();
        var broadcast = await rig.OrderAsync(BroadcastRig.Rows(20), o => o with { AtOnce = 10 });
        await rig.StartFeederAsync();
        await rig.UntilAsync(broadcast.Id, (b, _) => b.Fed == 10);
        await rig.Lists.AddDoNotCallAsync(1, [.. BroadcastRig.Rows(5, 12).Select(r => r.Number)], "opt-out", rig.Gateway.Clock.GetUtcNow(), default);
        await rig.StartAllAsync(channels: 4);
        await rig.UntilAsync(broadcast.Id, (b, _) => b.State == BroadcastState.Ended);
        var (ended, counts) = await rig.LookAsync(broadcast.Id);
        Assert.Equal((5, 15, 15), (ended.DoNotCall, counts.Sent, counts.All));
        Assert.Equal(15, rig.Resource.Deliveries.Count);
    }

    [Fact]
    public async Task An_order_that_says_nothing_is_sent_as_its_customer_sends()
    {
        await using var rig = new BroadcastRig();
        var sender = new Sender(await rig.CustomerAsync() with { MessageOptions = "resolution=superfine/expires=2h/priority=high" }, null);
        var order = new BroadcastOrder { Rows = BroadcastRig.Rows(1), Document = rig.Gateway.Submission() };
        var silent = Assert.IsType<BroadcastAnswer.Accepted>(await rig.Desk.OrderAsync(sender, order with { Document = rig.Gateway.Submission() }, default)).Broadcast;
        Assert.Equal((FaxResolution.Superfine, TimeSpan.FromHours(2), Priority.Low), (silent.Resolution, silent.ExpiryDuration, silent.Priority));
        var said = Assert.IsType<BroadcastAnswer.Accepted>(await rig.Desk.OrderAsync(
            sender, order with { Resolution = FaxResolution.Standard, Expiry = TimeSpan.FromHours(1) }, default)).Broadcast;
        Assert.Equal((FaxResolution.Standard, TimeSpan.FromHours(1)), (said.Resolution, said.ExpiryDuration));
    }

    [Fact]
    public async Task Nobody_left_to_send_to_is_refused_and_leaves_nothing()
    {
        await using var rig = new BroadcastRig();
        await rig.Lists.AddDoNotCallAsync(0, [BroadcastRig.Rows(1)[0].Number], "import", rig.Gateway.Clock.GetUtcNow(), default);
        var answer = await rig.Desk.OrderAsync(
            new Sender(await rig.CustomerAsync(), null), new BroadcastOrder { Rows = BroadcastRig.Rows(1), Document = rig.Gateway.Submission() }, default);
        Assert.Equal("list", Assert.IsType<BroadcastAnswer.Refused>(answer).Field);
        Assert.Empty(await rig.Store.OpenAsync(default));
    }

    [Fact]
    public async Task What_was_not_read_in_to_its_end_is_gone_after_a_start()
    {
        await using var rig = new BroadcastRig();
        var broadcast = await rig.OrderAsync(BroadcastRig.Rows(3), o => o with { StartsItself = false });
        await rig.Store.AddAsync(broadcast with { Id = new MessageId(5) }, default);
        await rig.Store.AddRecipientsAsync(new MessageId(5), 0, BroadcastRig.Rows(100), default);
        await rig.StartFeederAsync();
        Assert.Null(await rig.Store.FindAsync(new MessageId(5), default));
        Assert.Empty(await rig.Store.ResultsAsync(new MessageId(5), -1, 10, default));
        Assert.NotNull(await rig.Store.FindAsync(broadcast.Id, default));
    }

    [Fact]
    public async Task A_feeder_that_dies_after_its_commits_puts_each_number_into_the_queue_once()
    {
        await using var rig = new BroadcastRig(o => o.Broadcast.Batch = 7);
        var broadcast = await rig.OrderAsync(BroadcastRig.Rows(100));
        var isDone = false;
        for (var life = 0; life < 20 && !isDone; life++)
        {
            var feeder = await rig.StartFeederAsync();
            var before = (await rig.LookAsync(broadcast.Id)).Broadcast.Fed;
            await rig.UntilAsync(broadcast.Id, (b, _) => b.Fed > before || b.Unfed == 0);
            // As abruptly as a task can be ended: whatever it knew is lost.
            await feeder.StopAsync(new CancellationToken(canceled: true));
            isDone = (await rig.LookAsync(broadcast.Id)).Broadcast.Unfed == 0;
        }
        Assert.True(isDone);
        var (fed, counts) = await rig.LookAsync(broadcast.Id);
        Assert.Equal((100, 100), (fed.Fed, counts.Queued));
        var numbers = await rig.Gateway.Database.ReadAsync(s => s.Query("SELECT destination FROM message WHERE broadcast_id = ?1 AND message_part_of_broadcast = 1",
            r => r.GetString(0), broadcast.Id.Value), default);
        Assert.Equal((100, 100), (numbers.Count, numbers.Distinct().Count()));
    }

    [Fact]
    public async Task Cancelled_at_half_each_number_was_called_at_most_once_and_the_counts_add_up()
    {
        await using var rig = new BroadcastRig(o => o.Broadcast.Batch = 20);
        var broadcast = await rig.OrderAsync(BroadcastRig.Rows(300), o => o with { AtOnce = 60 });
        await rig.StartAllAsync(channels: 8);
        await rig.UntilAsync(broadcast.Id, (_, c) => c.Ended >= 150);
        Assert.True(await rig.Desk.CancelAsync(broadcast.Id, default));
        await rig.UntilAsync(broadcast.Id, (b, _) => b.State == BroadcastState.Cancelled);
        var (_, counts) = await rig.LookAsync(broadcast.Id);
        Assert.Equal((300, 300), (counts.All, counts.Ended));
        Assert.InRange(counts.Sent, 150, 299);
        Assert.Equal(300 - counts.Sent, counts.Cancelled);
        Assert.Equal(counts.Sent, rig.Resource.Deliveries.Select(d => d.MessageDestination).Distinct().Count());
        Assert.Equal(counts.Sent, rig.Resource.Deliveries.Count);
        var receipt = await ReceiptAsync(rig, broadcast);
        Assert.StartsWith($"Broadcast cancelled, sent to {counts.Sent} of 300", receipt.Subject, StringComparison.Ordinal);
        Assert.Equal(counts.Cancelled, Results(receipt).Count(l => l.Contains(",cancelled,", StringComparison.Ordinal)));
        Assert.False(await rig.Desk.CancelAsync(broadcast.Id, default));
    }

    [Fact]
    public async Task While_it_is_paused_nothing_is_sent_and_then_all_of_it_is()
    {
        await using var rig = new BroadcastRig(o => o.Broadcast.Batch = 10);
        var broadcast = await rig.OrderAsync(BroadcastRig.Rows(60), o => o with { AtOnce = 20 });
        await rig.StartAllAsync(channels: 2);
        await rig.UntilAsync(broadcast.Id, (_, c) => c.Sent >= 10);
        Assert.True(await rig.Desk.PauseAsync(broadcast.Id, default));
        await rig.UntilAsync(broadcast.Id, (b, c) => c.OnLine == 0 && c.Deferred == 0 && Held(rig, b) == c.Queued);
        var sent = rig.Resource.Deliveries.Count;
        Assert.InRange(sent, 10, 59);
        rig.Gateway.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(sent, rig.Resource.Deliveries.Count);
        Assert.True(await rig.Desk.ResumeAsync(broadcast.Id, default));
        await rig.UntilAsync(broadcast.Id, (b, _) => b.State == BroadcastState.Ended);
        Assert.Equal((60, 60), ((await rig.LookAsync(broadcast.Id)).Counts.Sent, rig.Resource.Deliveries.Count));
    }

    [Fact]
    public async Task A_document_that_cannot_be_sent_is_found_out_before_any_call_and_told_once()
    {
        await using var rig = new BroadcastRig();
        rig.Gateway.Pages.Cause = "It is protected by a password.";
        var broadcast = await rig.OrderAsync(BroadcastRig.Rows(10));
        await rig.StartAllAsync(channels: 1);
        await rig.UntilAsync(broadcast.Id, (b, _) => b.State == BroadcastState.Failed);
        var (_, counts) = await rig.LookAsync(broadcast.Id);
        Assert.Equal((10, 10), (counts.Failed, counts.All));
        Assert.Empty(rig.Resource.Deliveries);
        Assert.Contains("protected by a password", (await ReceiptAsync(rig, broadcast)).TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_waits_is_priced_and_starts_when_it_is_told()
    {
        await using var rig = new BroadcastRig();
        var broadcast = await rig.OrderAsync(BroadcastRig.Rows(5), o => o with { StartsItself = false });
        await rig.StartAllAsync(channels: 2);
        await rig.UntilAsync(broadcast.Id, (b, _) => b.State == BroadcastState.Waiting);
        var (waiting, counts) = await rig.LookAsync(broadcast.Id);
        Assert.Equal((1, Money.Zero("USD"), 5), (waiting.Pages, waiting.Price, counts.Waiting));
        Assert.Equal((true, null), await rig.Desk.StartAsync(waiting, default));
        await rig.UntilAsync(broadcast.Id, (b, _) => b.State == BroadcastState.Ended);
        Assert.Equal(5, rig.Resource.Deliveries.Count);
    }

    [Fact]
    public async Task A_pace_is_kept()
    {
        await using var rig = new BroadcastRig();
        var broadcast = await rig.OrderAsync(BroadcastRig.Rows(100), o => o with { PerMinute = 60 });
        await rig.StartFeederAsync();
        await rig.UntilAsync(broadcast.Id, (b, _) => b.Fed > 0);
        var began = rig.Gateway.Clock.GetUtcNow();
        await rig.UntilAsync(broadcast.Id, (b, _) => b.Fed >= 30);
        // One a second, and five that were saved up.
        Assert.True(rig.Gateway.Clock.GetUtcNow() - began >= TimeSpan.FromSeconds(24), $"{rig.Gateway.Clock.GetUtcNow() - began}");
    }

    [Fact]
    public async Task A_list_is_kept_under_its_name_and_sent_to_by_it()
    {
        await using var rig = new BroadcastRig();
        var customer = await rig.CustomerAsync();
        var now = rig.Gateway.Clock.GetUtcNow();
        await rig.Lists.SaveAsync(1, 1, "branches", BroadcastRig.Rows(700), now, default);
        await rig.Lists.SaveAsync(2, 1, "Branches", BroadcastRig.Rows(600), now, default);
        Assert.Equal(600, Assert.Single(await rig.Lists.ListAsync(1, default)).Rows);
        Assert.Null(await rig.Lists.FindAsync(2, "branches", default));
        var order = new BroadcastOrder { ListName = "branches", Document = rig.Gateway.Submission() };
        Assert.Equal(600, Assert.IsType<BroadcastAnswer.Accepted>(await rig.Desk.OrderAsync(new Sender(customer, null), order, default)).Broadcast.Numbers);
        Assert.True(await rig.Lists.RemoveAsync(1, "branches", now, default));
        Assert.Equal("list", Assert.IsType<BroadcastAnswer.Refused>(await rig.Desk.OrderAsync(new Sender(customer, null), order, default)).Field);
    }

    private static int Held(BroadcastRig rig, Broadcast broadcast) => (int)rig.Gateway.Database.ReadAsync(
        s => s.Number("SELECT count(*) FROM message WHERE broadcast_id = ?1 AND message_status = 'H'", broadcast.Id.Value), default).GetAwaiter().GetResult();

    private static async Task<MimeMessage> ReceiptAsync(BroadcastRig rig, Broadcast broadcast)
    {
        IReadOnlyList<Trunkline.Gateway.Receipts.WaitingMail> mails = [];
        await rig.Gateway.UntilAsync(async () =>
        {
            mails = await rig.Gateway.Receipts.MailDueAsync(rig.Gateway.Clock.GetUtcNow(), isLocal: false, 10, default);
            return mails.Count > 0;
        });
        var mail = Assert.Single(mails);
        Assert.Equal(("alice@example.org", (MessageId?)broadcast.Id), (mail.Recipient, mail.Submission));
        return await MimeMessage.LoadAsync(new MemoryStream(mail.Content));
    }

    private static string[] Results(MimeMessage receipt)
    {
        using var memory = new MemoryStream();
        receipt.Attachments.OfType<MimePart>().Single(a => a.FileName == "results.csv").Content!.DecodeTo(memory);
        return Encoding.UTF8.GetString(memory.ToArray()).TrimStart('\ufeff').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
