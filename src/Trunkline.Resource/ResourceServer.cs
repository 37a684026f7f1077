using System.IO.Pipelines;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Trunkline.Core.Documents;
using Trunkline.Core.Protocol;
using Trunkline.Resource.Channels;
using Trunkline.Resource.Exchange;
using Trunkline.Resource.Fax;
using Trunkline.Resource.Spool;
using Trunkline.Telephony.Trunks;

namespace Trunkline.Resource;

/// <summary>
/// The resource, called communications server in the source: takes deliveries from the router into its spool, places one call for each, and delivers
/// the receipt until the router has it.
/// </summary>
public sealed class ResourceServer : IHostedService, IAsyncDisposable
{
    private readonly ITrunk _trunk;
    private readonly IFaxRenderer _renderer;
    private readonly TimeProvider _time;
    private readonly ChannelBoard _board;
    private readonly SemaphoreSlim _exchanges;
    private Running? _running;
    private long _lastExchange;
    private volatile ResourceMode _mode = ResourceMode.Active;

    public ResourceServer(ResourceOptions options, ITrunk trunk, IFaxRenderer renderer, TimeProvider time, ILoggerFactory logs)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(trunk);
        ArgumentNullException.ThrowIfNull(logs);
        options.Check();
        Options = options;
        _trunk = trunk;
        _renderer = renderer;
        _time = time;
        Log = logs.CreateLogger("Trunkline.Resource");
        _board = new ChannelBoard(Math.Min(options.Channels, trunk.MaxChannels));
        _exchanges = new SemaphoreSlim(options.MaxExchanges);
    }

    /// <summary>What it was started with.</summary>
    public ResourceOptions Options { get; }

    /// <summary>What it takes on; changed at any time.</summary>
    public ResourceMode Mode
    {
        get => _mode;
        set
        {
            _mode = value;
            ResourceLog.ModeChanged(Log, value);
            _running?.Dispatcher.Look();
        }
    }

    internal ILogger Log { get; }

    internal MessageSpool? Spool => _running?.Spool;

    /// <summary>For tests: told of each step on the disk, from the first one on.</summary>
    internal Action<string>? AfterStep { get; set; }

    /// <summary>For tests: told of steps on the disk before they are done.</summary>
    internal Action<string>? BeforeStep { get; set; }

    /// <summary>How it stands.</summary>
    public ResourceSnapshot Snapshot()
    {
        var spool = _running?.Spool;
        var last = Interlocked.Read(ref _lastExchange);
        return new(Options.ResourceId, Mode, IsActive, _trunk.IsUp, spool?.InboxCount ?? 0, spool?.ProcessCount ?? 0,
            spool?.OutboxCount ?? 0, _board.Bitmap, last == 0 ? null : new DateTimeOffset(last, TimeSpan.Zero));
    }

    /// <summary>Opens the spool, settles what an earlier run left, and begins. Throws when another process has the spool.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var spool = MessageSpool.Open(Options, _time, Log);
        if (AfterStep is { } afterStep)
            spool.AfterStep = afterStep;
        if (BeforeStep is { } beforeStep)
            spool.BeforeStep = beforeStep;
        var router = new RouterConnection(Options, _time);
        var receipts = new ReceiptSender(Options, spool, router, WithState, _time, Log);
        var numbers = new NumberMemory(spool.Paths.Numbers, Options, _time, Log);
        var shelf = new CallRecordShelf(Options, _time, Log);
        var passwords = new PasswordFile(spool.Paths.Passwords, Log);
        var attempt = new FaxAttempt(
            Options, spool, _trunk, _renderer, numbers, shelf, receipts.Look, _time, Log);
        var dispatcher = new CallDispatcher(Options, spool, attempt, _board, () => Mode, _time, Log);
        var handler = new ExchangeHandler(
            Options, spool, passwords, () => Mode, WithState, dispatcher.Look, Log);
        _running = new Running(spool, router, receipts, dispatcher, handler, new CallRecordDesk(passwords, shelf));
        ResourceLog.Started(Log, Options.ResourceId, _board.Count, spool.InboxCount, spool.OutboxCount);
        dispatcher.Start();
        receipts.Start();
        return Task.CompletedTask;
    }

    /// <summary>Begins no more calls, waits for those on the line up to the option's time, and closes the spool.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _running, null) is not { } running)
            return;
        var hungUp = await running.Dispatcher.StopAsync(cancellationToken);
        await running.Receipts.StopAsync();
        // Exchanges under way hold the spool; none begins any more, and a slow one is cut off.
        await running.Stopping.CancelAsync();
        for (var i = 0; i < Options.MaxExchanges; i++)
            await _exchanges.WaitAsync(CancellationToken.None);
        _exchanges.Release(Options.MaxExchanges);
        running.Stopping.Dispose();
        running.Dispatcher.Dispose();
        running.Receipts.Dispose();
        running.Router.Dispose();
        await running.Spool.DisposeAsync();
        ResourceLog.Stopped(Log, Options.ResourceId, hungUp);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        _exchanges.Dispose();
    }

    internal Task<ExchangeAnswer> ExchangeAsync(PipeReader body, CancellationToken cancellationToken) =>
        ServeAsync((running, stop) => running.Handler.HandleAsync(body, stop), cancellationToken);

    internal Task<ExchangeAnswer> CallRecordAsync(PipeReader body, CancellationToken cancellationToken) =>
        ServeAsync((running, stop) => running.Records.HandleAsync(body, stop), cancellationToken);

    private async Task<ExchangeAnswer> ServeAsync(Func<Running, CancellationToken, Task<ExchangeAnswer>> serve, CancellationToken cancellationToken)
    {
        if (!await _exchanges.WaitAsync(TimeSpan.Zero, cancellationToken))
            return ExchangeAnswer.Refuse(503, "The resource serves as many exchanges at once as it may; ask again.");
        try
        {
            if (_running is not { } running)
                return NotRunning;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, running.Stopping.Token);
            return await serve(running, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NotRunning;
        }
        finally
        {
            _exchanges.Release();
        }
    }

    private static ExchangeAnswer NotRunning => ExchangeAnswer.Refuse(503, "The resource is not running.");

    private bool IsActive => _running is not null && Mode == ResourceMode.Active && _trunk.IsUp;

    /// <summary>Fills in the password and the state of this resource.</summary>
    private ResourceMessage WithState(ResourceMessage message)
    {
        var now = _time.GetUtcNow();
        Interlocked.Exchange(ref _lastExchange, now.UtcTicks);
        var spool = _running?.Spool;
        return message with
        {
            Password = Options.Password,
            ResourceId = Options.ResourceId,
            IsResourceActive = IsActive,
            ResourceLastCommTimeStamp = now,
            ResourceQueueInStatus = spool?.InboxCount ?? 0,
            ResourceQueueOutStatus = spool?.OutboxCount ?? 0,
            ResourceChannelMax = _board.Count,
            ResourceChannelStatus = _board.Bitmap,
        };
    }

    private sealed record Running(
        MessageSpool Spool, RouterConnection Router, ReceiptSender Receipts, CallDispatcher Dispatcher, ExchangeHandler Handler, CallRecordDesk Records)
    {
        public CancellationTokenSource Stopping { get; } = new();
    }
}
