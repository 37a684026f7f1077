using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip.Transactions;

/// <summary>Any other request, server side: RFC 3261 section 17.2.2.</summary>
internal sealed class NonInviteServerTransaction(TransactionLayer layer, string key, SipMessage request, SipPeer peer, SipPeer source)
    : ServerTransaction(layer, key, request, peer, source)
{
    private byte[]? _last;
    private bool _completed;

    public override void Respond(SipMessage response)
    {
        if (_completed || IsTerminated)
            return;
        _last = SipWriter.Write(response);
        if (response.StatusCode >= 200)
        {
            _completed = true;
            After(IsReliable ? TimeSpan.Zero : Timers.GiveUp, Terminate);
        }
        Send(_last);
    }

    public override void ReceiveAgain()
    {
        if (_last is not null)
            Send(_last);
    }
}
