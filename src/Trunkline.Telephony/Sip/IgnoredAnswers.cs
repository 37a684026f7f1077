using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>For a CANCEL: what matters is the answer to the INVITE that it is for.</summary>
internal sealed class IgnoredAnswers : IClientTransactionUser
{
    public static IgnoredAnswers Instance { get; } = new();

    public void OnResponse(ClientTransaction transaction, SipMessage response, SipPeer from)
    {
    }

    public void OnTimeout(ClientTransaction transaction)
    {
    }
}
