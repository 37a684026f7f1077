using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Routing;
using Trunkline.Gateway.Settling;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>The dispatcher with a real store and resources on real web servers: a call once placed is never placed again.</summary>
public class DispatcherTests : IAsyncLifetime
{
    private const string Alice = "+12025550101";
    private readonly GatewayRig _rig = new();
    private ScriptedResource _resource = null!;

    public async ValueTask InitializeAsync()
    {
        _resource = await ScriptedResource.StartAsync();
        await _rig.AddResourceAsync(_resource.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _resource.DisposeAsync();
    }

    [Fact]
    public async Task A_ready_message_is_sent_once_and_acknowledged()
    {
        await _rig.StartAsync();
        var id = (await _rig.SubmitAsync(2, Alice))[0];
        await _rig.UntilStatusAsync(id, MessageStatus.Acknowledged);

        var sent = Assert.Single(_resource.Deliveries);
        Assert.Equal(($"{id}-1", Alice, GatewayRig.RouterPassword, true), (sent.MessageId, sent.MessageDestination, sent.Password, sent.IsAttached));
        Assert.Equal(1, _rig.Resources.Find(1)!.Open);
        Assert.IsType<ReceiptAnswer.Acknowledged>(
            await _rig.Desk.ReceiveAsync(GatewayRig.Receipt(sent.MessageId, MessageStatus.Sent, 2), default));
        Assert.Equal(0, _rig.Resources.Find(1)!.Open);
    }

    [Fact]
    public async Task In_doubt_the_same_resource_is_asked_and_nothing_is_sent_again()
    {
        await using var other = await ScriptedResource.StartAsync();
        _resource.Channels = 8;
        _resource.OnDelivery = ScriptedResource.HangUpAsync;
        _resource.OnEnquiry = ScriptedResource.HangUpAsync;
        await _rig.AddResourceAsync(other.Address, "fax2", 2);
        await _rig.StartAsync();
        await _rig.UntilAsync(() => _rig.Resources.Find(1)!.Channels == 8);
        var id = (await _rig.SubmitAsync(1, Alice))[0];
        await _rig.UntilAsync(() => _resource.Enquiries.Count >= 3, TimeSpan.FromSeconds(1));

        Assert.Equal($"{id}-1", Assert.Single(_resource.Deliveries).MessageId);
        Assert.All(_resource.Enquiries, e => Assert.Equal(($"{id}-1", null, false), (e.MessageId, e.MessageStatus, e.IsAttached)));
        Assert.Empty(other.Deliveries);
        Assert.Equal((MessageStatus.Exchanged, 1), ((await _rig.StateAsync(id)).Status, _rig.Resources.Find(1)!.Open));
    }

    [Fact]
    public async Task What_the_resource_never_saw_is_sent_anew_under_a_new_number()
    {
        _resource.OnDelivery = ScriptedResource.HangUpAsync;
        _resource.OnEnquiry = (message, context) =>
        {
            _resource.OnDelivery = (m, c) => _resource.AnswerAsync(c, m, MessageStatus.Acknowledged);
            return _resource.AnswerAsync(context, message, null);
        };
        await _rig.StartAsync();
        var id = (await _rig.SubmitAsync(1, Alice))[0];
        await _rig.UntilStatusAsync(id, MessageStatus.Acknowledged, TimeSpan.FromSeconds(1));

        Assert.Equal([$"{id}-1", $"{id}-2"], _resource.Deliveries.Select(d => d.MessageId));
        Assert.Equal($"{id}-1", Assert.Single(_resource.Enquiries).MessageId);
        Assert.Equal(1, _rig.Resources.Find(1)!.Open);
    }

    [Fact]
    public async Task What_the_resource_has_is_acknowledged_when_it_is_asked()
    {
        _resource.OnDelivery = ScriptedResource.HangUpAsync;
        await _rig.StartAsync();
        var id = (await _rig.SubmitAsync(1, Alice))[0];
        await _rig.UntilStatusAsync(id, MessageStatus.Acknowledged, TimeSpan.FromSeconds(1));

        Assert.Single(_resource.Deliveries);
        Assert.Equal(1, _rig.Resources.Find(1)!.Open);
    }

    [Fact]
    public async Task What_one_resource_refuses_for_now_another_may_take()
    {
        await using var other = await ScriptedResource.StartAsync();
        _resource.Channels = 8;
        _resource.OnDelivery = (message, context) =>
        {
            // Known before the message is due again, whenever the next probe is answered.
            _resource.IsActive = false;
            _rig.Resources.Find(1)!.Heard(new ResourceMessage { IsResourceActive = false }, _rig.Clock.GetUtcNow());
            return ScriptedResource.Refuse(503)(message, context);
        };
        await _rig.AddResourceAsync(other.Address, "fax2", 2);
        await _rig.StartAsync();
        await _rig.UntilAsync(() => _rig.Resources.Find(1)!.Channels == 8 && _rig.Resources.Find(2)!.Channels == 4);
        var id = (await _rig.SubmitAsync(1, Alice))[0];
        await _rig.UntilStatusAsync(id, MessageStatus.Acknowledged, TimeSpan.FromSeconds(1));

        Assert.Equal($"{id}-1", Assert.Single(_resource.Deliveries).MessageId);
        Assert.Equal($"{id}-2", Assert.Single(other.Deliveries).MessageId);
        Assert.Empty(_resource.Enquiries);
        Assert.Equal((0, 1), (_rig.Resources.Find(1)!.Open, _rig.Resources.Find(2)!.Open));
    }

    [Fact]
    public async Task A_resource_gets_no_more_than_it_has_channels()
    {
        _resource.Channels = 2;
        await _rig.StartAsync();
        string[] numbers = [.. Enumerable.Range(0, 10).Select(n => $"+1202555010{n}")];
        await _rig.SubmitAsync(1, numbers);

        for (var settled = 0; settled < 10; settled++)
        {
            await _rig.UntilAsync(() => _resource.Deliveries.Count == Math.Min(settled + 2, 10), TimeSpan.FromSeconds(1));
            Assert.InRange(_rig.Resources.Find(1)!.Open, 1, 2);
            var delivered = _resource.Deliveries.ElementAt(settled).MessageId;
            Assert.IsType<ReceiptAnswer.Acknowledged>(
                await _rig.Desk.ReceiveAsync(GatewayRig.Receipt(delivered, MessageStatus.Sent, 1), default));
        }
        Assert.Equal(10, _resource.Deliveries.Select(d => d.MessageDestination).Distinct().Count());
        Assert.Equal(0, _rig.Resources.Find(1)!.Open);
    }

    [Fact]
    public async Task A_number_is_called_once_at_a_time()
    {
        await _rig.StartAsync();
        var first = (await _rig.SubmitAsync(1, Alice))[0];
        var second = (await _rig.SubmitAsync(1, Alice))[0];
        var elsewhere = (await _rig.SubmitAsync(1, "+12025550199"))[0];
        await _rig.UntilStatusAsync(elsewhere, MessageStatus.Acknowledged);
        await _rig.UntilStatusAsync(first, MessageStatus.Acknowledged);
        await _rig.UntilAsync(async () => await _rig.Database.ReadAsync(s => s.Number("SELECT count(*) FROM waiting"), default) == 1);
        Assert.Equal(2, _resource.Deliveries.Count);
        // The channel that the second was to have is given back once the store has said that it must wait.
        await _rig.UntilAsync(() => _rig.Resources.Find(1)!.Open == 2);

        await _rig.Desk.ReceiveAsync(GatewayRig.Receipt($"{first}-1", MessageStatus.Sent, 1), default);
        await _rig.UntilStatusAsync(second, MessageStatus.Acknowledged);
        Assert.Equal(3, _resource.Deliveries.Count);
    }

    [Theory]
    [InlineData(10, 120)]
    [InlineData(1, 0)]
    public async Task Silence_is_called_uncertain_only_long_after_the_time_has_run_out_and_after_ten_enquiries(int expiryMinutes, int askForMinutes)
    {
        _rig.Options.Expiry = TimeSpan.FromMinutes(expiryMinutes);
        _rig.Options.AskFor = TimeSpan.FromMinutes(askForMinutes);
        _resource.OnDelivery = ScriptedResource.HangUpAsync;
        _resource.OnEnquiry = ScriptedResource.HangUpAsync;
        await _rig.StartAsync();
        var begun = _rig.Clock.GetUtcNow();
        var id = (await _rig.SubmitAsync(1, Alice))[0];
        await _rig.UntilStatusAsync(id, MessageStatus.Uncertain, TimeSpan.FromSeconds(10));

        Assert.True(_resource.Enquiries.Count >= 10, $"It was asked {_resource.Enquiries.Count} times.");
        Assert.True(_rig.Clock.GetUtcNow() > begun + TimeSpan.FromMinutes(expiryMinutes + askForMinutes));
        Assert.Single(_resource.Deliveries);
        await _rig.UntilAsync(() => _rig.Resources.Find(1)!.Open == 0);
        Assert.Single(await _rig.Receipts.DueAsync(10, default));
    }

    [Fact]
    public async Task A_channel_counts_as_taken_until_the_store_has_written_that_it_is_free()
    {
        await using var rig = new GatewayRig(wrap: store => new FullDisk(store));
        await rig.AddResourceAsync(_resource.Address);
        _resource.OnDelivery = (message, context) =>
        {
            // It takes nothing any more; otherwise the message would be on its way there again as soon as the channel is free.
            _resource.IsActive = false;
            return ScriptedResource.Refuse(503)(message, context);
        };
        _resource.OnEnquiry = (message, context) => _resource.AnswerAsync(context, message, null);
        await rig.StartAsync();
        var id = (await rig.SubmitAsync(1, Alice))[0];
        var disk = (FullDisk)rig.Dispatch;
        await rig.UntilAsync(() => disk.Refused == 1);
        Assert.Equal((MessageStatus.Exchanged, 1), ((await rig.StateAsync(id)).Status, rig.Resources.Find(1)!.Open));
        // The claim runs out, and only then is it known that the resource never took it.
        rig.Clock.Advance(rig.Options.Lease);
        await rig.UntilAsync(() => disk.Written == 1 && rig.Resources.Find(1)!.Open == 0);
        Assert.Equal((MessageStatus.Ready, 2), ((await rig.StateAsync(id)).Status, disk.Refused));
    }

    [Fact]
    public async Task What_was_acknowledged_and_is_no_longer_known_is_uncertain_and_not_sent_again()
    {
        _resource.OnEnquiry = (message, context) => _resource.AnswerAsync(context, message, null);
        await _rig.StartAsync();
        var id = (await _rig.SubmitAsync(1, Alice))[0];
        await _rig.UntilStatusAsync(id, MessageStatus.Uncertain, TimeSpan.FromSeconds(10));

        Assert.Single(_resource.Deliveries);
        await _rig.UntilAsync(() => _rig.Resources.Find(1)!.Open == 0);
    }

    [Fact]
    public async Task Stopping_waits_until_the_store_has_what_was_under_way()
    {
        await using var rig = new GatewayRig(wrap: store => new SlowDisk(store));
        await rig.AddResourceAsync(_resource.Address);
        await rig.StartAsync();
        await rig.SubmitAsync(1, Alice);
        var disk = (SlowDisk)rig.Dispatch;
        await rig.UntilAsync(() => disk.IsAsked);
        await rig.StopAsync();
        Assert.True(disk.HasWritten);
        Assert.Empty(_resource.Deliveries);
    }

    [Fact]
    public async Task A_resource_that_cannot_be_reached_gets_nothing_until_it_is_heard_from()
    {
        await _rig.StartAsync();
        await _rig.UntilAsync(() => _rig.Resources.Find(1)!.Channels > 0);
        await _resource.DisposeAsync();
        var id = (await _rig.SubmitAsync(1, Alice))[0];
        await _rig.UntilAsync(async () => (await _rig.StateAsync(id)).Cause.StartsWith("No resource could take it", StringComparison.Ordinal));
        await _rig.UntilAsync(() => _rig.Resources.Find(1)!.Open == 0);
        Assert.Equal(MessageStatus.Ready, (await _rig.StateAsync(id)).Status);
        Assert.NotNull(_rig.Resources.Find(1)!.WhyUnavailable(_rig.Clock.GetUtcNow(), _rig.Options.ResourceSilence));
    }

    [Fact]
    public async Task Pages_that_are_gone_are_made_anew()
    {
        Directory.Delete(_rig.Options.RenderedDirectory, recursive: true);
        await _rig.StartAsync();
        var id = (await _rig.SubmitAsync(1, Alice))[0];
        await _rig.UntilStatusAsync(id, MessageStatus.Pending);
        Assert.Empty(_resource.Deliveries);
        Assert.Equal(0, _rig.Resources.Find(1)!.Open);
    }

    [Fact]
    public async Task The_next_attempt_begins_with_the_page_after_the_last_that_was_confirmed()
    {
        await _rig.StartAsync();
        var id = (await _rig.SubmitAsync(3, Alice))[0];
        await _rig.UntilStatusAsync(id, MessageStatus.Acknowledged);
        await _rig.Desk.ReceiveAsync(GatewayRig.Receipt($"{id}-1", MessageStatus.Deferred, pages: 2), default);
        await _rig.UntilAsync(() => _resource.Deliveries.Count == 2, TimeSpan.FromSeconds(1));

        Assert.Contains("X-Trunkline-First-Page: 3", System.Text.Encoding.UTF8.GetString(_resource.Deliveries.Last().Message.Span), StringComparison.Ordinal);
    }

    /// <summary>A store that cannot write, once, that a message was not taken.</summary>
    private sealed class FullDisk(IDispatchStore store) : IDispatchStore
    {
        public int Refused { get; private set; }

        public int Written { get; private set; }

        public Task<(AttemptStart Start, QueuedMessage Message)> BeginAttemptAsync(
            QueuedMessage message, ResourceModel resource, AttemptRates rates, DateTimeOffset now, CancellationToken cancellationToken) =>
            store.BeginAttemptAsync(message, resource, rates, now, cancellationToken);

        public Task<int> AcknowledgedAsync(IReadOnlyList<Acknowledgement> acknowledgements, CancellationToken cancellationToken) =>
            store.AcknowledgedAsync(acknowledgements, cancellationToken);

        public Task<bool> NoRouteAsync(QueuedMessage message, string cause, DateTimeOffset due, CancellationToken cancellationToken) =>
            store.NoRouteAsync(message, cause, due, cancellationToken);

        public Task UnprepareAsync(QueuedMessage message, CancellationToken cancellationToken) => store.UnprepareAsync(message, cancellationToken);

        public async Task<bool> NotTakenAsync(QueuedMessage message, string reason, DateTimeOffset now, DateTimeOffset due, CancellationToken cancellationToken)
        {
            if (Refused++ == 0)
                throw new IOException("no space left");
            var written = await store.NotTakenAsync(message, reason, now, due, cancellationToken);
            Written++;
            return written;
        }

        public Task AskLaterAsync(QueuedMessage message, DateTimeOffset askAt, CancellationToken cancellationToken) =>
            store.AskLaterAsync(message, askAt, cancellationToken);
    }

    /// <summary>A store that takes its time over the beginning of an attempt, and ends it only after it was told to stop.</summary>
    private sealed class SlowDisk(IDispatchStore store) : IDispatchStore
    {
        private volatile bool _isAsked;
        private volatile bool _hasWritten;

        public bool IsAsked => _isAsked;

        public bool HasWritten => _hasWritten;

        public async Task<(AttemptStart Start, QueuedMessage Message)> BeginAttemptAsync(
            QueuedMessage message, ResourceModel resource, AttemptRates rates, DateTimeOffset now, CancellationToken cancellationToken)
        {
            _isAsked = true;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Long enough for whoever does not wait to be gone; whoever waits does not mind.
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
            var begun = await store.BeginAttemptAsync(message, resource, rates, now, CancellationToken.None);
            _hasWritten = true;
            return begun;
        }

        public Task<int> AcknowledgedAsync(IReadOnlyList<Acknowledgement> acknowledgements, CancellationToken cancellationToken) =>
            store.AcknowledgedAsync(acknowledgements, cancellationToken);

        public Task<bool> NoRouteAsync(QueuedMessage message, string cause, DateTimeOffset due, CancellationToken cancellationToken) =>
            store.NoRouteAsync(message, cause, due, cancellationToken);

        public Task UnprepareAsync(QueuedMessage message, CancellationToken cancellationToken) => store.UnprepareAsync(message, cancellationToken);

        public Task<bool> NotTakenAsync(QueuedMessage message, string reason, DateTimeOffset now, DateTimeOffset due, CancellationToken cancellationToken) =>
            store.NotTakenAsync(message, reason, now, due, cancellationToken);

        public Task AskLaterAsync(QueuedMessage message, DateTimeOffset askAt, CancellationToken cancellationToken) =>
            store.AskLaterAsync(message, askAt, cancellationToken);
    }
}
