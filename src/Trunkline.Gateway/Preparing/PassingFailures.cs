namespace Trunkline.Gateway.Preparing;

/// <summary>
/// Documents that failed for a reason that may pass. They are counted by document and not by message: a mail to a thousand numbers whose PDF
/// burns all the time it gets must not burn it three thousand times. In memory, since after a restart the machine is another.
/// </summary>
internal sealed class PassingFailures(TimeProvider time)
{
    private const int MaxTries = 3;

    // Each entry is a document that has just cost up to a minute of a converter, so that this many do not come about in an hour.
    private const int MaxRemembered = 1000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>So long the last failure stands for a document; a message that comes later is a reason to try anew.</summary>
    private static readonly TimeSpan GivenUpFor = TimeSpan.FromHours(1);

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    private sealed record Entry(string Cause, int Tries, DateTimeOffset At);

    /// <summary>What to answer for a document without trying it: wait, or it is given up. Null when it may be tried now.</summary>
    public PressResult? Find(string key)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (!_entries.TryGetValue(key, out var entry))
                return null;
            if (now - entry.At >= GivenUpFor)
                _entries.Remove(key);
            else if (entry.Tries >= MaxTries)
                return new PressResult.Refused(entry.Cause, IsOfContent: false);
            else if (now - entry.At < Pause)
                return new PressResult.Later(entry.Cause, entry.At + Pause);
            return null;
        }
    }

    /// <summary>It failed again.</summary>
    public PressResult Add(string key, string cause)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var tries = _entries.TryGetValue(key, out var entry) ? entry.Tries + 1 : 1;
            if (entry is null && _entries.Count >= MaxRemembered)
                _entries.Remove(_entries.MinBy(e => e.Value.At).Key);
            _entries[key] = new Entry(cause, tries, now);
            return tries >= MaxTries ? new PressResult.Refused(cause, IsOfContent: false) : new PressResult.Later(cause, now + Pause);
        }
    }

    /// <summary>It came to an end of its own.</summary>
    public void Forget(string key)
    {
        lock (_gate)
            _entries.Remove(key);
    }
}
