using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip.Transactions;

/// <summary>INVITE, server side: RFC 3261 section 17.2.1 with the Accepted state of RFC 6026. A 2xx is repeated by the core, not here.</summary>
internal sealed class InviteServerTransaction(TransactionLayer layer, string key, SipMessage request, SipPeer peer, SipPeer source)
    : ServerTransaction(layer, key, request, peer, source)
{
    private byte[]? _last;
    private State _state;

    private enum State
    {
        Proceeding,
        Accepted,
        Completed,
        Confirmed,
    }

    /// <summary>True until a final response was sent.</summary>
    public bool IsPending => !IsTerminated && _state == State.Proceeding;

    /// <summary>Told of a CANCEL while no final response was sent.</summary>
    public Action? Cancelled { get; set; }

    public override void Respond(SipMessage response)
    {
        if (!IsPending)
            return;
        var bytes = SipWriter.Write(response);
        _last = bytes;
        if (response.StatusCode >= 300)
        {
            _state = State.Completed;
            Repeat(bytes, Timers.T1, Timers.T2);
            After(Timers.GiveUp, Terminate);
        }
        else if (response.StatusCode >= 200)
        {
            _state = State.Accepted;
            After(Timers.GiveUp, Terminate);
        }
        Send(bytes);
    }

    public override void ReceiveAgain()
    {
        if (_last is not null && _state is State.Proceeding or State.Completed)
            Send(_last!);
    }

    /// <summary>An ACK with this transaction's branch. True when it was for a refusal; that for a 2xx belongs to the core.</summary>
    public bool Acknowledge()
    {
        if (_state == State.Accepted)
            return false;
        if (_state == State.Completed)
        {
            StopRepeating();
            _state = State.Confirmed;
            After(IsReliable ? TimeSpan.Zero : Timers.T4, Terminate);
        }
        return true;
    }
}
