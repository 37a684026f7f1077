using Microsoft.Extensions.Time.Testing;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Resource;
using Trunkline.Telephony.Calls;

namespace Trunkline.Unit.Tests.Resource;

public sealed class DispatchTests
{
    [Fact]
    public async Task Channels_are_never_exceeded_and_one_destination_has_one_call()
    {
        var trunk = new FakeTrunk { MaxChannels = 3, FarEnd = async (c, o, t) => { await Task.Yield(); return await FakeTrunk.TakesEveryPage(c, o, t); } };
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router, change: o => o with { Channels = 16 });

        await Parallel.ForAsync(0, 120, async (i, _) =>
            Assert.Equal(200, (await rig.ExchangeAsync(ResourceRig.Delivery($"M-{i}", to: $"+120255501{10 + (i % 8)}"))).Code));
        for (var i = 0; i < 120; i++)
            Assert.Equal(MessageStatus.Sent, (await router.NextReceiptAsync()).MessageStatus);

        Assert.Equal(120, trunk.Calls.Select(call => call.CallId).Distinct().Count());
        Assert.Equal(120, trunk.Calls.Count);
        Assert.InRange(trunk.MostAtOnce, 1, 3);
        Assert.Equal(1, trunk.MostToOneDestination);
        await rig.UntilIdleAsync();
    }

    [Fact]
    public async Task Messages_are_called_in_order_of_arrival()
    {
        var trunk = new FakeTrunk { MaxChannels = 1 };
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router);
        foreach (var id in new[] { "z", "a", "m", "b" })
            await rig.ExchangeAsync(ResourceRig.Delivery(id));
        for (var i = 0; i < 4; i++)
            await router.NextReceiptAsync();
        Assert.Equal(["z", "a", "m", "b"], trunk.Calls.Select(call => call.CallId));
    }

    [Fact]
    public async Task Paused_resource_begins_no_call_and_a_draining_one_calls_what_it_has()
    {
        var held = new TaskCompletionSource();
        var trunk = new FakeTrunk { MaxChannels = 1, FarEnd = async (c, o, t) => { await held.Task.WaitAsync(t); return await FakeTrunk.TakesEveryPage(c, o, t); } };
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router);
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        await rig.ExchangeAsync(ResourceRig.Delivery("M-2"));
        await Patience.UntilAsync(() => rig.Server.Snapshot().Process > 0);
        rig.Server.Mode = ResourceMode.Paused;
        held.SetResult();
        Assert.Equal("M-1", (await router.NextReceiptAsync()).MessageId);
        Assert.Equal(503, (await rig.ExchangeAsync(ResourceRig.Delivery("M-3"))).Code);
        Assert.Single(trunk.Calls);
        Assert.Equal(1, rig.Server.Snapshot().Inbox);

        rig.Server.Mode = ResourceMode.Draining;
        Assert.Equal("M-2", (await router.NextReceiptAsync()).MessageId);
        Assert.Equal(503, (await rig.ExchangeAsync(ResourceRig.Delivery("M-3"))).Code);
    }

    [Fact]
    public async Task Message_that_waited_too_long_expires_without_a_call()
    {
        var clock = new WatchedTime(new DateTimeOffset(2026, 11, 23, 13, 0, 0, TimeSpan.Zero));
        var held = new TaskCompletionSource();
        var trunk = new FakeTrunk { FarEnd = async (c, o, t) => { await held.Task.WaitAsync(t); return await FakeTrunk.TakesEveryPage(c, o, t); } };
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router, time: clock, change: o => o with { ReceiptTimeout = TimeSpan.FromDays(1) });
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1", expiry: TimeSpan.FromMinutes(10)));
        await Patience.UntilAsync(() => rig.Server.Snapshot().Process > 0);
        // The same destination is busy with M-1, so the resource sleeps until this one's time is over.
        await rig.ExchangeAsync(ResourceRig.Delivery("M-2", expiry: TimeSpan.FromMinutes(10), firstPage: 3));
        clock.Advance(await clock.TimerSetAsync(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11)));
        var expired = await router.NextReceiptAsync();
        Assert.Equal(("M-2", MessageStatus.Failed), (expired.MessageId, expired.MessageStatus!.Value));
        // Two pages were delivered by an earlier attempt.
        Assert.Equal(2, expired.MessageLength);
        Assert.Contains("X-Trunkline-Outcome: expired\r\n", System.Text.Encoding.UTF8.GetString(expired.Message.Span), StringComparison.Ordinal);
        Assert.Contains("X-Trunkline-Call-Placed: false\r\n", System.Text.Encoding.UTF8.GetString(expired.Message.Span), StringComparison.Ordinal);
        held.SetResult();
        Assert.Equal("M-1", (await router.NextReceiptAsync()).MessageId);
        Assert.Single(trunk.Calls);
    }

    [Theory]
    [InlineData(CallOutcome.Busy, MessageStatus.Deferred)]
    [InlineData(CallOutcome.TrunkDown, MessageStatus.Deferred)]
    [InlineData(CallOutcome.NotInService, MessageStatus.Failed)]
    [InlineData(CallOutcome.Refused, MessageStatus.Failed)]
    [InlineData(CallOutcome.Uncertain, MessageStatus.Uncertain)]
    public async Task Outcome_becomes_the_status_of_the_receipt(CallOutcome outcome, MessageStatus status)
    {
        var trunk = new FakeTrunk { FarEnd = (_, observer, token) => FakeTrunk.Ends(outcome, observer, token) };
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router);
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        var receipt = await router.NextReceiptAsync();
        Assert.Equal(status, receipt.MessageStatus);
        Assert.Null(receipt.MessageSentTimeStamp);
        Assert.Contains("486 Busy Here", System.Text.Encoding.UTF8.GetString(receipt.Message.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delivery_without_a_document_fails_without_a_call()
    {
        var trunk = new FakeTrunk();
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router);
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1") with { Message = "X-Trunkline-Pages: 1\r\nContent-Type: text/plain\r\n\r\nHello\r\n"u8.ToArray() });
        await rig.ExchangeAsync(ResourceRig.Delivery("M-2", pages: 2, firstPage: 3));
        await rig.ExchangeAsync(ResourceRig.Delivery("M-3") with { Message = default });
        for (var i = 0; i < 3; i++)
        {
            var receipt = await router.NextReceiptAsync();
            Assert.Equal(MessageStatus.Failed, receipt.MessageStatus);
            Assert.Contains("bad-document", System.Text.Encoding.UTF8.GetString(receipt.Message.Span), StringComparison.Ordinal);
        }
        Assert.Empty(trunk.Calls);
    }

    [Fact]
    public async Task Channel_is_idle_again_before_the_receipt_can_leave()
    {
        await using var router = await FakeRouter.StartAsync();
        var channels = new Dictionary<string, string>();
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router, before: server => server.BeforeStep = step =>
        {
            lock (channels)
                channels[step] = server.Snapshot().Channels;
        });
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        Assert.Equal("0000", (await router.NextReceiptAsync()).ResourceChannelStatus);
        Assert.Equal(("1000", "0000"), (channels["journal ended"], channels["outbox"]));
    }

    [Fact]
    public async Task Receipt_is_sent_again_until_the_same_id_and_status_come_back()
    {
        var answers = new Queue<Func<ResourceMessage, (int, byte[])>>(
        [
            _ => (500, "no\n"u8.ToArray()),
            _ => (200, "garbage"u8.ToArray()),
            receipt => (200, ResourceMessageFormat.Write(receipt with { MessageStatus = MessageStatus.Acknowledged, IsAttached = false })),
            receipt => (200, ResourceMessageFormat.Write(receipt with { MessageId = "other", IsAttached = false })),
            FakeRouter.Acknowledge,
        ]);
        await using var router = await FakeRouter.StartAsync();
        router.Answer = receipt => answers.Dequeue()(receipt);
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router);
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        for (var i = 0; i < 5; i++)
            Assert.Equal("M-1", (await router.NextReceiptAsync()).MessageId);
        await rig.UntilForgottenAsync();
        Assert.Empty(answers);
        Assert.False(router.HasMoreReceipts);
    }

    [Fact]
    public async Task Receipt_that_the_router_refuses_does_not_hold_up_the_others()
    {
        await using var router = await FakeRouter.StartAsync();
        router.Answer = receipt => receipt.MessageId == "M-1" ? (400, "never\n"u8.ToArray()) : FakeRouter.Acknowledge(receipt);
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router, change: o => o with { ReceiptConnections = 1 });
        foreach (var id in new[] { "M-1", "M-2", "M-3" })
            await rig.ExchangeAsync(ResourceRig.Delivery(id));
        await Patience.UntilAsync(() => rig.Server.Snapshot() is { Inbox: 0, Process: 0, Outbox: 1 });
        Assert.Equal(MessageStatus.Sent, (await rig.ExchangeAsync(ResourceRig.Enquiry("M-1"))).Message!.MessageStatus);
        Assert.Single(Directory.GetFiles(Path.Combine(rig.Directory, "Outbox"), "*_M-1.msg"));
    }

    [Fact]
    public async Task Receipt_waits_in_outbox_for_a_router_that_is_away()
    {
        var directory = ResourceRig.NewDirectory();
        var trunk = new FakeTrunk();
        var away = await FakeRouter.StartAsync();
        await using (var rig = await ResourceRig.StartAsync(trunk, away, directory))
        {
            await away.DisposeAsync();
            await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
            await Patience.UntilAsync(() => rig.Server.Snapshot().Outbox > 0);
        }
        await using var back = await FakeRouter.StartAsync();
        await using var again = await ResourceRig.StartAsync(trunk, back, directory);
        Assert.Equal(MessageStatus.Sent, (await back.NextReceiptAsync()).MessageStatus);
        Assert.Single(trunk.Calls);
    }

    [Fact]
    public void Finished_messages_are_forgotten_after_their_time()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 13, 0, 0, TimeSpan.Zero));
        var directory = ResourceRig.NewDirectory();
        using var done = new Trunkline.Resource.Spool.DoneLog(directory, TimeSpan.FromDays(30), clock);
        done.Add("old", MessageStatus.Sent);
        clock.Advance(TimeSpan.FromDays(30));
        done.Add("young", MessageStatus.Failed);
        Assert.True(done.TryGet("old", out _));
        clock.Advance(TimeSpan.FromDays(1));
        done.Add("new", MessageStatus.Sent);
        Assert.False(done.TryGet("old", out _));
        Assert.True(done.TryGet("young", out _));
        Assert.Equal(2, Directory.GetFiles(directory).Length);
    }
}
