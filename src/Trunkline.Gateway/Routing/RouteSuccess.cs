using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Trunkline.Core;

namespace Trunkline.Gateway.Routing;

/// <summary>
/// How often each resource reached each country, of late: what is older counts less, half after <see cref="RoutingOptions.SuccessHalfLife"/>. Only what a
/// carrier can help is counted; a busy line says nothing of it.
/// </summary>
public sealed class RouteSuccess(IRouteStore store, IOptions<GatewayOptions> options)
{
    // Resources by countries; far more than an operator has.
    private const int MaxMeasures = 20_000;
    private const long Attempt = 1000;

    // A carrier begins as if so many attempts had gone well: one bad call must not shut it out.
    private const long Credit = 10 * Attempt;
    private readonly ConcurrentDictionary<(long Resource, int Country), Measure> _measures = new();

    /// <summary>Reads what was measured before this process began.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var m in await store.MeasuresAsync(cancellationToken))
            _measures.TryAdd((m.ResourceId, m.CountryCode), new Measure { Good = m.Good, Total = m.Total, At = m.At });
    }

    /// <summary>Writes down what has changed since the last time.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        var changed = new List<RouteMeasure>();
        foreach (var (key, measure) in _measures)
        {
            lock (measure)
            {
                if (!measure.IsChanged)
                    continue;
                measure.IsChanged = false;
                changed.Add(new RouteMeasure(key.Resource, key.Country, measure.Good, measure.Total, measure.At));
            }
        }
        if (changed.Count > 0)
            await store.SaveMeasuresAsync(changed, cancellationToken);
    }

    /// <summary>Counts an attempt.</summary>
    /// <param name="digits">Of the number, country code first.</param>
    public void Count(long resourceId, ReadOnlySpan<char> digits, CallOutcome outcome, DateTimeOffset now)
    {
        if (IsCarriersDoing(outcome) is not { } isGood)
            return;
        var key = (resourceId, CountryCodes.Of(digits));
        if (!_measures.TryGetValue(key, out var measure))
        {
            if (_measures.Count >= MaxMeasures)
                return;
            measure = _measures.GetOrAdd(key, _ => new Measure { At = now });
        }
        lock (measure)
        {
            measure.Decay(now, options.Value.Routing.SuccessHalfLife);
            measure.Good += isGood ? Attempt : 0;
            measure.Total += Attempt;
            measure.IsChanged = true;
        }
    }

    /// <summary>Attempts of a thousand that this resource brings to their end in the country of this number: 1 to 1000.</summary>
    public int PerThousand(long resourceId, ReadOnlySpan<char> digits)
    {
        if (!_measures.TryGetValue((resourceId, CountryCodes.Of(digits)), out var measure))
            return 1000;
        lock (measure)
            return (int)Math.Clamp((measure.Good + Credit) * 1000 / (measure.Total + Credit), 1, 1000);
    }

    /// <summary>True and false where the carrier is to be praised or blamed, null where neither.</summary>
    private static bool? IsCarriersDoing(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Delivered => true,
        CallOutcome.Congestion or CallOutcome.TrunkDown or CallOutcome.Unauthorized or CallOutcome.CarrierRefused or CallOutcome.Dropped or CallOutcome.Incompatible => false,
        CallOutcome.Busy or CallOutcome.NoAnswer or CallOutcome.Refused or CallOutcome.NotInService or CallOutcome.NoFax or CallOutcome.Person
            or CallOutcome.VoiceMail or CallOutcome.Interrupted or CallOutcome.BadDocument or CallOutcome.Expired or CallOutcome.Cancelled or CallOutcome.Uncertain or CallOutcome.NoPrice
            or CallOutcome.NoCredit or CallOutcome.NotAllowed => null,
    };

    private sealed class Measure
    {
        public long Good { get; set; }
        public long Total { get; set; }
        public DateTimeOffset At { get; set; }
        public bool IsChanged { get; set; }

        public void Decay(DateTimeOffset now, TimeSpan halfLife)
        {
            if (now <= At)
                return;
            var left = Math.Pow(0.5, (now - At) / halfLife);
            Good = (long)(Good * left);
            Total = (long)(Total * left);
            At = now;
        }
    }
}
