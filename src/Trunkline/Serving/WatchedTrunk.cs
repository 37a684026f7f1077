using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Trunks;

namespace Trunkline.Serving;

/// <summary>Somebody who wants to see calls as they go on. Called from media threads too: returns at once.</summary>
public abstract class CallWatch
{
    public abstract void Dialing(FaxCall call);

    public abstract void Answered();

    public abstract void TransferBegins(string remoteIdent, int bitRate, bool ecm, bool t38);

    public abstract void PageConfirmed(int page, int pages);

    public abstract void Ended(FaxCallResult result);
}

/// <summary>A trunk whose calls are watched.</summary>
internal sealed class WatchedTrunk(ITrunk trunk, CallWatch watch) : ITrunk
{
    public string Name => trunk.Name;

    public int MaxChannels => trunk.MaxChannels;

    public bool IsUp => trunk.IsUp;

    public async Task<FaxCallResult> SendFaxAsync(FaxCall call, IFaxCallObserver observer, CancellationToken cancellationToken)
    {
        var result = await trunk.SendFaxAsync(call, new Observer(call, observer, watch), cancellationToken);
        watch.Ended(result);
        return result;
    }

    private sealed class Observer(FaxCall call, IFaxCallObserver inner, CallWatch watch) : IFaxCallObserver
    {
        public async ValueTask DialingAsync(CancellationToken cancellationToken)
        {
            await inner.DialingAsync(cancellationToken);
            watch.Dialing(call);
        }

        public async ValueTask AnsweredAsync(CancellationToken cancellationToken)
        {
            await inner.AnsweredAsync(cancellationToken);
            watch.Answered();
        }

        public void TransferBegins(string remoteIdent, int bitRate, bool ecm, bool t38)
        {
            inner.TransferBegins(remoteIdent, bitRate, ecm, t38);
            watch.TransferBegins(remoteIdent, bitRate, ecm, t38);
        }

        public void PageConfirmed(int page)
        {
            inner.PageConfirmed(page);
            watch.PageConfirmed(page, call.Pages);
        }
    }
}
