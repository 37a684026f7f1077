using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Core;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Receipts;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>Mail that waits to leave, with a store in memory whose faults the test chooses.</summary>
public class MailCarrierTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly QueueSignals _signals;
    private readonly MailShelf _store = new();
    private readonly MailCarrier _carrier;
    private readonly Scripted _out = new();

    public MailCarrierTests()
    {
        _signals = new QueueSignals(_clock);
        _carrier = new MailCarrier(_store, _out, _signals, new WorkLoops(_clock, NullLogger<WorkLoops>.Instance), _clock, NullLogger<MailCarrier>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _carrier.StopAsync(CancellationToken.None);
        _carrier.Dispose();
    }

    [Fact]
    public async Task A_mail_that_was_delivered_has_left()
    {
        Add(1);
        await _carrier.StartAsync(CancellationToken.None);
        await UntilAsync(() => _store.Left.Count == 1);
        Assert.Equal((1L, null), _store.Left.Single());
    }

    [Fact]
    public async Task A_mail_that_is_put_off_waits_longer_each_time()
    {
        Add(1);
        _out.Answer = _ => Task.FromResult<MailOutResult>(new MailOutResult.Deferred("421 not now"));
        await _carrier.StartAsync(CancellationToken.None);
        int[] pauses = [30, 120, 600, 1800, 7200, 7200];
        for (var n = 0; n < pauses.Length; n++)
        {
            await UntilAsync(() => _store.Deferred.Count == n + 1);
            Assert.Equal(_clock.GetUtcNow().AddSeconds(pauses[n]), _store.Deferred.Last().Due);
            _clock.Advance(TimeSpan.FromSeconds(pauses[n]));
            _signals.WakeMail();
        }
        Assert.Empty(_store.Left);
    }

    [Fact]
    public async Task A_mail_that_was_refused_for_good_is_not_tried_again()
    {
        Add(1);
        _out.Answer = _ => Task.FromResult<MailOutResult>(new MailOutResult.Failed("550 nobody"));
        await _carrier.StartAsync(CancellationToken.None);
        await UntilAsync(() => _store.Left.Count == 1);
        Assert.Equal((1L, "550 nobody"), _store.Left.Single());
        Assert.Equal(1, _out.Sent(1));
    }

    [Fact]
    public async Task A_mail_that_nobody_takes_for_five_days_is_given_up()
    {
        Add(1, created: _clock.GetUtcNow() - TimeSpan.FromDays(5));
        _out.Answer = _ => Task.FromResult<MailOutResult>(new MailOutResult.Deferred("421 not now"));
        await _carrier.StartAsync(CancellationToken.None);
        await UntilAsync(() => _store.Left.Count == 1);
        Assert.Contains("5 days", _store.Left.Single().Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_one_mail_is_a_reason_to_wait_for_it_alone()
    {
        Add(1);
        Add(2);
        _out.Answer = mail => mail.Id.Value == 1 ? throw new IOException("no space left") : Task.FromResult<MailOutResult>(new MailOutResult.Delivered(""));
        await _carrier.StartAsync(CancellationToken.None);
        await UntilAsync(() => _store.Left.Count == 1 && _store.Deferred.Count == 1);
        Assert.Equal((2L, "no space left"), (_store.Left.Single().Id, _store.Deferred.Single().Reason));
    }

    [Fact]
    public async Task Slow_servers_far_away_keep_no_local_mail()
    {
        for (var n = 1; n <= 20; n++)
            Add(n);
        Add(100, "bob@localhost");
        _out.Answer = mail => mail.Recipient.EndsWith("@localhost", StringComparison.Ordinal)
            ? Task.FromResult<MailOutResult>(new MailOutResult.Delivered(""))
            : _out.NeverAsync();
        await _carrier.StartAsync(CancellationToken.None);
        await UntilAsync(() => _store.Left.Count == 1 && _out.Begun.Count == 9);
        Assert.Equal(100, _store.Left.Single().Id);
    }

    [Fact]
    public async Task What_the_other_side_took_is_written_down_even_at_a_stop()
    {
        Add(1);
        var taken = new TaskCompletionSource<MailOutResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _out.Answer = _ => taken.Task;
        await _carrier.StartAsync(CancellationToken.None);
        await UntilAsync(() => _out.Begun.Count == 1);
        var stopped = _carrier.StopAsync(CancellationToken.None);
        taken.SetResult(new MailOutResult.Delivered("250"));
        await stopped;
        Assert.Equal(1, _store.Left.Single().Id);
    }

    [Fact]
    public async Task A_mail_is_not_sent_again_while_the_store_cannot_write_that_it_has_left()
    {
        Add(1);
        _store.FailWrites = 5;
        await _carrier.StartAsync(CancellationToken.None);
        await UntilAsync(() => _store.Left.Count == 1, TimeSpan.FromSeconds(1));
        Assert.Equal(1, _out.Sent(1));
    }

    [Fact]
    public async Task A_ring_that_comes_while_the_store_is_read_is_heard()
    {
        Add(1);
        var taken = new TaskCompletionSource<MailOutResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _out.Answer = mail => mail.Id.Value == 1 ? taken.Task : Task.FromResult<MailOutResult>(new MailOutResult.Delivered(""));
        await _carrier.StartAsync(CancellationToken.None);
        await UntilAsync(() => _store.Reads >= 2 && _out.Begun.Count == 1);
        // The second mail appears just after the read that follows the first one's end, and the bell rings before that read has returned.
        _store.AfterRead = async () =>
        {
            _store.AfterRead = null;
            Add(2);
            _signals.WakeMail();
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        };
        taken.SetResult(new MailOutResult.Delivered(""));
        await UntilAsync(() => _store.Left.Count == 2);
    }

    private void Add(long id, string recipient = "alice@example.org", DateTimeOffset? created = null) => _store.Add(
        new WaitingMail(new MessageId(id), null, "", recipient, [], created ?? _clock.GetUtcNow(), 0), _clock.GetUtcNow());

    private Task UntilAsync(Func<bool> happened, TimeSpan? step = null, [CallerArgumentExpression(nameof(happened))] string what = "") =>
        Patience.UntilAsync(happened, step is { } s ? () => _clock.Advance(s) : null, what);

    private sealed class Scripted : IMailOut
    {
        public ConcurrentQueue<long> Begun { get; } = new();

        public Func<WaitingMail, Task<MailOutResult>> Answer { get; set; } = _ => Task.FromResult<MailOutResult>(new MailOutResult.Delivered(""));

        private CancellationToken _stopping;

        public int Sent(long id) => Begun.Count(b => b == id);

        public async Task<MailOutResult> NeverAsync()
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stopping);
            return new MailOutResult.Deferred("never");
        }

        public async Task<MailOutResult> DeliverAsync(WaitingMail mail, CancellationToken cancellationToken)
        {
            _stopping = cancellationToken;
            Begun.Enqueue(mail.Id.Value);
            return await Answer(mail);
        }
    }
}
