using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Resource.Channels;
using Trunkline.Resource.Spool;

namespace Trunkline.Resource.Exchange;

/// <summary>
/// Delivers what is in Outbox until the router has it, for ever: a receipt is the only word that a fax was sent. A router that does not answer is
/// left alone for a while as a whole; a receipt that it does not want waits by itself, so that it does not hold up the others.
/// </summary>
internal sealed class ReceiptSender(
    ResourceOptions options, MessageSpool spool, RouterConnection router, Func<ResourceMessage, ResourceMessage> withState, TimeProvider time, ILogger log)
    : IDisposable
{
    private readonly Wakeup _wakeup = new(time);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _sending = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Attempts, DateTimeOffset Due)> _attempts = new(StringComparer.Ordinal);
    private int _routerFailures;
    private DateTimeOffset _routerDue;
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>A receipt is in Outbox.</summary>
    public void Look() => _wakeup.Signal();

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        Task[] sending;
        lock (_lock)
            sending = [.. _sending.Values];
        await Task.WhenAll(sending);
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync()
    {
        try
        {
            while (true)
                await _wakeup.WaitAsync(StartSending(), _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of the loop.
        }
    }

    private DateTimeOffset? StartSending()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_routerDue > now)
                return _routerDue;
            DateTimeOffset? next = null;
            foreach (var message in spool.Receipts())
            {
                if (_sending.Count >= options.ReceiptConnections)
                    return next;
                if (_sending.ContainsKey(message.Id))
                    continue;
                var due = _attempts.GetValueOrDefault(message.Id).Due;
                if (due <= now)
                    _sending[message.Id] = Task.Run(() => SendAsync(message));
                else if (next is null || due < next)
                    next = due;
            }
            return next;
        }
    }

    private async Task SendAsync(SpooledMessage message)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(spool.Paths.Message(message), _stop.Token);
            if (!ResourceMessageFormat.TryRead(bytes, out var receipt, out var error))
                throw new InvalidDataException(error);
            var (answer, why) = await router.SendAsync(withState(receipt), _stop.Token);
            if (answer == ReceiptAnswer.Acknowledged)
                spool.Acknowledged(message);
            Settle(message, answer, why);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Still in Outbox; the next start sends it.
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            ResourceLog.ReceiptFault(log, message.Id, Defer(message).TotalSeconds, fault);
        }
        finally
        {
            lock (_lock)
                _sending.Remove(message.Id);
            _wakeup.Signal();
        }
    }

    private void Settle(SpooledMessage message, ReceiptAnswer answer, string why)
    {
        switch (answer)
        {
            case ReceiptAnswer.Acknowledged:
                lock (_lock)
                {
                    _routerFailures = 0;
                    _attempts.Remove(message.Id, out var earlier);
                    ResourceLog.ReceiptAcknowledged(log, message.Id, message.Status.Code(), earlier.Attempts + 1);
                }
                break;
            case ReceiptAnswer.NotAcknowledged:
                lock (_lock)
                    _routerFailures = 0;
                Log(message, why, Defer(message));
                break;
            case ReceiptAnswer.Unreachable:
                Log(message, why, LeaveRouterAlone());
                break;
        }
    }

    private void Log(SpooledMessage message, string why, TimeSpan pause)
    {
        int attempts;
        lock (_lock)
            attempts = Math.Max(_attempts.GetValueOrDefault(message.Id).Attempts, _routerFailures);
        ResourceLog.ReceiptNotAcknowledged(log, message.Id, why, attempts, pause.TotalSeconds);
    }

    private TimeSpan Defer(SpooledMessage message)
    {
        lock (_lock)
        {
            var attempts = _attempts.GetValueOrDefault(message.Id).Attempts + 1;
            var pause = Pause(attempts);
            _attempts[message.Id] = (attempts, time.GetUtcNow() + pause);
            return pause;
        }
    }

    private TimeSpan LeaveRouterAlone()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            // Of several that failed together only the first counts.
            if (_routerDue <= now)
                _routerDue = now + Pause(++_routerFailures);
            return _routerDue - now;
        }
    }

    // Doubled each time, and between half of it and all of it, so that resources do not all knock at once after an outage.
    private TimeSpan Pause(int failures)
    {
        var longest = Math.Min(options.ReceiptBackoffMax.TotalSeconds, options.ReceiptBackoffMin.TotalSeconds * Math.Pow(2, failures - 1));
        return TimeSpan.FromSeconds(longest * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
