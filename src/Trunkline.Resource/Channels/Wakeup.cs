using System.Threading.Channels;

namespace Trunkline.Resource.Channels;

/// <summary>Wakes one loop, by a signal or at a time; signals that come together are one.</summary>
internal sealed class Wakeup(TimeProvider time)
{
    // Timers end at 49 days; a loop that looks once a day needs no longer one.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Signal() => _signal.Writer.TryWrite(true);

    /// <summary>Returns at the next signal or at <paramref name="at"/>, whichever is first; a signal given before counts.</summary>
    public async Task WaitAsync(DateTimeOffset? at, CancellationToken cancellationToken)
    {
        var due = (at ?? DateTimeOffset.MaxValue) - time.GetUtcNow();
        due = due < TimeSpan.Zero ? TimeSpan.Zero : due > Longest ? Longest : due;
        await using var timer = time.CreateTimer(static wakeup => ((Wakeup)wakeup!).Signal(), this, due, Timeout.InfiniteTimeSpan);
        await _signal.Reader.ReadAsync(cancellationToken);
    }
}
