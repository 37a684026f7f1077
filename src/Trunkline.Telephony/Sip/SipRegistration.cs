using Microsoft.Extensions.Logging;

namespace Trunkline.Telephony.Sip;

/// <summary>How we register with a carrier.</summary>
public sealed record SipRegistrationOptions
{
    /// <summary>The carrier's domain as a URI, such as <c>sip:carrier.example</c>.</summary>
    public required string Registrar { get; init; }

    /// <summary>Who registers, such as <c>sip:gateway@carrier.example</c>.</summary>
    public required string Address { get; init; }

    /// <summary>For a registrar that asks, as all do.</summary>
    public SipCredentials? Credentials { get; init; }

    /// <summary>What is asked for; the registrar decides. Short enough that a carrier which lost its memory has us back soon.</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>After a failure; doubled with each further one.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait after failures.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>
/// A registration that is kept (RFC 3261 section 10): made at once, refreshed at three quarters of what was granted, tried again after failures, taken back
/// at the end. That it fails keeps no call from being tried: whether a call needs it is the carrier's to say.
/// </summary>
public sealed class SipRegistration : IAsyncDisposable
{
    /// <summary>How long the end of the program waits for the carrier to take note.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    /// <summary>A registrar that grants less than this is asked no oftener all the same.</summary>
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(10);

    private readonly SipEndpoint _endpoint;
    private readonly SipRegistrationOptions _options;
    private readonly Func<CancellationToken, Task<SipPeer?>> _where;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RegistrationSeries _series;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _running;
    private volatile bool _isRegistered;
    private SipPeer? _registeredAt;

    /// <summary>Begins at once.</summary>
    /// <param name="where">The carrier's place to ask now; null when there is none.</param>
    public SipRegistration(
        SipEndpoint endpoint, SipRegistrationOptions options, Func<CancellationToken, Task<SipPeer?>> where, TimeProvider time, ILogger logger)
    {
        (_endpoint, _options, _where, _time, _logger) = (endpoint, options, where, time, logger);
        _series = new RegistrationSeries(options.Registrar, options.Address, options.Credentials);
        _running = RunAsync();
    }

    /// <summary>True while the carrier has us.</summary>
    public bool IsRegistered => _isRegistered;

    /// <summary>Takes the registration back, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_isRegistered && _registeredAt is { } place)
        {
            using var waited = new CancellationTokenSource();
            await Task.WhenAny(_endpoint.RegisterAsync(_series, place, TimeSpan.Zero), Task.Delay(Farewell, _time, waited.Token)).ConfigureAwait(false);
            await waited.CancelAsync().ConfigureAwait(false);
        }
        _closing.Dispose();
    }

    private async Task RunAsync()
    {
        var failures = 0;
        try
        {
            while (true)
            {
                var wait = await OnceAsync().ConfigureAwait(false) is { } granted ? Max(granted * 0.75, LeastWait) : Pause(failures);
                failures = _isRegistered ? 0 : failures + 1;
                await Task.Delay(wait, _time, _closing.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The trunk is being closed.
        }
    }

    /// <summary>For how long it was granted; null when it failed.</summary>
    private async Task<TimeSpan?> OnceAsync()
    {
        var place = await _where(_closing.Token).ConfigureAwait(false);
        var result = place is null
            ? new SipRegisterResult(0, "its host has no address", default)
            : await _endpoint.RegisterAsync(_series, place, _options.Expires).WaitAsync(_closing.Token).ConfigureAwait(false);
        if (result.Status is >= 200 and < 300 && result.Granted > TimeSpan.Zero)
        {
            if (!_isRegistered)
                _logger.Registered(_options.Address, place!, result.Granted.TotalSeconds);
            (_isRegistered, _registeredAt) = (true, place);
            return result.Granted;
        }
        _isRegistered = false;
        _logger.NotRegistered(_options.Address, result.Status, result.Reason);
        return null;
    }

    private TimeSpan Pause(int failures)
    {
        // Spread by a quarter, so that the gateways of a carrier that was away do not all come back at once.
        var wait = _options.RetryAfter * Math.Pow(2, Math.Min(failures, 16));
        return (wait < _options.MaxRetryAfter ? wait : _options.MaxRetryAfter) * (1 - 0.25 * Random.Shared.NextDouble());
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
