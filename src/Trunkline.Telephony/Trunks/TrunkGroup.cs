using Trunkline.Core;
using Trunkline.Telephony.Calls;

namespace Trunkline.Telephony.Trunks;

/// <summary>
/// Several carriers of one resource, in the order in which to use them: a call goes to the first that is up and has a free channel, and to the next one when
/// nobody there answers at all. What a carrier says of a call is the call's outcome; another is not asked for a better one.
/// </summary>
public sealed class TrunkGroup : ITrunk, IAsyncDisposable
{
    private readonly IReadOnlyList<SipTrunk> _trunks;

    /// <summary>Takes the trunks over, and disposes them with itself.</summary>
    public TrunkGroup(IReadOnlyList<SipTrunk> trunks)
    {
        ArgumentOutOfRangeException.ThrowIfZero(trunks.Count);
        _trunks = trunks;
    }

    /// <inheritdoc />
    public string Name => string.Join(", ", _trunks.Select(t => t.Name));

    /// <inheritdoc />
    public int MaxChannels => _trunks.Sum(t => t.MaxChannels);

    /// <inheritdoc />
    public bool IsUp => _trunks.Any(t => t.IsUp);

    /// <inheritdoc />
    public async Task<FaxCallResult> SendFaxAsync(FaxCall call, IFaxCallObserver observer, CancellationToken cancellationToken)
    {
        List<SipTrunk> left = [.. _trunks];
        FaxCallResult? before = null;
        while (true)
        {
            var trunk = left.Find(t => t is { IsUp: true, IsResting: false, FreeChannels: > 0 }) ?? left.Find(t => t.IsUp) ?? left[0];
            left.Remove(trunk);
            var result = After(before, await trunk.SendFaxAsync(call, observer, left.Exists(t => t.IsUp), cancellationToken).ConfigureAwait(false));
            before = result;
            if (result.Outcome != CallOutcome.TrunkDown || cancellationToken.IsCancellationRequested || !left.Exists(t => t.IsUp))
                return result;
        }
    }

    /// <summary>What happened at the carriers before stays in the record: an INVITE left, and its events come first.</summary>
    private static FaxCallResult After(FaxCallResult? before, FaxCallResult result)
    {
        if (before is null)
            return result;
        var since = before.Events.Count > 0 ? before.Events[^1].At : TimeSpan.Zero;
        return result with
        {
            CallPlaced = result.CallPlaced || before.CallPlaced,
            Events = [.. before.Events, .. result.Events.Select(e => e with { At = since + e.At })],
            Rates = [.. result.Rates.Select(rate => rate with { At = since + rate.At })],
            PageTimes = [.. result.PageTimes.Select(page => page with { At = since + page.At })],
        };
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var trunk in _trunks)
            await trunk.DisposeAsync().ConfigureAwait(false);
    }
}
