namespace Trunkline.Resource.Channels;

/// <summary>A channel for one call; disposing gives it back, once however often it is done.</summary>
internal sealed class ChannelLease(ChannelBoard board, int number) : IDisposable
{
    private int _isReturned;

    /// <summary>Counted from 0.</summary>
    public int Number => number;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReturned, 1) == 0)
            board.Release(number);
    }
}
