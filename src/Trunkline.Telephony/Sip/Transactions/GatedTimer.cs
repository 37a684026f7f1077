namespace Trunkline.Telephony.Sip.Transactions;

/// <summary>
/// A timer whose action runs inside the endpoint's lock, and never after it was stopped or set anew, even when the clock had already
/// fired and was waiting for the lock. Set and stopped inside the lock.
/// </summary>
internal sealed class GatedTimer(TimeProvider time, Lock gate)
{
    private Setting? _current;

    /// <summary>Sets the timer; an earlier setting is forgotten.</summary>
    public void Set(TimeSpan due, Action action)
    {
        Stop();
        var setting = new Setting(this, action);
        _current = setting;
        setting.Timer = time.CreateTimer(static s => ((Setting)s!).Fire(), setting, due, Timeout.InfiniteTimeSpan);
    }

    public void Stop()
    {
        _current?.Timer?.Dispose();
        _current = null;
    }

    private sealed class Setting(GatedTimer owner, Action action)
    {
        public ITimer? Timer { get; set; }

        public void Fire() => owner.Fire(this, action);
    }

    private void Fire(Setting setting, Action action)
    {
        lock (gate)
        {
            if (!ReferenceEquals(_current, setting))
                return;
            Stop();
            action();
        }
    }
}
