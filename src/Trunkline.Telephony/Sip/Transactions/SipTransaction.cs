using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip.Transactions;

/// <summary>One transaction of RFC 3261 section 17. Everything happens inside the endpoint's lock.</summary>
internal abstract class SipTransaction
{
    private readonly Retransmission _again;
    private readonly GatedTimer _end;
    private readonly TransactionLayer _layer;

    protected SipTransaction(TransactionLayer layer, string key, SipMessage request, SipPeer peer)
    {
        _layer = layer;
        (Key, Request, Peer) = (key, request, peer);
        _again = layer.NewRetransmission();
        _end = layer.NewTimer();
    }

    public string Key { get; }

    public SipMessage Request { get; }

    /// <summary>Where requests of a client, or responses of a server, go.</summary>
    public SipPeer Peer { get; protected set; }

    public bool IsTerminated { get; private set; }

    protected SipTimers Timers => _layer.Timers;

    protected bool IsReliable => Peer.IsReliable;

    public void Terminate()
    {
        if (IsTerminated)
            return;
        IsTerminated = true;
        _again.Stop();
        _end.Stop();
        _layer.Remove(this);
    }

    protected void Send(byte[] message) => _layer.Transport.Send(message, Peer);

    protected void Repeat(byte[] message, TimeSpan first, TimeSpan longest)
    {
        if (!IsReliable)
            _again.Start(first, longest, () => Send(message));
    }

    protected void StopRepeating() => _again.Stop();

    /// <summary>Sets the timer that leaves the state; on a reliable transport, where nothing is said twice, the waiting states last no time.</summary>
    protected void After(TimeSpan due, Action action) => _end.Set(due, action);

    protected void StopWaiting() => _end.Stop();
}
