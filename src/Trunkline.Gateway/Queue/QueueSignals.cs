using System.Threading.Channels;

namespace Trunkline.Gateway.Queue;

/// <summary>
/// Wakes the workers of this node when there is something for them. A hint only: what is in the store counts, and every worker also looks by
/// itself from time to time.
/// </summary>
public sealed class QueueSignals(TimeProvider time)
{
    private readonly Channel<bool>[] _lanes = [.. Enumerable.Range(0, (int)Lane.Ask + 1).Select(_ => Bell())];
    private readonly Channel<bool> _keeper = Bell();
    private readonly Channel<bool> _receipts = Bell();
    private readonly Channel<bool> _localMail = Bell();
    private readonly Channel<bool> _remoteMail = Bell();

    public void Wake(Lane lane) => _lanes[(int)lane].Writer.TryWrite(true);

    /// <summary>Something was scheduled, perhaps earlier than the keeper of the schedule expects.</summary>
    public void WakeKeeper() => _keeper.Writer.TryWrite(true);

    /// <summary>A submission has ended and wants its receipt.</summary>
    public void WakeReceipts() => _receipts.Writer.TryWrite(true);

    /// <summary>A mail wants to leave.</summary>
    public void WakeMail()
    {
        _localMail.Writer.TryWrite(true);
        _remoteMail.Writer.TryWrite(true);
    }

    public Task WaitAsync(Lane lane, TimeSpan atMost, CancellationToken cancellationToken) => WaitAsync(_lanes[(int)lane], atMost, cancellationToken);

    public Task WaitForKeeperAsync(TimeSpan atMost, CancellationToken cancellationToken) => WaitAsync(_keeper, atMost, cancellationToken);

    public Task WaitForReceiptsAsync(TimeSpan atMost, CancellationToken cancellationToken) => WaitAsync(_receipts, atMost, cancellationToken);

    public Task WaitForMailAsync(bool isLocal, TimeSpan atMost, CancellationToken cancellationToken) =>
        WaitAsync(isLocal ? _localMail : _remoteMail, atMost, cancellationToken);

    private async Task WaitAsync(Channel<bool> bell, TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (bell.Reader.TryRead(out _) || atMost <= TimeSpan.Zero)
            return;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var rung = bell.Reader.WaitToReadAsync(enough.Token).AsTask();
        var timeout = Task.Delay(atMost, time, enough.Token);
        await Task.WhenAny(rung, timeout);
        await enough.CancelAsync();
        bell.Reader.TryRead(out _);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static Channel<bool> Bell() => Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
}
