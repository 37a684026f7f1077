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
            EndRinging();
            var dialog = SipDialog.OfCalled(Invite, _transaction.LocalTag, _transaction.Source);
            _call = new SipCall(_core, dialog, session, new Digest.DigestClient(null), CalledNumber) { RemoteDescription = Offer };
            session.Trace($"INVITE received from {_transaction.Source}");
            var success = _transaction.Reply(200, "OK");
            _core.AddOurs(success, CalledNumber, _transaction.Peer.Transport);
            SipCore.SetSdp(success, description);
            return _call.AnswerAsync(_transaction, success);
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
            _transaction.Respond(response);
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
    }
}
