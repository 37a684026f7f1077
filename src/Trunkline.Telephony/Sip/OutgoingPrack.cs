using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>Our PRACK (RFC 3262 section 4), with credentials when asked. What comes of it matters to the far end alone.</summary>
/// <param name="acknowledged">The RAck header: the numbers of the response and of its request.</param>
internal sealed class OutgoingPrack(SipCall call, string acknowledged) : IClientTransactionUser
{
    private int _round;

    public void Start()
    {
        var request = call.NewRequest(SipMethod.Prack);
        request.Headers.Add(SipHeaderName.RAck, acknowledged);
        call.Trace("PRACK sent");
        call.Core.Layer.Start(request, call.Core.NextHop(call.Dialog), this);
    }

    public void OnResponse(ClientTransaction transaction, SipMessage response, SipPeer from)
    {
        if (response.StatusCode >= 300 && !call.IsOver && call.Digest.TryLearn(response, transaction.Request, _round++))
            Start();
    }

    public void OnTimeout(ClientTransaction transaction) => call.Trace("no answer to PRACK");
}
