using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>
/// Repeats a 2xx to an INVITE until its ACK comes, even on a reliable transport, since an unreliable hop may follow (RFC 3261 section 13.3.1.4).
/// </summary>
internal sealed class SuccessUntilAck(TransactionLayer layer)
{
    private readonly Retransmission _again = layer.NewRetransmission();
    private readonly GatedTimer _lost = layer.NewTimer();
    private int? _cseq;

    public void Start(byte[] success, SipPeer peer, int cseq, Action lost)
    {
        _cseq = cseq;
        _again.Start(layer.Timers.T1, layer.Timers.T2, () => layer.Transport.Send(success, peer));
        _lost.Set(layer.Timers.GiveUp, () =>
        {
            Stop();
            lost();
        });
    }

    /// <summary>True when this ACK is the one that is waited for.</summary>
    public bool TryAcknowledge(int cseq)
    {
        if (_cseq != cseq)
            return false;
        Stop();
        return true;
    }

    public void Stop()
    {
        _cseq = null;
        _again.Stop();
        _lost.Stop();
    }
}
