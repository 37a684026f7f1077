using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>Our BYE: the call is over when it was answered with anything, or with nothing in time (RFC 3261 section 15.1.1).</summary>
internal sealed class OutgoingBye(SipCall call, SipCallEnd end) : IClientTransactionUser
{
    private int _round;

    public void Start() => call.Core.Layer.Start(call.NewRequest(SipMethod.Bye), call.Core.NextHop(call.Dialog), this);

    public void OnResponse(ClientTransaction transaction, SipMessage response, SipPeer from)
    {
        if (response.StatusCode < 200)
            return;
        if (call.Digest.TryLearn(response, transaction.Request, _round++))
            Start();
        else
        {
            call.Trace($"{response.StatusCode} {response.ReasonPhrase} received for BYE");
            call.End(end);
        }
    }

    public void OnTimeout(ClientTransaction transaction) => call.End(end);
}
