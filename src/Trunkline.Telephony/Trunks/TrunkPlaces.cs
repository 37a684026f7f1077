using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Trunkline.Telephony.Sip;

namespace Trunkline.Telephony.Trunks;

/// <summary>
/// The places behind one trunk, and which of them answer. Two times in a row without any response mean down, one with one means up again. A place counts as
/// up until shown otherwise, since a call tried costs less than a call refused.
/// </summary>
internal sealed class TrunkPlaces(SipTrunkOptions options, SipHostLookup lookup, AddressFamily family, TimeProvider time, ILogger logger)
{
    private const int FailuresUntilDown = 2;

    private readonly Lock _lock = new();
    private readonly Dictionary<SipPeer, State> _states = [];
    private IReadOnlyList<SipPeer> _places = [];
    private long _lookedUp;
    private bool _isUp = true;

    /// <summary>False when every place is down.</summary>
    public bool IsUp
    {
        get
        {
            lock (_lock)
                return _isUp;
        }
    }

    /// <summary>Every place, looked up when that is due. Empty when the names have no addresses.</summary>
    public async Task<IReadOnlyList<SipPeer>> AllAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_places.Count > 0 && time.GetElapsedTime(_lookedUp) < options.LookUpEvery)
                return _places;
        }
        List<SipPeer> found = [];
        foreach (var (host, port) in options.Hosts())
        {
            var (places, fault) = await lookup.FindAsync(host, port, options.Transport, family, cancellationToken).ConfigureAwait(false);
            if (places.Count == 0)
                logger.NoAddress(options.Name, host, fault);
            found.AddRange(places.Where(p => !found.Contains(p)));
        }
        lock (_lock)
        {
            _lookedUp = time.GetTimestamp();
            // A name server that is away takes no carrier away: the places from before may well be right.
            if (found.Count == 0)
                return _places;
            _places = found;
            foreach (var gone in _states.Keys.Except(found).ToArray())
                _states.Remove(gone);
            Judge();
            return _places;
        }
    }

    /// <summary>The places to try for a call, the best first; empty when all are down or at rest, or none is known.</summary>
    public async Task<IReadOnlyList<SipPeer>> UpAsync(CancellationToken cancellationToken)
    {
        var all = await AllAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
            return [.. all.Where(p => !IsDown(p) && !Rests(p))];
    }

    /// <summary>True when there are places that are up, and all of them rest.</summary>
    public bool IsResting
    {
        get
        {
            lock (_lock)
            {
                var up = _places.Where(p => !IsDown(p)).ToList();
                return up.Count > 0 && up.TrueForAll(Rests);
            }
        }
    }

    /// <summary>A place takes no calls for so long: RFC 3261 section 21.5.4 has it be left alone.</summary>
    public void Rest(SipPeer place, TimeSpan rest)
    {
        lock (_lock)
        {
            if (!_states.TryGetValue(place, out var state))
                _states[place] = state = new State();
            (state.RestsSince, state.RestsFor) = (time.GetTimestamp(), rest);
            logger.PlaceRests(options.Name, place, rest.TotalSeconds);
        }
    }

    /// <summary>Whether a place answered.</summary>
    public void Note(SipPeer place, bool answered)
    {
        lock (_lock)
        {
            if (!_states.TryGetValue(place, out var state))
                _states[place] = state = new State();
            var wasDown = IsDown(place);
            state.Failures = answered ? 0 : state.Failures + 1;
            state.Since = time.GetTimestamp();
            if (!wasDown && IsDown(place))
                logger.PlaceIsDown(options.Name, place, state.Failures);
            else if (wasDown && answered)
                logger.PlaceIsUp(options.Name, place);
            Judge();
        }
    }

    private bool IsDown(SipPeer place) => _states.TryGetValue(place, out var state) && state.Failures >= FailuresUntilDown
        // Nobody probes: then it is tried again after a while, and the only one always.
        && (options.KeepAlive > TimeSpan.Zero || _places.Count > 1 && time.GetElapsedTime(state.Since) < options.LeaveOut);

    private bool Rests(SipPeer place) =>
        _states.TryGetValue(place, out var state) && state.RestsFor > TimeSpan.Zero && time.GetElapsedTime(state.RestsSince) < state.RestsFor;

    private void Judge()
    {
        var isUp = _places.Count == 0 || _places.Any(p => !IsDown(p));
        if (isUp == _isUp)
            return;
        _isUp = isUp;
        if (isUp)
            logger.TrunkIsUp(options.Name);
        else
        {
            logger.TrunkIsDown(options.Name, options.Host);
            // A name may point elsewhere by now.
            _lookedUp = 0;
            _places = options.IsLiteral ? _places : [];
        }
    }

    private sealed class State
    {
        public int Failures { get; set; }

        public long Since { get; set; }

        public long RestsSince { get; set; }

        public TimeSpan RestsFor { get; set; }
    }
}
