using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>One re-INVITE of ours, with its credentials when asked (RFC 3261 section 14.1).</summary>
internal sealed class OutgoingReinvite : IClientTransactionUser
{
    private readonly SipCall _call;
    private readonly SessionDescription _offer;
    private readonly GatedTimer _patience;
    private readonly TaskCompletionSource<SipReinviteResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private InviteClientTransaction? _transaction;
    private int _round;
    private int _acknowledged;

    public OutgoingReinvite(SipCall call, SessionDescription offer)
    {
        (_call, _offer) = (call, offer);
        _patience = call.Core.Layer.NewTimer();
        // A provisional response stops timer B, and a re-INVITE that only ever says 100 would hold the call; nobody is asked to pick up here.
        _patience.Set(call.Core.Layer.Timers.GiveUp, GiveUp);
    }

    public Task<SipReinviteResult> Result => _result.Task;

    public bool IsPending => !_result.Task.IsCompleted;

    public void Start()
    {
        var request = _call.NewRequest(SipMethod.Invite);
        SipCore.SetSdp(request, _offer);
        _call.Trace("re-INVITE sent");
        _transaction = (InviteClientTransaction)_call.Core.Layer.Start(request, _call.Core.NextHop(_call.Dialog), this);
    }

    public void CallEnded()
    {
        // Nobody waits for it any more; without a limit, one that was only ever answered with 100 would stay for ever.
        if (_transaction is { IsPending: true } transaction)
            transaction.GiveUpAfter(_call.Core.Layer.Timers.GiveUp);
        Finish(new SipReinviteResult(481, "The call ended", null));
    }

    public void OnResponse(ClientTransaction transaction, SipMessage response, SipPeer from)
    {
        if (response.StatusCode < 200)
            return;
        if (response.StatusCode < 300)
        {
            OnSuccess(response, from);
            return;
        }
        _call.Trace($"{response.StatusCode} {response.ReasonPhrase} received for re-INVITE");
        if (IsPending && !_call.IsOver && _call.Digest.TryLearn(response, transaction.Request, _round++))
        {
            Start();
            return;
        }
        Finish(new SipReinviteResult(response.StatusCode, response.ReasonPhrase, null));
        if (response.StatusCode == 422)
            _call.RefreshRefused(response);
        // 481 says that the far end does not know the call (RFC 5057 section 5.2): nothing is left to be had from it.
        if (response.StatusCode == 481)
            _call.HangUp("the far end no longer knows the call", SipCallEnder.Lost);
    }

    public void OnTimeout(ClientTransaction transaction) => Finish(new SipReinviteResult(408, "No answer to the re-INVITE", null));

    private void OnSuccess(SipMessage response, SipPeer from)
    {
        if (response.CSeq.Number == _acknowledged)
        {
            _call.AcknowledgeAgain(response.CSeq.Number);
            return;
        }
        _acknowledged = response.CSeq.Number;
        _call.Trace($"{response.StatusCode} {response.ReasonPhrase} received for re-INVITE");
        _call.Dialog.Refresh(response, from);
        _call.Acknowledge(response.CSeq.Number);
        var answer = SipCore.ReadSdp(response);
        _call.Learn(response);
        _call.Interval.TakeAnswer(response);
        if (answer is not null)
            _call.LocalDescription = _offer;
        if (IsPending && answer is not null)
            _call.RemoteDescription = answer;
        Finish(new SipReinviteResult(response.StatusCode, response.ReasonPhrase, answer));
    }

    private void GiveUp()
    {
        if (_transaction is { IsPending: true, HeardProvisional: true } transaction)
        {
            transaction.GiveUpAfter(_call.Core.Layer.Timers.GiveUp);
            _call.Core.Layer.StartWithVia(transaction.Cancel(), transaction.Peer, IgnoredAnswers.Instance);
        }
        Finish(new SipReinviteResult(408, "No answer to the re-INVITE", null));
    }

    private void Finish(SipReinviteResult result)
    {
        _patience.Stop();
        _result.TrySetResult(result);
    }
}
