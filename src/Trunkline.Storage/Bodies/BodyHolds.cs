namespace Trunkline.Storage.Bodies;

/// <summary>
/// Keeps the writing of a content and the deleting of the same content apart. Between the file and the commit of the row that names it, whoever
/// stores a content holds it, as one of any number; whoever deletes claims it, alone and only when nobody holds it. So nobody who stores waits
/// for another who stores, and for one who deletes only as long as a small transaction takes.
/// </summary>
internal sealed class BodyHolds
{
    // Every hold and every claim has its entry: as many as there are contents being stored or deleted at this moment.
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    private sealed class Entry
    {
        public int Holders { get; set; }

        /// <summary>Completed when the claim ends; null when there is none.</summary>
        public TaskCompletionSource? Claim { get; init; }
    }

    /// <summary>Holds contents until disposed. Waits only for one that is being deleted, and whoever deletes never waits for a hold.</summary>
    public async Task<IDisposable> HoldAsync(IEnumerable<byte[]> hashes, CancellationToken cancellationToken)
    {
        var held = new List<string>();
        try
        {
            foreach (var key in hashes.Select(Convert.ToHexStringLower))
            {
                while (TryHold(key) is { } claim)
                    await claim.WaitAsync(cancellationToken);
                held.Add(key);
            }
            return new Release(this, held, isClaim: false);
        }
        catch
        {
            Let(held, isClaim: false);
            throw;
        }
    }

    /// <summary>Claims a content for deleting until disposed; null when somebody is storing or deleting it.</summary>
    public IDisposable? TryClaim(byte[] hash)
    {
        var key = Convert.ToHexStringLower(hash);
        lock (_gate)
        {
            // Who waits for it goes on elsewhere than on the thread that deletes.
            return _entries.TryAdd(key, new Entry { Claim = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) })
                ? new Release(this, [key], isClaim: true)
                : null;
        }
    }

    /// <summary>Null when it is held now; else what ends with the claim that is in the way.</summary>
    private Task? TryHold(string key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry))
                _entries.Add(key, entry = new Entry());
            if (entry.Claim is { } claim)
                return claim.Task;
            entry.Holders++;
            return null;
        }
    }

    private void Let(List<string> keys, bool isClaim)
    {
        lock (_gate)
        {
            foreach (var key in keys)
            {
                var entry = _entries[key];
                if (isClaim || --entry.Holders == 0)
                    _entries.Remove(key);
                entry.Claim?.SetResult();
            }
        }
    }

    private sealed class Release(BodyHolds holds, List<string> keys, bool isClaim) : IDisposable
    {
        private int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
                holds.Let(keys, isClaim);
        }
    }
}
