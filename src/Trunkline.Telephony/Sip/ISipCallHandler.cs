namespace Trunkline.Telephony.Sip;

/// <summary>Takes incoming calls.</summary>
public interface ISipCallHandler
{
    /// <summary>
    /// A call came in; 100 was sent already. Runs on the thread pool, one task a call; the task may last as long as the call. When it ends without
    /// an answer or a rejection, the call is rejected with 480; when it throws, with 500.
    /// </summary>
    Task OnInviteAsync(SipIncomingCall call);
}
