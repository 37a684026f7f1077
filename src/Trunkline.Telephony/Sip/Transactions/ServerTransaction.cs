using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip.Transactions;

/// <summary>The side that received a request.</summary>
internal abstract class ServerTransaction(TransactionLayer layer, string key, SipMessage request, SipPeer peer, SipPeer source)
    : SipTransaction(layer, key, request, peer)
{
    /// <summary>Where the request came from.</summary>
    public SipPeer Source { get; } = source;

    /// <summary>The To tag of every response of ours to this request (section 8.2.6.2).</summary>
    public string LocalTag { get; } = SipIds.Tag();

    /// <summary>By which a copy of the request that took another way is known (section 8.2.2.2).</summary>
    public required string MergeKey { get; init; }

    /// <summary>Sends a response; what comes after a final one is not sent.</summary>
    public abstract void Respond(SipMessage response);

    /// <summary>The same request came again.</summary>
    public abstract void ReceiveAgain();

    /// <summary>A response without a body.</summary>
    public void Respond(int status, string reason) => Respond(Reply(status, reason));

    public SipMessage Reply(int status, string reason) => SipMessage.Reply(Request, status, reason, status == 100 ? null : LocalTag);
}
