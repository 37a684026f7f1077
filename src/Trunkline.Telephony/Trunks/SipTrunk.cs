using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sip;

namespace Trunkline.Telephony.Trunks;

/// <summary>
/// A carrier over SIP. Its channels are counted, and its OPTIONS keep-alive says whether it is there: any response at all counts, two without
/// one in a row mean down, one with one means up again. It counts as up until shown otherwise, since a call tried costs less than a call refused.
/// </summary>
public sealed class SipTrunk : ITrunk, IAsyncDisposable
{
    private const int FailuresUntilDown = 2;

    private readonly SipTrunkOptions _options;
    private readonly SipEndpoint _endpoint;
    private readonly FaxCallRunner _runner;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _channels;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _watching;
    private volatile IPEndPoint? _address;
    private volatile bool _isUp = true;
    private int _failures;
    private int _isDisposed;

    /// <summary>Begins to watch the carrier at once.</summary>
    /// <param name="endpoint">The socket to call from; it may be shared, and outlives the trunk.</param>
    public SipTrunk(SipTrunkOptions options, SipEndpoint endpoint, IMediaEngine media, TimeProvider time, ILogger<SipTrunk> logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxChannels, 1);
        (_options, _endpoint, _time, _logger) = (options, endpoint, time, logger);
        _runner = new FaxCallRunner(endpoint, media, time, options.Calls);
        _channels = new SemaphoreSlim(options.MaxChannels);
        if (IPAddress.TryParse(options.Host, out var literal))
            _address = new IPEndPoint(literal, options.Port);
        _watching = options.KeepAlive > TimeSpan.Zero ? WatchAsync() : Task.CompletedTask;
    }

    /// <inheritdoc />
    public string Name => _options.Name;

    /// <inheritdoc />
    public int MaxChannels => _options.MaxChannels;

    /// <inheritdoc />
    public bool IsUp => _isUp;

    /// <summary>Channels that no call holds.</summary>
    public int FreeChannels => _channels.CurrentCount;

    private string Domain => _options.Domain ?? (_options.Host.Contains(':', StringComparison.Ordinal) ? $"[{_options.Host}]" : _options.Host);

    /// <inheritdoc />
    public async Task<FaxCallResult> SendFaxAsync(FaxCall call, IFaxCallObserver observer, CancellationToken cancellationToken)
    {
        IPEndPoint? destination;
        var taken = false;
        try
        {
            await _channels.WaitAsync(cancellationToken).ConfigureAwait(false);
            taken = true;
            destination = await AddressAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (taken)
                _channels.Release();
            return FaxCallRunner.NotPlaced(call, CallOutcome.Cancelled, "cancelled while it waited for a channel");
        }
        try
        {
            if (!_isUp)
                return FaxCallRunner.NotPlaced(call, CallOutcome.TrunkDown, $"the trunk {Name} does not answer OPTIONS");
            if (destination is null)
                return FaxCallRunner.NotPlaced(call, CallOutcome.TrunkDown, $"the host of the trunk {Name} has no address");
            var route = new FaxCallRoute(destination, $"sip:{Dialled(call.To)}@{Domain}", From(call.From), _options.Credentials);
            var result = await _runner.RunAsync(call, route, observer, cancellationToken).ConfigureAwait(false);
            if (result.CallPlaced && _options.KeepAlive > TimeSpan.Zero)
                Note(result.Outcome != CallOutcome.TrunkDown);
            _logger.CallEnded(call.CallId, call.To.Shortened, Name, result.Outcome, result.PagesConfirmed, result.Duration.TotalSeconds, result.T38,
                result.BitRate, result.Detail);
            return result;
        }
        finally
        {
            _channels.Release();
        }
    }

    /// <summary>Stops watching. Calls in progress are their callers' to cancel.</summary>
    public async ValueTask DisposeAsync()
    {
        // A container that knows the trunk by two names disposes it twice.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _closing.Dispose();
        _channels.Dispose();
    }

    internal string Dialled(PhoneNumber number) => _options.Format switch
    {
        DialFormat.Plus => _options.Prefix + number.E164,
        DialFormat.Digits => _options.Prefix + number.E164[1..],
    };

    private string From(PhoneNumber? shown)
    {
        var user = (shown ?? _options.CallerId) is { } number ? number.E164 : _options.Credentials?.UserName ?? "anonymous";
        return $"sip:{user}@{Domain}";
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                Note(await AnswersAsync().ConfigureAwait(false));
                await Task.Delay(_options.KeepAlive, _time, _closing.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The trunk is being closed.
        }
    }

    private async Task<bool> AnswersAsync()
    {
        using var patience = new CancellationTokenSource(_options.KeepAliveTimeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _closing.Token);
        try
        {
            return await AddressAsync(stop.Token).ConfigureAwait(false) is { } destination
                && await _endpoint.OptionsAsync(destination, $"sip:{Domain}", From(null), stop.Token).ConfigureAwait(false) != 0;
        }
        catch (OperationCanceledException) when (!_closing.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Note(bool answered)
    {
        if (answered)
        {
            Interlocked.Exchange(ref _failures, 0);
            if (!_isUp)
                _logger.TrunkIsUp(Name);
            _isUp = true;
            return;
        }
        var failures = Interlocked.Increment(ref _failures);
        if (failures < FailuresUntilDown)
            return;
        if (_isUp)
            _logger.TrunkIsDown(Name, failures, _options.Host, _options.Port);
        _isUp = false;
        // A name may point elsewhere by now.
        if (!IPAddress.TryParse(_options.Host, out _))
            _address = null;
    }

    private async Task<IPEndPoint?> AddressAsync(CancellationToken cancellationToken)
    {
        if (_address is { } known)
            return known;
        try
        {
            var family = _endpoint.LocalEndPoint.AddressFamily;
            var addresses = await Dns.GetHostAddressesAsync(_options.Host, family, cancellationToken).ConfigureAwait(false);
            return addresses is [var first, ..] ? _address = new IPEndPoint(first, _options.Port) : null;
        }
        catch (SocketException e)
        {
            _logger.NoAddress(Name, _options.Host, e.Message);
            return null;
        }
    }
}
