using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>Our UPDATE without a description (RFC 3311): it says that the call is still there, and changes nothing (RFC 4028 section 7.4).</summary>
internal sealed class OutgoingUpdate(SipCall call) : IClientTransactionUser
{
    private int _round;

    public bool IsPending { get; private set; } = true;

    public void Start()
    {
        call.Trace("UPDATE sent");
        call.Core.Layer.Start(call.NewRequest(SipMethod.Update), call.Core.NextHop(call.Dialog), this);
    }

    public void OnResponse(ClientTransaction transaction, SipMessage response, SipPeer from)
    {
        if (response.StatusCode < 200)
            return;
        if (response.StatusCode >= 300 && !call.IsOver && call.Digest.TryLearn(response, transaction.Request, _round++))
        {
            Start();
            return;
        }
        IsPending = false;
        call.Trace($"{response.StatusCode} {response.ReasonPhrase} received for UPDATE");
        if (response.StatusCode < 300)
        {
            call.Dialog.Refresh(response, from);
            call.Interval.TakeAnswer(response);
        }
        else
            call.RefreshRefused(response);
    }

    public void OnTimeout(ClientTransaction transaction)
    {
        IsPending = false;
        call.HangUp("the far end did not answer the refresh of the session", SipCallEnder.Lost);
    }
}
