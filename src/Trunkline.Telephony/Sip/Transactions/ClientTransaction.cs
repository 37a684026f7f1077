using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip.Transactions;

/// <summary>Told what comes of a request that we sent, inside the endpoint's lock.</summary>
internal interface IClientTransactionUser
{
    void OnResponse(ClientTransaction transaction, SipMessage response, SipPeer from);

    /// <summary>Nobody answered in time (timer B or F).</summary>
    void OnTimeout(ClientTransaction transaction);
}

/// <summary>The side that sent a request.</summary>
internal abstract class ClientTransaction(TransactionLayer layer, string key, SipMessage request, SipPeer peer, IClientTransactionUser user)
    : SipTransaction(layer, key, request, peer)
{
    protected IClientTransactionUser User { get; } = user;

    /// <summary>Where the request goes when it was too long for UDP and there is no TCP after all; null when nothing was changed.</summary>
    public SipPeer? Otherwise { get; init; }

    /// <summary>True when any response came.</summary>
    public bool IsHeard { get; protected set; }

    public abstract void Start();

    public abstract void Receive(SipMessage response, SipPeer from);

    /// <summary>Ends the transaction as if nobody had answered in time.</summary>
    public void Abort() => TimedOut();

    /// <summary>The hop could not be connected to: by UDP then, where that was wanted first, or else nobody will answer (RFC 3261 sections 8.1.3.1, 18.1.1).</summary>
    public void Unreachable()
    {
        if (IsTerminated || IsHeard)
            return;
        if (Otherwise is not { } otherwise || otherwise.IsSamePlace(Peer))
        {
            TimedOut();
            return;
        }
        // Nobody saw the request, so its branch is still new.
        Peer = otherwise;
        var via = Request.TopVia;
        Request.Headers.Set(SipHeaderName.Via, (via with { Transport = otherwise.Transport.Name() }).ToString());
        Start();
    }

    protected void TimedOut()
    {
        Terminate();
        User.OnTimeout(this);
    }
}
