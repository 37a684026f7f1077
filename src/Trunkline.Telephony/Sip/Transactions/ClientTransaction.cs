using System.Net;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip.Transactions;

/// <summary>Told what comes of a request that we sent, inside the endpoint's lock.</summary>
internal interface IClientTransactionUser
{
    void OnResponse(ClientTransaction transaction, SipMessage response, IPEndPoint from);

    /// <summary>Nobody answered in time (timer B or F).</summary>
    void OnTimeout(ClientTransaction transaction);
}

/// <summary>The side that sent a request.</summary>
internal abstract class ClientTransaction(TransactionLayer layer, string key, SipMessage request, IPEndPoint peer, IClientTransactionUser user)
    : SipTransaction(layer, key, request, peer)
{
    protected IClientTransactionUser User { get; } = user;

    public abstract void Start();

    public abstract void Receive(SipMessage response, IPEndPoint from);

    /// <summary>Ends the transaction as if nobody had answered in time.</summary>
    public void Abort() => TimedOut();

    protected void TimedOut()
    {
        Terminate();
        User.OnTimeout(this);
    }
}
