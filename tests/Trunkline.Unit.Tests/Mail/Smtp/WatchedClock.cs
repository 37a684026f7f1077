using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Trunkline.Unit.Tests.Mail.Smtp;

/// <summary>A clock that stands still until somebody waits for it, and tells for how long they wait.</summary>
internal sealed class WatchedClock : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Note(dueTime);
        return new WatchedTimer(timer, this);
    }

    /// <summary>Lets every wait of at most <paramref name="limit"/> pass, at once, until the task is done. Longer waits last for ever.</summary>
    public async Task PassAsync(TimeSpan limit, Task done)
    {
        while (!done.IsCompleted)
        {
            if (await Task.WhenAny(done, _waits.Reader.WaitToReadAsync().AsTask()) == done)
                return;
            if (_waits.Reader.TryRead(out var wait) && wait <= limit)
                Advance(wait);
        }
    }

    private void Note(TimeSpan dueTime)
    {
        if (dueTime >= TimeSpan.Zero)
            _waits.Writer.TryWrite(dueTime);
    }

    private sealed class WatchedTimer(ITimer timer, WatchedClock clock) : ITimer
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
