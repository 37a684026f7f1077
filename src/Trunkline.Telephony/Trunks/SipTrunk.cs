using System.Net;
using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sip;

namespace Trunkline.Telephony.Trunks;

/// <summary>
/// A carrier over SIP, at one place or several. Its channels are counted, and its OPTIONS keep-alive says which places are there: a call goes to the first
/// that is, and to the next one when that does not take it.
/// </summary>
public sealed class SipTrunk : ITrunk, IAsyncDisposable
{
    private readonly SipTrunkOptions _options;
    private readonly SipEndpoint _endpoint;
    private readonly FaxCallRunner _runner;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TrunkPlaces _places;
    private readonly SemaphoreSlim _channels;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _watching;
    private readonly SipRegistration? _registration;
    private int _isDisposed;

    /// <summary>Begins to watch the carrier at once.</summary>
    /// <param name="endpoint">The socket to call from; it may be shared, and outlives the trunk.</param>
    /// <param name="lookup">Finds the places behind names; null looks up addresses only.</param>
    public SipTrunk(
        SipTrunkOptions options, SipEndpoint endpoint, IMediaEngine media, TimeProvider time, ILogger<SipTrunk> logger, SipHostLookup? lookup = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxChannels, 1);
        (_options, _endpoint, _time, _logger) = (options, endpoint, time, logger);
        _runner = new FaxCallRunner(endpoint, media, time, options.Calls);
        _places = new TrunkPlaces(options, lookup ?? new SipHostLookup(null), endpoint.LocalEndPoint.AddressFamily, time, logger);
        _channels = new SemaphoreSlim(options.MaxChannels);
        _watching = options.KeepAlive > TimeSpan.Zero ? WatchAsync() : Task.CompletedTask;
        if (options.Register)
            _registration = new SipRegistration(endpoint, Registration(), FirstPlaceAsync, time, logger);
    }

    /// <inheritdoc />
    public string Name => _options.Name;

    /// <inheritdoc />
    public int MaxChannels => _options.MaxChannels;

    /// <inheritdoc />
    public bool IsUp => _places.IsUp;

    /// <summary>True while every place that is up has asked for no calls.</summary>
    public bool IsResting => _places.IsResting;

    /// <summary>Channels that no call holds.</summary>
    public int FreeChannels => _channels.CurrentCount;

    /// <summary>True while the carrier has our registration; null when none is wanted.</summary>
    public bool? IsRegistered => _registration?.IsRegistered;

    private string Domain
    {
        get
        {
            var host = _options.Domain ?? _options.Hosts()[0].Host;
            return IPAddress.TryParse(host, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{host}]" : host;
        }
    }

    /// <inheritdoc />
    public Task<FaxCallResult> SendFaxAsync(FaxCall call, IFaxCallObserver observer, CancellationToken cancellationToken) => SendFaxAsync(call, observer, false, cancellationToken);

    /// <summary>As the other; where another trunk follows, this one is left when none of its places says anything within seconds.</summary>
    internal async Task<FaxCallResult> SendFaxAsync(FaxCall call, IFaxCallObserver observer, bool anotherFollows, CancellationToken cancellationToken)
    {
        IReadOnlyList<SipPeer> places;
        var taken = false;
        try
        {
            await _channels.WaitAsync(cancellationToken).ConfigureAwait(false);
            taken = true;
            places = await _places.UpAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (taken)
                _channels.Release();
            return FaxCallRunner.NotPlaced(call, CallOutcome.Cancelled, "cancelled while it waited for a channel");
        }
        try
        {
            if (!IsUp)
                return FaxCallRunner.NotPlaced(call, CallOutcome.TrunkDown, $"the trunk {Name} does not answer OPTIONS");
            if (places.Count == 0 && IsResting)
                return FaxCallRunner.NotPlaced(call, CallOutcome.Congestion, $"the trunk {Name} takes no calls for a while: 503 with Retry-After");
            if (places.Count == 0)
                return FaxCallRunner.NotPlaced(call, CallOutcome.TrunkDown, $"the host of the trunk {Name} has no address");
            var route = new FaxCallRoute(places[0], $"sip:{Dialled(call.To)}@{Domain}", From(call.From), _options.Credentials)
            {
                Alternatives = [.. places.Skip(1)],
                LeavesSilent = anotherFollows,
                Tried = _places.Note,
                Rests = _places.Rest,
                Headers = Headers(call.From),
            };
            var result = await _runner.RunAsync(call, route, observer, cancellationToken).ConfigureAwait(false);
            _logger.CallEnded(call.CallId, call.To.Shortened, Name, result.Outcome, result.PagesConfirmed, result.Duration.TotalSeconds, result.T38,
                result.BitRate, result.Detail);
            return result;
        }
        finally
        {
            _channels.Release();
        }
    }

    /// <summary>Stops watching, and takes the registration back. Calls in progress are their callers' to cancel.</summary>
    public async ValueTask DisposeAsync()
    {
        // A container that knows the trunk by two names disposes it twice.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        if (_registration is not null)
            await _registration.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
        _channels.Dispose();
    }

    internal string Dialled(PhoneNumber number) => _options.Format switch
    {
        DialFormat.Plus => _options.Prefix + number.E164,
        DialFormat.Digits => _options.Prefix + number.E164[1..],
    };

    private string? Number(PhoneNumber? shown) => (shown ?? _options.CallerId)?.E164;

    private string From(PhoneNumber? shown) => $"sip:{_options.FromUser ?? Number(shown) ?? _options.Credentials?.UserName ?? "anonymous"}@{Domain}";

    private List<KeyValuePair<string, string>> Headers(PhoneNumber? shown)
    {
        var number = Number(shown);
        List<KeyValuePair<string, string>> headers = [.. _options.Headers.Select(h => KeyValuePair.Create(h.Key, h.Value
            .Replace("{number}", number ?? "anonymous", StringComparison.Ordinal).Replace("{domain}", Domain, StringComparison.Ordinal)))];
        var name = _options.Identity switch
        {
            TrunkIdentity.None => null,
            TrunkIdentity.Asserted => "P-Asserted-Identity",
            TrunkIdentity.Preferred => "P-Preferred-Identity",
            TrunkIdentity.RemoteParty => "Remote-Party-ID",
        };
        if (name is not null && number is not null)
            headers.Add(new(name, $"<sip:{number}@{Domain}>{(_options.Identity == TrunkIdentity.RemoteParty ? ";party=calling;privacy=off;screen=no" : "")}"));
        return headers;
    }

    private SipRegistrationOptions Registration() => new()
    {
        Registrar = $"sip:{Domain}",
        Address = $"sip:{_options.FromUser ?? _options.Credentials?.UserName ?? Number(null) ?? "anonymous"}@{Domain}",
        Credentials = _options.Credentials,
        Expires = _options.RegisterExpires,
    };

    private async Task<SipPeer?> FirstPlaceAsync(CancellationToken cancellationToken)
    {
        var up = await _places.UpAsync(cancellationToken).ConfigureAwait(false);
        if (up.Count == 0)
            up = await _places.AllAsync(cancellationToken).ConfigureAwait(false);
        return up.Count > 0 ? up[0] : null;
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await Task.WhenAll((await _places.AllAsync(_closing.Token).ConfigureAwait(false)).Select(AskAsync)).ConfigureAwait(false);
                await Task.Delay(_options.KeepAlive, _time, _closing.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The trunk is being closed.
        }
    }

    private async Task AskAsync(SipPeer place)
    {
        using var patience = new CancellationTokenSource(_options.KeepAliveTimeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _closing.Token);
        try
        {
            _places.Note(place, await _endpoint.OptionsAsync(place, $"sip:{Domain}", From(null), stop.Token).ConfigureAwait(false) != 0);
        }
        catch (OperationCanceledException) when (!_closing.IsCancellationRequested)
        {
            _places.Note(place, false);
        }
    }
}
