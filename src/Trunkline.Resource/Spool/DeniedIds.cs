namespace Trunkline.Resource.Spool;

/// <summary>
/// The MessageIDs of which a router was told that they were never seen. A delivery that was on its way meanwhile (in a buffer of the network, or not
/// read yet) comes too late: the router has sent the message anew under another MessageID. Not kept on disk, since no connection outlives the
/// process. Called under the spool's lock.
/// </summary>
internal sealed class DeniedIds(TimeProvider time)
{
    // Longer than any router or proxy keeps a request open.
    private static readonly TimeSpan Retention = TimeSpan.FromDays(1);

    // Ten megabytes. A router asks so when it had no answer, which is not every second of a day.
    private const int Limit = 100_000;

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, DateTimeOffset At)> _byAge = new();

    public bool Contains(string id) => _ids.Contains(id);

    /// <summary>False when so many were denied today that one more could not be remembered.</summary>
    public bool TryAdd(string id)
    {
        var now = time.GetUtcNow();
        while (_byAge.TryPeek(out var oldest) && now - oldest.At > Retention)
            _ids.Remove(_byAge.Dequeue().Id);
        if (_ids.Contains(id))
            return true;
        if (_ids.Count >= Limit)
            return false;
        _byAge.Enqueue((id, now));
        return _ids.Add(id);
    }
}
