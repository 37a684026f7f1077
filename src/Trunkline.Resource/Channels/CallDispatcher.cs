using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Resource.Fax;
using Trunkline.Resource.Spool;

namespace Trunkline.Resource.Channels;

/// <summary>
/// Takes messages from Inbox in order of arrival and gives each a channel. A message whose destination has a call already lets the ones behind it
/// pass: a machine that is being sent a fax is busy for the next. Before all that it settles what is in Process without a call: what an earlier
/// run left there, and what a broken disk kept this one from settling.
/// </summary>
internal sealed class CallDispatcher(
    ResourceOptions options, MessageSpool spool, FaxAttempt attempt, ChannelBoard board, Func<ResourceMode> mode, TimeProvider time, ILogger log)
    : IDisposable
{
    private readonly Wakeup _wakeup = new(time);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _hangUp = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _calls = new(StringComparer.Ordinal);
    private readonly HashSet<string> _destinations = new(StringComparer.Ordinal);
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Something arrived, or the mode changed.</summary>
    public void Look() => _wakeup.Signal();

    /// <summary>Begins no more calls and waits for those on the line; then hangs up. Returns how many had to be hung up.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loop;
        var calls = Calls();
        var left = 0;
        if (!await AreOverAsync(calls, options.StopTimeout, cancellationToken))
        {
            left = calls.Count(call => !call.IsCompleted);
            await _hangUp.CancelAsync();
            // A trunk that cannot even hang up is left behind: the journal knows how far the call came.
            await AreOverAsync(calls, TimeSpan.FromSeconds(5), CancellationToken.None);
        }
        // Once more before what is known of them goes with the process: the disk may be well again.
        foreach (var message in spool.InProcess().Where(message => message.Call is not null && !IsCalling(message)))
            await attempt.SettleAsync(message, TimeSpan.Zero);
        return left;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _hangUp.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var settleAgain = await SettleAsync();
                var startAgain = await StartCallsAsync();
                await _wakeup.WaitAsync(settleAgain is { } at ? Earlier(startAgain, at) : startAgain, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of the loop.
        }
    }

    /// <summary>Settles what is in Process and has no call; returns when to try again what could not be settled.</summary>
    private async Task<DateTimeOffset?> SettleAsync()
    {
        DateTimeOffset? next = null;
        foreach (var message in spool.InProcess())
        {
            _stop.Token.ThrowIfCancellationRequested();
            // In this order: once its call is over, nobody but this loop moves it.
            if (IsCalling(message) || message.Place != SpoolPlace.Process)
                continue;
            if (message.NotBefore <= time.GetUtcNow())
                await attempt.SettleAsync(message, TimeSpan.Zero);
            if (message.Place == SpoolPlace.Process)
                next = Earlier(next, message.NotBefore);
        }
        return next;
    }

    /// <summary>Starts what can start and ends what is too late; returns when to look again if nothing happens.</summary>
    private async Task<DateTimeOffset?> StartCallsAsync()
    {
        DateTimeOffset? next = null;
        foreach (var message in spool.Waiting())
        {
            _stop.Token.ThrowIfCancellationRequested();
            var now = time.GetUtcNow();
            // Its call may have ended since it was listed; then it must not be called again.
            if (IsCalling(message) || message.Place != SpoolPlace.Inbox)
                continue;
            if (message.NotBefore > now)
                next = Earlier(next, message.NotBefore);
            else if (message.ExpiresAt <= now)
                await attempt.ExpireAsync(message);
            else if (mode() == ResourceMode.Paused || !TryStart(message))
                next = Earlier(next, message.ExpiresAt);
        }
        return next;
    }

    private bool TryStart(SpooledMessage message)
    {
        lock (_lock)
        {
            if (_destinations.Contains(message.Destination) || !board.TryTake(out var channel))
                return false;
            _destinations.Add(message.Destination);
            _calls[message.Id] = Task.Run(() => CallAsync(message, channel));
            return true;
        }
    }

    private async Task CallAsync(SpooledMessage message, ChannelLease channel)
    {
        try
        {
            await attempt.RunAsync(message, channel, _hangUp.Token);
        }
        finally
        {
            lock (_lock)
            {
                _destinations.Remove(message.Destination);
                _calls.Remove(message.Id);
            }
            channel.Dispose();
            _wakeup.Signal();
        }
    }

    private bool IsCalling(SpooledMessage message)
    {
        lock (_lock)
            return _calls.ContainsKey(message.Id);
    }

    private Task[] Calls()
    {
        lock (_lock)
            return [.. _calls.Values];
    }

    private async Task<bool> AreOverAsync(Task[] calls, TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(calls).WaitAsync(within, time, cancellationToken);
            return true;
        }
        catch (Exception over) when (over is TimeoutException or OperationCanceledException)
        {
            return false;
        }
        catch (Exception fault) when (Array.TrueForAll(calls, call => call.IsCompleted))
        {
            // Each call has logged its own end; one that faulted beyond that is told here.
            ResourceLog.CallTaskFailed(log, fault);
            return true;
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one is { } time && time < other ? time : other;
}
