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

    /// <summary>The far end's answer before the call is answered, given reliably (RFC 3262): it sends sound already, ringing or an announcement.</summary>
    void OnEarlyMedia(SessionDescription answer)
    {
    }

    /// <summary>A line for the call's record: a message sent or received. Called inside the endpoint's lock: returns at once, calls nothing back.</summary>
    void Trace(string text);
}
