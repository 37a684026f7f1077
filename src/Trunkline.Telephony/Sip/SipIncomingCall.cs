using System.Net;
using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>
/// A call that rings here. The handler may say <see cref="Ring"/> or <see cref="Progress"/> any number of times, and then once
/// <see cref="AnswerAsync"/> or <see cref="Reject"/>; what comes after the end, or after the caller gave up, does nothing.
/// </summary>
public sealed class SipIncomingCall
{
    private readonly SipCore _core;
    private readonly InviteServerTransaction _transaction;
    private readonly Func<Task> _abandon;
    private readonly GatedTimer _ringing;
    private readonly ReliableResponses _reliable;
    private readonly string _key;
    private SipCall? _call;
    private bool _isOver;

    internal SipIncomingCall(SipCore core, InviteServerTransaction transaction)
    {
        (_core, _transaction) = (core, transaction);
        Offer = SipCore.ReadSdp(transaction.Request);
        // A source without timer and wait handle holds nothing that must be disposed of.
        var source = new CancellationTokenSource();
        (Abandoned, _abandon) = (source.Token, source.CancelAsync);
        transaction.Cancelled = GiveUp;
        _key = SipDialog.KeyOf(transaction.Request.CallId, transaction.LocalTag, transaction.Request.From.Tag ?? "");
        _reliable = new ReliableResponses(core.Layer, transaction, GiveUpUnacknowledged);
        _ringing = core.Layer.NewTimer();
        _ringing.Set(core.Options.MaxRinging, () => Refuse(480, "Temporarily Unavailable", null));
    }

    /// <summary>The INVITE as it came, for headers that are not named here.</summary>
    public SipMessage Invite => _transaction.Request;

    /// <summary>The Call-ID.</summary>
    public string CallId => Invite.CallId;

    /// <summary>The user part of the Request-URI: the number called, as the carrier writes it.</summary>
    public string CalledNumber => SipUri.Parse(Invite.RequestUri)?.User ?? "";

    /// <summary>Who calls, by the From header; anonymous callers have one too.</summary>
    public SipNameAddress From => Invite.From;

    /// <summary>Where the INVITE came from.</summary>
    public IPEndPoint Source => _transaction.Source.Address;

    /// <summary>What the caller offers; null when it wants our offer in the answer.</summary>
    public SessionDescription? Offer { get; }

    /// <summary>Cancelled when the caller hangs up before the answer, or when it rang too long.</summary>
    public CancellationToken Abandoned { get; }

    /// <summary>Sends 180.</summary>
    public void Ring() => Provisional(180, "Ringing", null);

    /// <summary>Sends 183 with early media.</summary>
    public void Progress(SessionDescription description) => Provisional(183, "Session Progress", description);

    /// <summary>
    /// Sends 200 and repeats it until the ACK. Completes with the call at the ACK; with null when the caller was gone, or its ACK never came
    /// (then the call was hung up). Media may begin before it completes.
    /// </summary>
    public Task<SipCall?> AnswerAsync(SessionDescription description, ISipSession session)
    {
        lock (_core.Gate)
        {
            if (_isOver || !_transaction.IsPending)
                return Task.FromResult<SipCall?>(null);
            var dialog = SipDialog.OfCalled(Invite, _transaction.LocalTag, _transaction.Source);
            _call = new SipCall(_core, dialog, session, new Digest.DigestClient(null), CalledNumber) { RemoteDescription = Offer };
            EndRinging();
            session.Trace($"INVITE received from {_transaction.Source}");
            var success = _transaction.Reply(200, "OK");
            _core.AddOurs(success, CalledNumber, _transaction.Peer.Transport);
            _call.Learn(Invite);
            _call.LocalDescription = description;
            SipCore.SetSdp(success, description);
            var call = _call;
            call.ExpectAnswer(_transaction);
            _transaction.Cancelled = () =>
            {
                _reliable.Stop();
                _core.RemoveEarly(_key);
                call.End(new SipCallEnd(SipCallEnder.Lost, null, "the caller gave up"));
            };
            _reliable.AfterDescription(() =>
            {
                // What was still to be acknowledged or said is overtaken by the answer.
                _reliable.Stop();
                _core.RemoveEarly(_key);
                call.SendAnswer(_transaction, success);
            });
            return call.Acknowledged;
        }
    }

    /// <summary>Sends a refusal, 300 to 699.</summary>
    /// <param name="q850Cause">For a Reason header (RFC 3326), or null.</param>
    public void Reject(int status, string reason, int? q850Cause = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 300);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 699);
        lock (_core.Gate)
            Refuse(status, reason, q850Cause);
    }

    /// <summary>Runs the handler to its end, and sees to it that the caller always gets a final response.</summary>
    internal async Task RunAsync(ISipCallHandler handler)
    {
        try
        {
            await handler.OnInviteAsync(this).ConfigureAwait(false);
            Reject(480, "Temporarily Unavailable");
        }
        catch (OperationCanceledException) when (Abandoned.IsCancellationRequested)
        {
            // The handler stopped because the caller gave up; the caller has its 487.
        }
        catch (Exception e)
        {
            _core.Log.HandlerFault(CallId, e);
            Reject(500, "Server Internal Error");
            if (_call is not null)
                await _call.ByeAsync().ConfigureAwait(false);
        }
    }

    private void Provisional(int status, string reason, SessionDescription? description)
    {
        lock (_core.Gate)
        {
            if (_isOver || !_transaction.IsPending)
                return;
            var response = _transaction.Reply(status, reason);
            _core.AddOurs(response, CalledNumber, _transaction.Peer.Transport);
            if (description is not null)
                SipCore.SetSdp(response, description);
            // A description is worth an acknowledgement where the caller knows how; the rest only where it insists (RFC 3262 section 3).
            if (Invite.Headers.HasToken(SipHeaderName.Require, "100rel")
                || (description is not null && Invite.Headers.HasToken(SipHeaderName.Supported, "100rel")))
            {
                _core.AddEarly(_key, this);
                _reliable.Send(response);
            }
            else
                _transaction.Respond(response);
        }
    }

    /// <summary>A request of the caller's before the answer, within the dialog that a reliable response began. Inside the endpoint's lock.</summary>
    internal void OnEarlyRequest(ServerTransaction transaction)
    {
        switch (transaction.Request.Method)
        {
            case SipMethod.Prack:
                var isOurs = _reliable.TryAcknowledge(transaction.Request.Headers[SipHeaderName.RAck]);
                transaction.Respond(isOurs ? 200 : 481, isOurs ? "OK" : "No Such Response");
                _reliable.GoOn();
                break;
            case SipMethod.Update when transaction.Request.Body.IsEmpty:
                var answer = transaction.Reply(200, "OK");
                _core.AddOurs(answer, CalledNumber, transaction.Peer.Transport);
                transaction.Respond(answer);
                break;
            case SipMethod.Bye:
                // The caller may leave an early dialog so, too (RFC 3261 section 15).
                transaction.Respond(200, "OK");
                Refuse(487, "Request Terminated", null);
                break;
            case SipMethod.Options:
                _core.AnswerOptions(transaction);
                break;
            default:
                var later = transaction.Reply(500, "Not before the answer");
                later.Headers.Add(SipHeaderName.RetryAfter, "5");
                transaction.Respond(later);
                break;
        }
    }

    private void Refuse(int status, string reason, int? q850Cause)
    {
        if (_isOver)
            return;
        var response = _transaction.Reply(status, reason);
        if (q850Cause is { } cause)
            response.Headers.Add(SipHeaderName.Reason, string.Create(null, $"Q.850;cause={cause}"));
        _transaction.Respond(response);
        GiveUp();
    }

    /// <summary>RFC 3262 section 3: an end that never acknowledges is told so in the final response.</summary>
    private void GiveUpUnacknowledged()
    {
        const int status = 504;
        _transaction.Respond(status, "No PRACK");
        _call?.End(new SipCallEnd(SipCallEnder.Lost, null, "the caller acknowledged nothing"));
        _core.RemoveEarly(_key);
        GiveUp();
    }

    private void GiveUp()
    {
        if (_isOver)
            return;
        EndRinging();
        _ = _abandon();
    }

    private void EndRinging()
    {
        _isOver = true;
        _ringing.Stop();
        _core.RingingEnded();
        // A PRACK that the answer waits for must still find its way here.
        if (_call is not null)
            return;
        _reliable.Stop();
        _core.RemoveEarly(_key);
    }
}
