using Microsoft.Extensions.Time.Testing;
using Trunkline.Gateway.Queue;

namespace Trunkline.Unit.Tests.Gateway;

public class QueueSignalsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly QueueSignals _signals;

    public QueueSignalsTests() => _signals = new QueueSignals(_clock);

    [Fact]
    public async Task A_ring_before_the_wait_is_not_lost()
    {
        _signals.Wake(Lane.Fax);
        await _signals.WaitAsync(Lane.Fax, TimeSpan.FromHours(1), CancellationToken.None);
    }

    [Fact]
    public async Task A_ring_wakes_who_waits()
    {
        var waiting = _signals.WaitAsync(Lane.Fax, TimeSpan.FromHours(1), CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        _signals.Wake(Lane.Fax);
        await waiting;
    }

    [Fact]
    public async Task Many_rings_are_one()
    {
        for (var n = 0; n < 10; n++)
            _signals.Wake(Lane.Fax);
        await _signals.WaitAsync(Lane.Fax, TimeSpan.FromHours(1), CancellationToken.None);
        Assert.False(_signals.WaitAsync(Lane.Fax, TimeSpan.FromHours(1), CancellationToken.None).IsCompleted);
    }

    [Fact]
    public void Each_lane_and_each_kind_of_mail_has_a_bell_of_its_own()
    {
        foreach (var lane in Enum.GetValues<Lane>())
            _signals.Wake(lane);
        Assert.False(_signals.WaitForKeeperAsync(TimeSpan.FromHours(1), CancellationToken.None).IsCompleted);
        Assert.False(_signals.WaitForReceiptsAsync(TimeSpan.FromHours(1), CancellationToken.None).IsCompleted);
        _signals.WakeMail();
        Assert.True(_signals.WaitForMailAsync(true, TimeSpan.FromHours(1), CancellationToken.None).IsCompleted);
        Assert.True(_signals.WaitForMailAsync(false, TimeSpan.FromHours(1), CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task Without_a_ring_the_wait_ends_when_its_time_is_over()
    {
        var waiting = _signals.WaitAsync(Lane.Ask, TimeSpan.FromSeconds(2), CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await waiting;
        await _signals.WaitAsync(Lane.Ask, TimeSpan.Zero, CancellationToken.None);
    }

    [Fact]
    public async Task Being_told_to_stop_ends_the_wait()
    {
        using var stopping = new CancellationTokenSource();
        var waiting = _signals.WaitAsync(Lane.Fax, TimeSpan.FromHours(1), stopping.Token);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
