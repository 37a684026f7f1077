using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Trunkline.Tests;

/// <summary>A clock that a test turns, and that tells when a timer was set: what another thread waits for is not raced.</summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _set = Channel.CreateUnbounded<TimeSpan>();

    public WatchedTime()
    {
    }

    public WatchedTime(DateTimeOffset start)
        : base(start)
    {
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Note(dueTime);
        return new WatchedTimer(timer, this);
    }

    /// <summary>The next timer that is due after at least <paramref name="least"/> and at most <paramref name="most"/>.</summary>
    public async Task<TimeSpan> TimerSetAsync(TimeSpan least, TimeSpan most)
    {
        while (true)
        {
            var due = await _set.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);
            if (due >= least && due <= most)
                return due;
        }
    }

    /// <summary>Waits until a timer of exactly this time is set, and lets it end.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        await TimerSetAsync(time, time);
        Advance(time);
    }

    /// <summary>Lets every wait of at most <paramref name="limit"/> pass, at once, until the task is done. Longer waits last for ever.</summary>
    public async Task PassAsync(TimeSpan limit, Task done)
    {
        while (!done.IsCompleted)
        {
            if (await Task.WhenAny(done, _set.Reader.WaitToReadAsync().AsTask()) == done)
                return;
            if (_set.Reader.TryRead(out var wait) && wait <= limit)
                Advance(wait);
        }
    }

    private void Note(TimeSpan dueTime)
    {
        if (dueTime >= TimeSpan.Zero)
            _set.Writer.TryWrite(dueTime);
    }

    private sealed class WatchedTimer(ITimer timer, WatchedTime clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            clock.Note(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
