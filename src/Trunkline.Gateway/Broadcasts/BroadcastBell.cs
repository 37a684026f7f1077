using System.Threading.Channels;

namespace Trunkline.Gateway.Broadcasts;

/// <summary>Wakes the feeder when somebody has changed a broadcast. A hint only: the feeder also looks by itself.</summary>
public sealed class BroadcastBell(TimeProvider time)
{
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => _bell.Writer.TryWrite(true);

    /// <summary>Returns when it rang, or after some time.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (_bell.Reader.TryRead(out _))
            return;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var rung = _bell.Reader.WaitToReadAsync(enough.Token).AsTask();
        await Task.WhenAny(rung, Task.Delay(atMost, time, enough.Token));
        await enough.CancelAsync();
        _bell.Reader.TryRead(out _);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
