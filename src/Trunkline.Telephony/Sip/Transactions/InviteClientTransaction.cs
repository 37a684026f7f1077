using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip.Transactions;

/// <summary>INVITE, client side: RFC 3261 section 17.1.1 with the Accepted state of RFC 6026.</summary>
internal sealed class InviteClientTransaction(TransactionLayer layer, string key, SipMessage request, SipPeer peer, IClientTransactionUser user)
    : ClientTransaction(layer, key, request, peer, user)
{
    private State _state;
    private byte[]? _ack;
    private bool _isGivenUp;

    private enum State
    {
        Calling,
        Proceeding,
        Accepted,
        Completed,
    }

    /// <summary>True once any provisional response came: only then may a CANCEL follow (section 9.1).</summary>
    public bool HeardProvisional { get; private set; }

    /// <summary>True until a final response came.</summary>
    public bool IsPending => !IsTerminated && _state is State.Calling or State.Proceeding;

    public override void Start()
    {
        var bytes = SipWriter.Write(Request);
        Repeat(bytes, Timers.T1, TimeSpan.MaxValue / 4);
        After(Timers.GiveUp, TimedOut);
        Send(bytes);
    }

    public override void Receive(SipMessage response, SipPeer from)
    {
        IsHeard = true;
        switch (_state)
        {
            case State.Calling or State.Proceeding when response.StatusCode < 200:
                StopRepeating();
                // A far end that rings on after CANCEL must not ring for ever.
                if (!_isGivenUp)
                    StopWaiting();
                _state = State.Proceeding;
                HeardProvisional = true;
                User.OnResponse(this, response, from);
                break;
            case State.Calling or State.Proceeding when response.StatusCode < 300:
                StopRepeating();
                _state = State.Accepted;
                After(Timers.GiveUp, Terminate);
                User.OnResponse(this, response, from);
                break;
            case State.Calling or State.Proceeding:
                StopRepeating();
                _state = State.Completed;
                _ack = SipWriter.Write(Ack(response));
                After(IsReliable ? TimeSpan.Zero : Timers.D, Terminate);
                Send(_ack);
                User.OnResponse(this, response, from);
                break;
            case State.Accepted when response.StatusCode is >= 200 and < 300:
                // The same 2xx again, or that of another branch of a fork: the core acknowledges both.
                User.OnResponse(this, response, from);
                break;
            case State.Completed when response.StatusCode >= 300:
                Send(_ack!);
                break;
        }
    }

    /// <summary>Says the INVITE no more, though responses are still waited for.</summary>
    public void BeQuiet() => StopRepeating();

    /// <summary>Waits for a final response no longer than this (after CANCEL, section 9.1); then the user is told that none came.</summary>
    public void GiveUpAfter(TimeSpan due)
    {
        _isGivenUp = true;
        After(due, TimedOut);
    }

    /// <summary>The CANCEL of this INVITE: the same branch, so that it finds it (section 9.1).</summary>
    public SipMessage Cancel() => SameBranch(SipMethod.Cancel, Request.Headers[SipHeaderName.To]!);

    private SipMessage Ack(SipMessage response) => SameBranch(SipMethod.Ack, response.Headers[SipHeaderName.To]!);

    private SipMessage SameBranch(string method, string to)
    {
        var message = SipMessage.Request(method, Request.RequestUri);
        message.Headers.Add(SipHeaderName.Via, Request.Headers.First(SipHeaderName.Via)!);
        message.Headers.Add(SipHeaderName.MaxForwards, "70");
        foreach (var route in Request.Headers.All(SipHeaderName.Route))
            message.Headers.Add(SipHeaderName.Route, route);
        message.Headers.Add(SipHeaderName.From, Request.Headers[SipHeaderName.From]!);
        message.Headers.Add(SipHeaderName.To, to);
        message.Headers.Add(SipHeaderName.CallId, Request.CallId);
        message.Headers.Add(SipHeaderName.CSeq, (Request.CSeq with { Method = method }).ToString());
        return message;
    }
}
