using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Unit.Tests.Gateway.Routing;

namespace Trunkline.Unit.Tests.Gateway;

public class PreparerTests : IAsyncLifetime
{
    private readonly GatewayRig _rig = new();
    private readonly LockedNowAndThen _queue;
    private readonly Preparer _preparer;

    public PreparerTests()
    {
        _queue = new LockedNowAndThen(_rig.Queue);
        _preparer = new Preparer(_queue, _rig.Preparing, _rig.Press, _rig.Covers, _rig.Billing, _rig.Customers, _rig.Gate, new UnpagedPress(_rig.Preparing, Options.Create(_rig.Options)), _rig.Signals, _rig.Loops, _rig.Clock, Options.Create(_rig.Options),
            NullLogger<Preparer>.Instance);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _preparer.StopAsync(CancellationToken.None);
        _preparer.Dispose();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task A_mail_becomes_pages_and_waits_for_its_resource()
    {
        var id = await AcceptAsync();
        await _preparer.StartAsync(CancellationToken.None);
        await _rig.UntilStatusAsync(id, MessageStatus.Ready);
        var ready = Assert.Single(await _rig.Queue.ClaimAsync(Lane.Fax, _rig.Clock.GetUtcNow(), TimeSpan.FromMinutes(1), 10, default));
        Assert.Equal(1, ready.Pages);
        Assert.True(File.Exists(_rig.Press.PathOf(ready.DocumentKey!)));
    }

    [Fact]
    public async Task A_store_that_is_locked_for_a_while_ends_no_worker()
    {
        _queue.Faults = 4;
        var id = await AcceptAsync();
        await _preparer.StartAsync(CancellationToken.None);
        await _rig.UntilStatusAsync(id, MessageStatus.Ready, TimeSpan.FromSeconds(1));
        Assert.False(_preparer.ExecuteTask!.IsCompleted);
        Assert.Contains("preparing of pages", _rig.Loops.Failing);
    }

    [Fact]
    public async Task What_has_expired_is_not_prepared()
    {
        var id = await AcceptAsync();
        _rig.Clock.Advance(_rig.Options.Expiry);
        await _preparer.StartAsync(CancellationToken.None);
        await _rig.UntilStatusAsync(id, MessageStatus.Expired);
        Assert.Single(await _rig.Receipts.DueAsync(10, default));
    }

    [Fact]
    public async Task What_a_limit_on_spending_refuses_again_and_again_is_reported()
    {
        await _rig.CustomerRows.AddAsync(GatewayRig.Alice with { BillType = BillType.Postpaid, Limits = new CustomerLimits { DaySpend = new Money(10_000, "USD") } }, null, CancellationToken.None);
        await _rig.Customers.ReloadAsync(CancellationToken.None);
        await _rig.PerPageAsync(RateFiles.Price("standard"), ("1202", 70));
        await _preparer.StartAsync(CancellationToken.None);
        for (var i = 1; i <= _rig.Options.Fraud.AlarmAfter; i++)
        {
            Assert.Equal(0, _rig.Alarms.Count(6800));
            await _rig.UntilStatusAsync(await AcceptAsync(), MessageStatus.Failed);
        }
        await _rig.UntilAsync(() => _rig.Alarms.Count(6800) == 1);
        Assert.Contains("may spend $0.01 a day", Assert.Single(_rig.Alarms.Lines).Text, StringComparison.Ordinal);
    }

    private async Task<MessageId> AcceptAsync()
    {
        var submission = _rig.Submission("+12025550101");
        await _rig.Intake.AcceptAsync(submission, CancellationToken.None);
        return submission.Messages[0].Id;
    }

    private sealed class LockedNowAndThen(IQueueStore queue) : IQueueStore
    {
        private int _faults;

        public int Faults { set => _faults = value; }

        public Task<IReadOnlyList<QueuedMessage>> ClaimAsync(Lane lane, DateTimeOffset now, TimeSpan lease, int max, CancellationToken cancellationToken) =>
            Interlocked.Decrement(ref _faults) >= 0 ? throw new IOException("database is locked") : queue.ClaimAsync(lane, now, lease, max, cancellationToken);

        public Task<(IReadOnlySet<Lane> Lanes, DateTimeOffset? NextDue)> PromoteAsync(DateTimeOffset now, int max, CancellationToken cancellationToken) =>
            queue.PromoteAsync(now, max, cancellationToken);

        public Task<int> ReclaimAsync(DateTimeOffset now, bool ofThisNode, CancellationToken cancellationToken) =>
            queue.ReclaimAsync(now, ofThisNode, cancellationToken);

        public Task ReleaseAsync(QueuedMessage message, DateTimeOffset due, CancellationToken cancellationToken) =>
            queue.ReleaseAsync(message, due, cancellationToken);

        public Task PostponeAsync(QueuedMessage message, DateTimeOffset due, string cause, DateTimeOffset now, CancellationToken cancellationToken) =>
            queue.PostponeAsync(message, due, cause, now, cancellationToken);

        public Task<int> ExpireAsync(DateTimeOffset now, int max, CancellationToken cancellationToken) => queue.ExpireAsync(now, max, cancellationToken);

        public Task<bool> EndAsync(
            QueuedMessage message, MessageStatus status, CallOutcome outcome, string cause, DateTimeOffset now, CancellationToken cancellationToken) =>
            queue.EndAsync(message, status, outcome, cause, now, cancellationToken);
    }
}
