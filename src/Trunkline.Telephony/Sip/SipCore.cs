using System.Net;
using Microsoft.Extensions.Logging;
using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;
using Trunkline.Telephony.Sip.Transport;

namespace Trunkline.Telephony.Sip;

/// <summary>
/// What an endpoint's calls share: one lock, the transactions, the calls by their dialogs; and the rules for requests that belong to no call
/// yet (RFC 3261 section 8.2). Everything happens inside <see cref="Gate"/>, and nothing of a call's owner is called from within, but traces.
/// </summary>
internal sealed class SipCore : ITransactionUser
{
    /// <summary>
    /// INVITEs that were given up without a final response, remembered to hang up when they are answered after all: those of an hour in which a carrier
    /// with many channels is away.
    /// </summary>
    private const int MaxAbandoned = 8_192;

    /// <summary>Requests that no call of ours reaches.</summary>
    private const int MaxOwnNumber = 1_000_000;

    /// <summary>Session timers and reliable provisional responses.</summary>
    private static readonly string[] Extensions = ["timer", "100rel"];

    private readonly ISipCallHandler? _handler;
    private readonly Dictionary<string, SipCall> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SipIncomingCall> _incoming = new(StringComparer.Ordinal);
    private readonly HashSet<OutgoingInvite> _inviting = [];
    private readonly Queue<string> _abandoned = new();
    private readonly HashSet<string> _isAbandoned = new(StringComparer.Ordinal);
    private readonly string _uriHost;
    private int _ringing;

    public SipCore(SipEndpointOptions options, ISipTransport transport, TimeProvider time, ILogger logger, ISipCallHandler? handler)
    {
        (Options, Time, Log, _handler) = (options, time, logger, handler);
        var address = options.Advertised ?? transport.LocalEndPoint.Address;
        Host = address.ToString();
        _uriHost = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : Host;
        Layer = new TransactionLayer(transport, options.Timers, time, Gate, _uriHost, this);
    }

    public Lock Gate { get; } = new();

    public SipEndpointOptions Options { get; }

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    public TransactionLayer Layer { get; }

    /// <summary>The address alone, for the right part of a Call-ID.</summary>
    public string Host { get; }

    /// <summary>Calls that are up.</summary>
    public int CallCount => _calls.Count;

    public void Add(SipCall call) => _calls[call.Key] = call;

    public void Remove(SipCall call) => _calls.Remove(call.Key);

    /// <summary>A ringing call whose dialog has begun by a reliable response: the caller may send requests within it.</summary>
    public void AddEarly(string key, SipIncomingCall call) => _incoming[key] = call;

    public void RemoveEarly(string key) => _incoming.Remove(key);

    public void Add(OutgoingInvite invite) => _inviting.Add(invite);

    public void Remove(OutgoingInvite invite) => _inviting.Remove(invite);

    /// <summary>Ends everything with at most one message each, waiting for nothing.</summary>
    public void Close()
    {
        foreach (var invite in _inviting.ToArray())
            invite.Cancel();
        foreach (var call in _calls.Values.ToArray())
        {
            call.HangUp("the endpoint was closed", SipCallEnder.Lost);
            call.End(new SipCallEnd(SipCallEnder.Lost, null, "the endpoint was closed"));
        }
        Layer.Close();
    }

    /// <summary>Remembers a call of ours that nobody answered finally, lest it be answered unheard.</summary>
    public void Abandon(string callId, string localTag)
    {
        var key = callId + "\n" + localTag;
        // Once for a call, however many places left it unanswered.
        if (!_isAbandoned.Add(key))
            return;
        if (_abandoned.Count == MaxAbandoned)
            _isAbandoned.Remove(_abandoned.Dequeue());
        _abandoned.Enqueue(key);
    }

    /// <summary>The headers of a request or 2xx that may make or refresh a dialog.</summary>
    public void AddOurs(SipMessage message, string contactUser, SipTransport by)
    {
        // A plus sign needs no escape in a user part, and some far ends compare numbers as they are written.
        var user = Uri.EscapeDataString(contactUser).Replace("%2B", "+", StringComparison.Ordinal);
        message.Headers.Set(SipHeaderName.Contact, $"<{ContactUri(user, by)}>");
        message.Headers.Set(SipHeaderName.Allow, SipMethod.Allowed);
        message.Headers.Set(SipHeaderName.Supported, "timer, 100rel");
        message.Headers.Set(message.IsRequest ? SipHeaderName.UserAgent : "Server", Options.UserAgent);
    }

    /// <summary>How we are reached by this transport.</summary>
    /// <param name="user">As it is written in a URI.</param>
    public string ContactUri(string user, SipTransport by)
    {
        var parameter = by switch
        {
            SipTransport.Udp => "",
            SipTransport.Tcp => ";transport=tcp",
            SipTransport.Tls => ";transport=tls",
        };
        return string.Create(null, $"sip:{user}{(user.Length == 0 ? "" : "@")}{_uriHost}:{Layer.Transport.PortOf(by)}{parameter}");
    }

    /// <summary>The next hop of a request of ours within a call.</summary>
    public SipPeer NextHop(SipDialog dialog) => dialog.NextHop(Layer.Transport);

    public static void SetSdp(SipMessage message, SessionDescription description)
    {
        message.Headers.Set(SipHeaderName.ContentType, "application/sdp");
        message.Body = description.ToBytes();
    }

    /// <summary>The description in a message; null when it has none that can be read.</summary>
    public static SessionDescription? ReadSdp(SipMessage message) =>
        message.HasSdp && SessionDescription.TryParse(message.Body.Span, out var description) ? description : null;

    /// <summary>Refuses a body that is not plain SDP with 415, and SDP that cannot be read with 400 (section 8.2.3). True when it is refused.</summary>
    public static bool RefusesBody(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (request.Body.IsEmpty)
            return false;
        var encoding = request.Headers[SipHeaderName.ContentEncoding];
        if (!request.HasSdp || (encoding is not null && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            var refusal = transaction.Reply(415, "Unsupported Media Type");
            refusal.Headers.Add(SipHeaderName.Accept, "application/sdp");
            transaction.Respond(refusal);
            return true;
        }
        if (ReadSdp(request) is not null)
            return false;
        transaction.Respond(400, "Unreadable session description");
        return true;
    }

    public static void RefuseMethod(ServerTransaction transaction)
    {
        var refusal = transaction.Reply(405, "Method Not Allowed");
        refusal.Headers.Add(SipHeaderName.Allow, SipMethod.Allowed);
        transaction.Respond(refusal);
    }

    public void AnswerOptions(ServerTransaction transaction)
    {
        var answer = transaction.Reply(200, "OK");
        AddOurs(answer, "", transaction.Peer.Transport);
        answer.Headers.Add(SipHeaderName.Accept, "application/sdp");
        transaction.Respond(answer);
    }

    public void OnRequest(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (request.Method == SipMethod.Cancel)
        {
            OnCancel(transaction);
            return;
        }
        var unknown = request.Headers.All(SipHeaderName.Require).Where(r => !Extensions.Contains(r, StringComparer.OrdinalIgnoreCase)).ToArray();
        if (unknown.Length > 0)
        {
            // Section 8.2.2.3.
            var refusal = transaction.Reply(420, "Bad Extension");
            refusal.Headers.Add(SipHeaderName.Unsupported, string.Join(", ", unknown));
            transaction.Respond(refusal);
            return;
        }
        if (request.To.Tag is { } localTag)
        {
            var key = SipDialog.KeyOf(request.CallId, localTag, request.From.Tag ?? "");
            if (_incoming.TryGetValue(key, out var incoming) && (request.Method == SipMethod.Prack || !_calls.ContainsKey(key)))
                incoming.OnEarlyRequest(transaction);
            else if (_calls.TryGetValue(key, out var call))
                call.OnRequest(transaction);
            else
                transaction.Respond(481, "Call/Transaction Does Not Exist");
            return;
        }
        switch (request.Method)
        {
            case SipMethod.Invite:
                OnInvite((InviteServerTransaction)transaction);
                break;
            case SipMethod.Options:
                AnswerOptions(transaction);
                break;
            case SipMethod.Bye or SipMethod.Update or SipMethod.Prack:
                transaction.Respond(481, "Call/Transaction Does Not Exist");
                break;
            default:
                RefuseMethod(transaction);
                break;
        }
    }

    public void OnAck(SipMessage ack)
    {
        if (_calls.TryGetValue(SipDialog.KeyOf(ack.CallId, ack.To.Tag ?? "", ack.From.Tag ?? ""), out var call))
            call.OnAck(ack);
    }

    public void OnStrayResponse(SipMessage response, SipPeer from)
    {
        // Our numbers begin at 1; one that leaves no room for the next is not ours.
        if (response.StatusCode is < 200 or >= 300 || response.CSeq.Method != SipMethod.Invite || response.CSeq.Number > MaxOwnNumber)
            return;
        var localTag = response.From.Tag ?? "";
        if (_calls.TryGetValue(SipDialog.KeyOf(response.CallId, localTag, response.To.Tag ?? ""), out var call))
            call.AcknowledgeAgain(response.CSeq.Number);
        else if (_isAbandoned.Contains(response.CallId + "\n" + localTag))
        {
            Log.AnsweredTooLate(response.CallId);
            new SipCall(this, SipDialog.OfCaller(response, from), new SilentSession(), new Digest.DigestClient(null), "").AcknowledgeAndHangUp(response.CSeq.Number);
        }
    }

    /// <summary>Called when a ringing call was answered, rejected or given up.</summary>
    public void RingingEnded() => _ringing--;

    private void OnInvite(InviteServerTransaction transaction)
    {
        transaction.Respond(100, "Trying");
        var request = transaction.Request;
        if (SipUri.Parse(request.RequestUri) is null)
            transaction.Respond(416, "Unsupported URI Scheme");
        else if (request.Contact is null)
            transaction.Respond(400, "No Contact");
        else if (RefusesBody(transaction) || SessionInterval.Refuses(transaction, Options.MinSessionExpires))
            return;
        else if (Options.Gate?.Challenge(request, transaction.LocalTag) is { } challenge)
            transaction.Respond(challenge);
        else if (_handler is null)
            transaction.Respond(480, "Temporarily Unavailable");
        else if (_calls.Count + _ringing >= Options.MaxCalls)
        {
            Log.TooManyCalls(request.CallId, _calls.Count + _ringing);
            transaction.Respond(503, "Service Unavailable");
        }
        else
        {
            _ringing++;
            var call = new SipIncomingCall(this, transaction);
            _ = Task.Run(() => call.RunAsync(_handler));
        }
    }

    private void OnCancel(ServerTransaction transaction)
    {
        if (Layer.CancelledBy(transaction.Request) is not { } invite)
        {
            transaction.Respond(481, "Call/Transaction Does Not Exist");
            return;
        }
        transaction.Respond(200, "OK");
        if (!invite.IsPending)
            return;
        invite.Respond(487, "Request Terminated");
        invite.Cancelled?.Invoke();
    }

    private sealed class SilentSession : ISipSession
    {
        public ValueTask<SipOfferReply> OnOfferAsync(SessionDescription? offer) => new(new SipOfferReply.Refuse());

        public void Trace(string text)
        {
        }
    }
}
