namespace Trunkline.Web.Api.Messages;

/// <summary>Requests with a key that are being done at this moment: the same key meanwhile is neither done twice nor answered yet.</summary>
internal sealed class RequestTurns
{
    private readonly Lock _gate = new();
    private readonly HashSet<(long Customer, string Key)> _running = [];

    /// <summary>Null when the same is being done; dispose what is returned when it is.</summary>
    public IDisposable? TryEnter(long customer, string key)
    {
        lock (_gate)
            return _running.Add((customer, key)) ? new Turn(this, (customer, key)) : null;
    }

    private sealed class Turn(RequestTurns turns, (long, string) key) : IDisposable
    {
        public void Dispose()
        {
            lock (turns._gate)
                turns._running.Remove(key);
        }
    }
}
