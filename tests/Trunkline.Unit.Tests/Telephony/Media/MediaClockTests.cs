using System.Collections.Concurrent;
using Trunkline.Telephony.Media;

namespace Trunkline.Unit.Tests.Telephony.Media;

public sealed class MediaClockTests
{
    [Fact]
    public async Task Legs_of_a_fast_clock_advance_in_step()
    {
        using var clock = new MediaClock(TimeProvider.System, 200);
        var order = new ConcurrentQueue<int>();
        var one = new CountingLeg(500, () => order.Enqueue(1));
        var two = new CountingLeg(500, () => order.Enqueue(2));
        clock.Add(one);
        clock.Add(two);
        await Task.WhenAll(one.Over, two.Over).WaitAsync(TimeSpan.FromMinutes(1));
        var both = order.SkipWhile((_, i) => i < 50).Take(800).ToArray();
        Assert.InRange(both.Count(n => n == 1), 380, 420);
        for (var i = 2; i < both.Length - 50; i++)
            Assert.Equal(both[i - 2], both[i]);
    }

    [Fact]
    public async Task Leg_that_throws_is_ended_and_the_others_go_on()
    {
        using var clock = new MediaClock(TimeProvider.System, 200);
        var broken = new CountingLeg(10, () => throw new InvalidOperationException("broken"));
        var sound = new CountingLeg(100, () => { });
        clock.Add(broken);
        clock.Add(sound);
        await sound.Over.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Contains("broken", await broken.Abandoned.WaitAsync(TimeSpan.FromMinutes(1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Legs_that_are_left_are_abandoned_when_the_clock_stops()
    {
        var clock = new MediaClock(TimeProvider.System);
        var leg = new CountingLeg(int.MaxValue, () => { });
        clock.Add(leg);
        clock.Dispose();
        await leg.Abandoned.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Throws<ObjectDisposedException>(() => clock.Add(leg));
    }

    [Fact]
    public async Task Scaled_time_runs_clock_and_timers_alike()
    {
        var real = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var fast = new ScaledTimeProvider(50, real);
        var from = fast.GetUtcNow();
        var stamp = fast.GetTimestamp();
        var delay = Task.Delay(TimeSpan.FromSeconds(100), fast);
        real.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(50), fast.GetUtcNow() - from);
        Assert.Equal(TimeSpan.FromSeconds(50), fast.GetElapsedTime(stamp));
        Assert.False(delay.IsCompleted);
        real.Advance(TimeSpan.FromSeconds(1));
        await delay.WaitAsync(TimeSpan.FromMinutes(1));
    }

    private sealed class CountingLeg(int ticks, Action onTick) : IMediaLeg
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<string> _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = ticks;

        public Task Over => _over.Task;

        public Task<string> Abandoned => _abandoned.Task;

        public bool Tick()
        {
            onTick();
            if (--_left > 0)
                return true;
            _over.TrySetResult();
            return false;
        }

        public void Abandon(string reason) => _abandoned.TrySetResult(reason);
    }
}
