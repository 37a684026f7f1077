namespace Trunkline.Telephony.Media;

/// <summary>
/// Time that runs a number of times as fast as the one below it, clocks and timers alike: the signalling's half of a fast
/// <see cref="MediaClock"/>.
/// </summary>
public sealed class ScaledTimeProvider : TimeProvider
{
    private readonly TimeProvider _inner;
    private readonly DateTimeOffset _startTime;
    private readonly long _startStamp;

    /// <param name="speed">Seconds of ours in a second of <paramref name="inner"/>; above 0.</param>
    /// <param name="inner">The time below; the system's by default.</param>
    public ScaledTimeProvider(double speed, TimeProvider? inner = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(speed, 0);
        Speed = speed;
        _inner = inner ?? System;
        _startTime = _inner.GetUtcNow();
        _startStamp = _inner.GetTimestamp();
    }

    /// <summary>Seconds of ours in a second of the time below.</summary>
    public double Speed { get; }

    /// <inheritdoc/>
    public override long TimestampFrequency => _inner.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _inner.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _startTime + GetElapsedTime(_startStamp);

    /// <inheritdoc/>
    public override long GetTimestamp() => _startStamp + (long)((_inner.GetTimestamp() - _startStamp) * Speed);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(_inner.CreateTimer(callback, state, Scale(dueTime), Scale(period)), this);

    private TimeSpan Scale(TimeSpan time) => time == Timeout.InfiniteTimeSpan || time == TimeSpan.Zero
        ? time
        : TimeSpan.FromMilliseconds(Math.Max(1, time.TotalMilliseconds / Speed));

    private sealed class Timer(ITimer inner, ScaledTimeProvider time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(time.Scale(dueTime), time.Scale(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
