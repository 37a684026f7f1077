using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip.Transactions;

/// <summary>Any other request, client side: RFC 3261 section 17.1.2.</summary>
internal sealed class NonInviteClientTransaction(TransactionLayer layer, string key, SipMessage request, SipPeer peer, IClientTransactionUser user)
    : ClientTransaction(layer, key, request, peer, user)
{
    private byte[] _bytes = [];
    private State _state;

    private enum State
    {
        Trying,
        Proceeding,
        Completed,
    }

    public override void Start()
    {
        _bytes = SipWriter.Write(Request);
        Repeat(_bytes, Timers.T1, Timers.T2);
        After(Timers.GiveUp, TimedOut);
        Send(_bytes);
    }

    public override void Receive(SipMessage response, SipPeer from)
    {
        IsHeard = true;
        if (_state == State.Completed)
            return;
        if (response.StatusCode >= 200)
        {
            StopRepeating();
            _state = State.Completed;
            After(IsReliable ? TimeSpan.Zero : Timers.T4, Terminate);
        }
        else if (_state == State.Trying)
        {
            // Once the far end is known to work on it, timer E is T2 and timer F goes on (section 17.1.2.2).
            _state = State.Proceeding;
            Repeat(_bytes, Timers.T2, Timers.T2);
        }
        User.OnResponse(this, response, from);
    }
}
