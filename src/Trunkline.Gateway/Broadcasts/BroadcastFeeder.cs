using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Broadcasts;

/// <summary>
/// Carries broadcasts on: has the document made once, puts numbers into the queue in small transactions as there is room and pace allows, holds and
/// cancels, and writes down the end. It keeps nothing: what the store says is where it goes on, also after a crash.
/// </summary>
public sealed partial class BroadcastFeeder(
    IBroadcastStore store,
    DocumentPress press,
    BroadcastEstimate estimate,
    CustomerDirectory customers,
    CustomerGate gate,
    HourCounts hours,
    BroadcastBell bell,
    BroadcastPace pace,
    QueueSignals signals,
    MessageIdSource ids,
    WorkLoops loops,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<BroadcastFeeder> logger) : BackgroundService
{
    private const int DropAtOnce = 5000;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(30);
    private readonly Dictionary<MessageId, Task> _preparing = [];
    private readonly ConcurrentDictionary<MessageId, DateTimeOffset> _notBefore = new();

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var dropped = 0;
        int rows;
        do
        {
            rows = await store.DropUnfinishedAsync(null, DropAtOnce, cancellationToken);
            dropped += rows;
        }
        while (rows >= DropAtOnce);
        if (dropped > 0)
            LogDropped(dropped);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.RunAsync("feeding of broadcasts", FeedAllAsync, stoppingToken);

    private async Task FeedAllAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var isBusy = false;
            // In turns, a batch each: a large one does not keep a small one waiting.
            foreach (var broadcast in await store.OpenAsync(stoppingToken))
                isBusy |= await GuardedAsync(broadcast, stoppingToken);
            if (!isBusy)
                await bell.WaitAsync(LookInterval, stoppingToken);
        }
    }

    private async Task<bool> GuardedAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        if (_notBefore.TryGetValue(broadcast.Id, out var due) && time.GetUtcNow() < due && broadcast.State != BroadcastState.Cancelling)
            return false;
        try
        {
            return await StepAsync(broadcast, cancellationToken);
        }
#pragma warning disable CA1031 // One broadcast's fault must not stop the others; it goes on where the store says.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFault(fault, broadcast.Id, AfterFault.TotalSeconds);
            _notBefore[broadcast.Id] = time.GetUtcNow() + AfterFault;
            return false;
        }
    }

    /// <summary>True when there is more to do at once.</summary>
    private async Task<bool> StepAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        var batch = options.Value.Broadcast.Batch;
        switch (broadcast.State)
        {
            case BroadcastState.Preparing:
                Prepare(broadcast, cancellationToken);
                return false;
            case BroadcastState.Running:
                return await FeedAsync(broadcast, batch, cancellationToken);
            case BroadcastState.Paused:
                // Again and again: what a worker held, or what comes back from the line, is held in a later round.
                return await store.HoldAsync(broadcast.Id, isHeld: true, batch, time.GetUtcNow(), cancellationToken) == batch
                    || await FinishAsync(broadcast, cancellationToken);
            case BroadcastState.Resuming:
                if (await store.HoldAsync(broadcast.Id, isHeld: false, batch, time.GetUtcNow(), cancellationToken) < batch)
                    await store.MoveAsync(broadcast.Id, [BroadcastState.Resuming], BroadcastState.Running, time.GetUtcNow(), cancellationToken);
                WakeLanes();
                return true;
            case BroadcastState.Cancelling:
                return await store.CancelAsync(broadcast.Id, batch, time.GetUtcNow(), cancellationToken) >= batch
                    || await FinishAsync(broadcast, cancellationToken);
            case BroadcastState.Loading:
            case BroadcastState.Waiting:
            case BroadcastState.Ended:
            case BroadcastState.Cancelled:
            case BroadcastState.Failed:
                return false;
        }
        return false;
    }

    private async Task<bool> FeedAsync(Broadcast broadcast, int batch, CancellationToken cancellationToken)
    {
        if (broadcast.ScheduledAt > time.GetUtcNow())
            return false;
        var counts = await store.CountAsync(broadcast, cancellationToken);
        pace.Note(broadcast.Id, counts.Ended);
        if (counts.Waiting == 0)
        {
            await FinishAsync(broadcast, cancellationToken);
            return false;
        }
        var room = broadcast.AtOnce - counts.Queued - counts.OnLine;
        var max = Math.Min(Math.Min(room, batch), pace.Allowed(broadcast.Id, broadcast.PerMinute));
        // What goes beyond the messages an hour of its sender waits for the next hour, and is not refused.
        var sender = customers.FindSender(broadcast.CustomerKey, broadcast.UserKey);
        if (sender is not null)
            max = Math.Min(max, hours.Room(sender) ?? int.MaxValue);
        if (max <= 0 || (sender is not null && gate.TakeHour(sender, max) is not null))
            return false;
        var step = new FeedStep(0, 0, 0);
        try
        {
            step = await store.FeedAsync(broadcast, max, ids.Next, time.GetUtcNow(), cancellationToken);
        }
        finally
        {
            if (sender is not null && step.Fed < max)
                gate.GiveBackHour(sender, max - step.Fed);
        }
        pace.Went(broadcast.Id, step.Fed);
        signals.Wake(Lane.Prepare);
        if (step.Left == 0)
            LogFed(broadcast.Id);
        return step.Fed + step.LeftOut == max && room > max;
    }

    private async Task<bool> FinishAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        if (!await store.FinishAsync(broadcast.Id, time.GetUtcNow(), cancellationToken))
            return false;
        pace.Forget(broadcast.Id);
        _notBefore.TryRemove(broadcast.Id, out _);
        signals.WakeReceipts();
        LogEnded(broadcast.Id);
        return false;
    }

    /// <summary>Beside the loop: a document may take a minute, and other broadcasts do not wait for it.</summary>
    private void Prepare(Broadcast broadcast, CancellationToken cancellationToken)
    {
        foreach (var done in _preparing.Where(p => p.Value.IsCompleted).Select(p => p.Key).ToList())
            _preparing.Remove(done);
        if (_preparing.Count < options.Value.Preparers && !_preparing.ContainsKey(broadcast.Id))
            _preparing[broadcast.Id] = PrepareAsync(broadcast, cancellationToken);
    }

    private async Task PrepareAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        try
        {
            switch (await press.MakeAsync(broadcast.Id, broadcast.Resolution, cancellationToken))
            {
                case PressResult.Refused refused:
                    await FailAsync(broadcast, refused.Cause, cancellationToken);
                    break;
                case PressResult.Later later:
                    _notBefore[broadcast.Id] = later.Due;
                    break;
                case PressResult.Made made:
                    var pages = made.Pages + (broadcast.Cover is null ? 0 : 1);
                    var expected = await estimate.OfAsync(broadcast, pages, cancellationToken);
                    if (expected.Refusal is { } refusal)
                        await FailAsync(broadcast, refusal, cancellationToken);
                    else if (await store.PreparedAsync(broadcast.Id, pages, expected.Price, expected.Unpriced, time.GetUtcNow(), cancellationToken))
                        LogPrepared(broadcast.Id, pages, expected.Price, expected.Unpriced);
                    bell.Ring();
                    break;
            }
        }
#pragma warning disable CA1031 // A fault of this machine; it is tried again.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFault(fault, broadcast.Id, AfterFault.TotalSeconds);
            _notBefore[broadcast.Id] = time.GetUtcNow() + AfterFault;
        }
    }

    private async Task FailAsync(Broadcast broadcast, string cause, CancellationToken cancellationToken)
    {
        if (await store.FailAsync(broadcast.Id, cause, time.GetUtcNow(), cancellationToken))
            LogFailed(broadcast.Id, cause);
    }

    private void WakeLanes()
    {
        foreach (var lane in Enum.GetValues<Lane>())
            signals.Wake(lane);
        signals.WakeKeeper();
    }

    [LoggerMessage(6852, LogLevel.Information, "Broadcast {Broadcast}: {Pages} pages, {Price} in all; {Unpriced} numbers have no price")]
    private partial void LogPrepared(MessageId broadcast, int pages, Money price, int unpriced);

    [LoggerMessage(6853, LogLevel.Warning, "Broadcast {Broadcast} cannot begin: {Cause}")]
    private partial void LogFailed(MessageId broadcast, string cause);

    [LoggerMessage(6854, LogLevel.Information, "All numbers of broadcast {Broadcast} are in the queue")]
    private partial void LogFed(MessageId broadcast);

    [LoggerMessage(6855, LogLevel.Information, "Broadcast {Broadcast} has ended")]
    private partial void LogEnded(MessageId broadcast);

    [LoggerMessage(6856, LogLevel.Information, "Deleted {Rows} rows of broadcasts and lists that were not read in to their end, or were removed")]
    private partial void LogDropped(int rows);

    [LoggerMessage(6857, LogLevel.Error, "A fault kept broadcast {Broadcast} from going on; it is tried again in {Seconds} s")]
    private partial void LogFault(Exception fault, MessageId broadcast, double seconds);
}
