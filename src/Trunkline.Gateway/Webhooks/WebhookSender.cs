using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Record;

namespace Trunkline.Gateway.Webhooks;

/// <summary>
/// Tells webhooks of events, at least once. Each event is put into the queue of every webhook that wants it, in one transaction with the cursor; from
/// there it is told until the receiver takes it. A receiver that fails is tried alone and ever less often, in slots of its own, so that it holds up
/// nobody; one that takes nothing for a day is given up. A crash tells again what was on its way.
/// </summary>
public sealed partial class WebhookSender(IWebhookStore store, WebhookBook book, WebhookClient client, WorkLoops loops, TimeProvider time,
    IOptions<GatewayOptions> options, ILogger<WebhookSender> logger) : BackgroundService
{
    private const int EventsAtOnce = 500;
    private const int Growth = 3;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(10);
    private readonly WebhookOptions _options = options.Value.Webhooks;
    private readonly ConcurrentDictionary<long, Line> _lines = new();
    private readonly SemaphoreSlim _well = new(options.Value.Webhooks.AtOnce);
    private readonly SemaphoreSlim _failing = new(options.Value.Webhooks.FailingAtOnce);
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>How it stands with one receiver, since this process started.</summary>
    private sealed class Line
    {
        private long _next;

        /// <summary>In a row; 0 while it is well.</summary>
        public volatile int Failures;

        public bool IsToBeLookedAt(DateTimeOffset now) => Volatile.Read(ref _next) <= now.UtcTicks;

        public void LookAt(DateTimeOffset time) => Volatile.Write(ref _next, time.UtcTicks);

        /// <summary>Unless somebody has set another time meanwhile: what came in between must not be slept over.</summary>
        public void LookAt(DateTimeOffset time, DateTimeOffset unlessNot) => Interlocked.CompareExchange(ref _next, time.UtcTicks, unlessNot.UtcTicks);

        public readonly ConcurrentDictionary<long, byte> InFlight = new();
    }

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await book.ReloadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _well.Dispose();
        _failing.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(
            loops.RunAsync("handing out of events to webhooks", HandOutAsync, stoppingToken),
            loops.RunAsync("telling of webhooks", TellAllAsync, stoppingToken));
        // Every slot is back when nobody is on his way any more.
        for (var i = 0; i < _options.AtOnce; i++)
            await _well.WaitAsync(CancellationToken.None);
        for (var i = 0; i < _options.FailingAtOnce; i++)
            await _failing.WaitAsync(CancellationToken.None);
    }

    private async Task HandOutAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var active = book.All.Values.Where(w => w.DisabledAt is null).ToList();
            var count = active.Count == 0 ? 0 : await HandOutAsync(active, stoppingToken);
            if (count < EventsAtOnce)
                await Task.Delay(LookInterval, time, stoppingToken);
        }
    }

    private async Task<int> HandOutAsync(List<Webhook> active, CancellationToken stoppingToken)
    {
        var (cursor, events) = await store.NewEventsAsync(EventsAtOnce, stoppingToken);
        if (events.Count == 0)
            return 0;
        var operators = active.Where(w => w.CustomerKey is null).ToList();
        var byCustomer = active.Where(w => w.CustomerKey is not null).ToLookup(w => w.CustomerKey!.Value);
        var wanted = new List<(long Webhook, long Event)>();
        foreach (var happened in events)
            wanted.AddRange(operators.Concat(byCustomer[happened.CustomerKey]).Where(w => w.Wants(happened)).Select(w => (w.Id, happened.Number)));
        if (!await store.HandOutAsync(cursor, events[^1].Number, wanted, time.GetUtcNow(), stoppingToken))
            return 0;
        foreach (var webhook in wanted.Select(w => w.Webhook).Distinct())
        {
            var line = _lines.GetOrAdd(webhook, _ => new Line());
            // One that fails keeps its pause, however much comes for it.
            if (line.Failures == 0)
                line.LookAt(DateTimeOffset.MinValue);
        }
        if (wanted.Count > 0)
            Ring();
        return events.Count;
    }

    private async Task TellAllAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var webhook in book.All.Values.Where(w => w.DisabledAt is null))
            {
                var line = _lines.GetOrAdd(webhook.Id, _ => new Line());
                if (line.IsToBeLookedAt(time.GetUtcNow()))
                    await LookAsync(webhook, line, stoppingToken);
            }
            // Also of those that were given up: once enabled, they begin without a pause.
            foreach (var gone in _lines.Keys.Where(id => book.All.GetValueOrDefault(id) is not { DisabledAt: null }))
                _lines.TryRemove(gone, out _);
            await WaitAsync(stoppingToken);
        }
    }

    private async Task LookAsync(Webhook webhook, Line line, CancellationToken stoppingToken)
    {
        var now = time.GetUtcNow();
        var room = (line.Failures > 0 ? 1 : _options.AtOnceEach) - line.InFlight.Count;
        // Until one of those on their way rings.
        var later = now + LookInterval;
        line.LookAt(later);
        if (room <= 0)
            return;
        var due = (await store.DueAsync(webhook.Id, now, room + line.InFlight.Count, stoppingToken)).Where(d => !line.InFlight.ContainsKey(d.Event.Number)).Take(room).ToList();
        if (due.Count == 0 && line.InFlight.IsEmpty)
            line.LookAt(await store.NextDueAsync(webhook.Id, stoppingToken) ?? DateTimeOffset.MaxValue, unlessNot: later);
        var slots = line.Failures > 0 ? _failing : _well;
        foreach (var waiting in due)
        {
            if (!slots.Wait(0, stoppingToken))
                return;
            line.InFlight[waiting.Event.Number] = 0;
            _ = Task.Run(() => TellAsync(webhook, line, waiting, slots, stoppingToken), CancellationToken.None);
        }
    }

    private async Task TellAsync(Webhook webhook, Line line, WaitingDelivery waiting, SemaphoreSlim slots, CancellationToken stoppingToken)
    {
        try
        {
            var answer = await client.TellAsync(webhook, waiting, stoppingToken);
            GatewayMeter.Webhooks.Add(1, new KeyValuePair<string, object?>("result", answer.Error is null ? "taken" : "failed"));
            if (answer.Error is null)
            {
                await store.DoneAsync(webhook.Id, waiting.Event.Number, isWell: true, stoppingToken);
                line.Failures = 0;
                line.LookAt(DateTimeOffset.MinValue);
            }
            else
                await FailedAsync(webhook, line, waiting, answer, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // It stays in the queue, and is told again by whoever starts next.
        }
#pragma warning disable CA1031 // One receiver's trouble must not end the loop for all; it is logged and tried again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(fault, webhook.Id);
            line.LookAt(time.GetUtcNow() + AfterFault);
        }
        finally
        {
            line.InFlight.TryRemove(waiting.Event.Number, out _);
            slots.Release();
            Ring();
        }
    }

    private async Task FailedAsync(Webhook webhook, Line line, WaitingDelivery waiting, WebhookAnswer answer, CancellationToken stoppingToken)
    {
        var now = time.GetUtcNow();
        // Those that were on their way together count once each; the pause grows a little faster for it.
        var failures = line.Failures + 1;
        line.Failures = failures;
        var pause = now + Interval(failures);
        line.LookAt(pause);
        var due = now + Interval(waiting.Attempts + 1);
        var failingSince = await store.FailedAsync(webhook.Id, waiting.Event.Number, answer.Error!, due, now, stoppingToken);
        LogFailed(webhook.Id, webhook.Url.Host, waiting.Event.Number, answer.Error!, pause);
        if (answer.IsGone)
            await GiveUpAsync(webhook, "The receiver answered 410: it wants no more.", now, stoppingToken);
        else if (now - failingSince >= _options.GiveUpAfter)
            await GiveUpAsync(webhook, $"Nothing was taken since {failingSince:u}; the last time {answer.Error}.", now, stoppingToken);
        else if (await store.WaitingAsync(webhook.Id, stoppingToken) > _options.MaxWaiting)
            await GiveUpAsync(webhook, $"It failed, and more than {_options.MaxWaiting} events waited for it; the last time {answer.Error}.", now, stoppingToken);
        else if (now - waiting.WaitingSince >= _options.GiveUpAfter && failingSince - waiting.WaitingSince >= _options.GiveUpAfter / 2)
        {
            // Others were taken meanwhile: it is this one that the receiver cannot take. Where the receiver failed from the start, which is a
            // little later than the event came, it is the receiver that is given up, and soon.
            await store.DoneAsync(webhook.Id, waiting.Event.Number, isWell: false, stoppingToken);
            LogEventGivenUp(webhook.Id, waiting.Event.Number, answer.Error!);
        }
    }

    private async Task GiveUpAsync(Webhook webhook, string reason, DateTimeOffset now, CancellationToken stoppingToken)
    {
        await store.DisableAsync(webhook.Id, reason, now, stoppingToken);
        await book.ReloadAsync(stoppingToken);
        LogGivenUp(webhook.Id, webhook.Url.Host, reason);
    }

    private TimeSpan Interval(int failures)
    {
        var interval = _options.FirstRetry;
        for (var i = 1; i < failures && interval < _options.LongestRetry; i++)
            interval *= Growth;
        return interval < _options.LongestRetry ? interval : _options.LongestRetry;
    }

    private void Ring() => _bell.Writer.TryWrite(true);

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.WhenAny(_bell.Reader.WaitToReadAsync(enough.Token).AsTask(), Task.Delay(LookInterval, time, enough.Token));
        await enough.CancelAsync();
        _bell.Reader.TryRead(out _);
    }

    [LoggerMessage(6950, LogLevel.Information, "Webhook {Webhook} ({Host}) did not take event {Event}: {Error}; tried again {Due}")]
    private partial void LogFailed(long webhook, string host, long @event, string error, DateTimeOffset due);

    [LoggerMessage(6951, LogLevel.Warning, "Webhook {Webhook} ({Host}) is given up: {Reason}")]
    private partial void LogGivenUp(long webhook, string host, string reason);

    [LoggerMessage(6952, LogLevel.Warning, "Webhook {Webhook} does not take event {Event}, and is not told of it: {Error}")]
    private partial void LogEventGivenUp(long webhook, long @event, string error);

    [LoggerMessage(6953, LogLevel.Error, "A fault kept webhook {Webhook} from being told; it is tried again")]
    private partial void LogFault(Exception fault, long webhook);
}
