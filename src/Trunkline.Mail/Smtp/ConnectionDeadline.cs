namespace Trunkline.Mail.Smtp;

/// <summary>
/// One timer for all waits of a connection. Moving the deadline on, which happens at every wait, costs a store; the timer finds out when it fires and
/// sleeps again for what is left.
/// </summary>
internal sealed class ConnectionDeadline : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Action _expired;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private long _due = long.MaxValue;
    private long _scheduled = long.MaxValue;

    /// <param name="time">The clock.</param>
    /// <param name="expired">Called on a timer thread, once for each deadline that passed.</param>
    public ConnectionDeadline(TimeProvider time, Action expired)
    {
        _time = time;
        _expired = expired;
        _timer = time.CreateTimer(static state => ((ConnectionDeadline)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Set(TimeSpan after)
    {
        lock (_gate)
        {
            _due = _time.GetTimestamp() + (long)(after.TotalSeconds * _time.TimestampFrequency);
            if (_due >= _scheduled)
                return;
            _scheduled = _due;
            _timer.Change(after, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Nothing is waited for: the backend is at work.</summary>
    public void Clear()
    {
        lock (_gate)
            _due = long.MaxValue;
    }

    public void Dispose() => _timer.Dispose();

    private void Fire()
    {
        lock (_gate)
        {
            _scheduled = long.MaxValue;
            if (_due == long.MaxValue)
                return;
            var now = _time.GetTimestamp();
            if (now < _due)
            {
                // At least a millisecond: a timer that rounds down would spin.
                var left = TimeSpan.FromMilliseconds(1 + Math.Ceiling(_time.GetElapsedTime(now, _due).TotalMilliseconds));
                _scheduled = _due;
                _timer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }
            _due = long.MaxValue;
        }
        _expired();
    }
}
