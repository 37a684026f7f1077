using Trunkline.Telephony.Sdp;

namespace Trunkline.Telephony.Sip;

/// <summary>The owner of a call: decides over offers, and keeps its record.</summary>
public interface ISipSession
{
    /// <summary>
    /// The far end re-INVITEs (or sends UPDATE) with this offer; null when it asks for ours (then the reply is our offer, and its answer comes in
    /// <see cref="OnAnswer"/>). Never called twice at once for one call. An exception is answered with 500 and the session stays.
    /// </summary>
    ValueTask<SipOfferReply> OnOfferAsync(SessionDescription? offer);

    /// <summary>The answer to an offer that we gave in a 200.</summary>
    void OnAnswer(SessionDescription answer)
    {
    }

    /// <summary>
    /// What the far end said of itself before the call is answered, the first time that it did: it may send sound already, ringing or an announcement. The
    /// answer follows; it may be another one, when somebody else picked up.
    /// </summary>
    void OnEarlyMedia(SessionDescription answer)
    {
    }

    /// <summary>A line for the call's record: a message sent or received. Called inside the endpoint's lock: returns at once, calls nothing back.</summary>
    void Trace(string text);
}
