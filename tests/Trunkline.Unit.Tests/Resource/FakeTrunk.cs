using System.Collections.Concurrent;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Trunks;

namespace Trunkline.Unit.Tests.Resource;

/// <summary>A trunk whose far end is a script; it counts the calls on the line and remembers every one.</summary>
internal sealed class FakeTrunk : ITrunk
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _perDestination = [];
    private int _onTheLine;

    public string Name => "fake";

    public int MaxChannels { get; init; } = 4;

    public bool IsUp { get; set; } = true;

    /// <summary>What the far end does; by default it takes every page.</summary>
    public Func<FaxCall, IFaxCallObserver, CancellationToken, Task<FaxCallResult>> FarEnd { get; set; } = TakesEveryPage;

    public ConcurrentQueue<FaxCall> Calls { get; } = new();

    public int MostAtOnce { get; private set; }

    public int MostToOneDestination { get; private set; }

    public async Task<FaxCallResult> SendFaxAsync(FaxCall call, IFaxCallObserver observer, CancellationToken cancellationToken)
    {
        Calls.Enqueue(call);
        lock (_lock)
        {
            MostAtOnce = Math.Max(MostAtOnce, ++_onTheLine);
            var same = _perDestination[call.To.E164] = _perDestination.GetValueOrDefault(call.To.E164) + 1;
            MostToOneDestination = Math.Max(MostToOneDestination, same);
        }
        try
        {
            return await FarEnd(call, observer, cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _onTheLine--;
                _perDestination[call.To.E164]--;
            }
        }
    }

    public static async Task<FaxCallResult> TakesEveryPage(FaxCall call, IFaxCallObserver observer, CancellationToken cancellationToken)
    {
        await observer.DialingAsync(cancellationToken);
        await observer.AnsweredAsync(cancellationToken);
        observer.TransferBegins("+1 202 555 0100", 14400, ecm: true, t38: true);
        for (var page = call.FirstPage; page <= call.Pages; page++)
            observer.PageConfirmed(page);
        return new FaxCallResult
        {
            Outcome = CallOutcome.Delivered,
            Detail = "T.30 completed",
            PagesConfirmed = call.Pages,
            Duration = TimeSpan.FromSeconds(42),
            RemoteIdent = "+1 202 555 0100",
            BitRate = 14400,
            Ecm = true,
            T38 = true,
            CallPlaced = true,
            Events = [new CallEvent(TimeSpan.FromSeconds(1.5), "SIP", "200 OK")],
        };
    }

    public static async Task<FaxCallResult> Ends(CallOutcome outcome, IFaxCallObserver observer, CancellationToken cancellationToken)
    {
        await observer.DialingAsync(cancellationToken);
        return new FaxCallResult { Outcome = outcome, Detail = "486 Busy Here", PagesConfirmed = 0, CallPlaced = true };
    }
}
