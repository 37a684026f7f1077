using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip.Digest;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>
/// A call that is up, placed or answered here. Its owner is the <see cref="ISipSession"/> given with it. The call is over when
/// <see cref="Ended"/> completes, whoever ended it; until then it must be ended by <see cref="ByeAsync"/>.
/// </summary>
public sealed class SipCall
{
    private readonly SipCore _core;
    private SipDialog _dialog;
    private readonly ISipSession _session;
    private readonly DigestClient _digest;
    private readonly string _contactUser;
    private readonly SuccessUntilAck _success;
    private readonly TaskCompletionSource<SipCallEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<SipCall?>? _acknowledged;
    private OutgoingReinvite? _ourOffer;
    private ServerTransaction? _theirOffer;
    private OutgoingUpdate? _ourUpdate;
    private bool _weOfferedInAnswer;
    private bool _isEarly;
    private bool _takesUpdate;
    private bool _hangingUp;
    private (int CSeq, byte[] Bytes)? _ack;

    internal SipCall(SipCore core, SipDialog dialog, ISipSession session, DigestClient digest, string contactUser)
    {
        (_core, _dialog, _session, _digest, _contactUser) = (core, dialog, session, digest, contactUser);
        _success = new SuccessUntilAck(core.Layer);
        Interval = new SessionInterval(this);
        core.Add(this);
    }

    /// <summary>The Call-ID.</summary>
    public string CallId => _dialog.CallId;

    /// <summary>What the far end said of itself last.</summary>
    public SessionDescription? RemoteDescription { get; internal set; }

    /// <summary>What we said of ourselves last that was agreed on.</summary>
    internal SessionDescription? LocalDescription { get; set; }

    internal SessionInterval Interval { get; }

    /// <summary>Completes when the call is over; never faults.</summary>
    public Task<SipCallEnd> Ended => _ended.Task;

    internal string Key => _dialog.Key;

    internal SipDialog Dialog => _dialog;

    internal SipCore Core => _core;

    internal DigestClient Digest => _digest;

    internal bool IsOver => _hangingUp || _ended.Task.IsCompleted;

    /// <summary>
    /// Offers a changed session. After glare (491, or an offer of the far end's in progress) it waits as RFC 3261 section 14.1 says and tries
    /// again, three times at most. Whatever the result, the call stays up, unless the far end said that it no longer knows it.
    /// </summary>
    /// <param name="stopWaiting">Ends the waiting between two tries, with the result 491: the far end's offer did what ours was to do.</param>
    public async Task<SipReinviteResult> ReinviteAsync(SessionDescription offer, CancellationToken stopWaiting)
    {
        const int tries = 3;
        for (var attempt = 1; ; attempt++)
        {
            var result = await StartReinvite(offer).ConfigureAwait(false);
            if (result.Status != 491 || attempt == tries || stopWaiting.IsCancellationRequested)
                return result;
            // The caller waits 2.1 to 4 s, the called end 0 to 2 s, in steps of 10 ms, so that they do not meet again.
            var wait = TimeSpan.FromMilliseconds(10 * (_dialog.IsCaller ? Random.Shared.Next(210, 401) : Random.Shared.Next(0, 201)));
            await Task.Delay(wait, _core.Time, stopWaiting).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
            if (stopWaiting.IsCancellationRequested)
                return result;
        }
    }

    /// <summary>Hangs up. Completes when the far end confirmed it, or did not within 32 s. Does nothing when the call is over.</summary>
    public Task ByeAsync()
    {
        lock (_core.Gate)
            HangUp("BYE sent", SipCallEnder.Here);
        return Ended;
    }

    /// <summary>Sends the 200 of an incoming call, and repeats it until the ACK.</summary>
    internal void SendAnswer(InviteServerTransaction transaction, SipMessage success)
    {
        if (IsOver || !transaction.IsPending)
        {
            transaction.Respond(487, "Request Terminated");
            End(new SipCallEnd(SipCallEnder.Lost, null, "the caller gave up"));
            return;
        }
        Interval.Answer(transaction.Request, success);
        RespondUntilAck(transaction, success);
    }

    /// <summary>Completes with the call at the ACK of our answer; with null when the caller was gone.</summary>
    internal Task<SipCall?> Acknowledged => _acknowledged!.Task;

    /// <summary>The answer to an incoming call is to follow.</summary>
    internal void ExpectAnswer(InviteServerTransaction transaction)
    {
        _acknowledged = new TaskCompletionSource<SipCall?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _weOfferedInAnswer = transaction.Request.Body.IsEmpty;
        _theirOffer = transaction;
    }

    /// <summary>Acknowledges the 2xx to the INVITE with this number.</summary>
    internal void Acknowledge(int cseq)
    {
        var ack = _dialog.Ack(cseq);
        var hop = _core.NextHop(_dialog);
        ack.Headers.Set(SipHeaderName.Via, _core.Layer.NewVia(hop.Transport));
        _digest.Authorize(ack);
        var bytes = SipWriter.Write(ack);
        _ack = (cseq, bytes);
        _session.Trace("ACK sent");
        _core.Layer.Transport.Send(bytes, hop);
    }

    /// <summary>The 2xx came again: its ACK was lost.</summary>
    internal void AcknowledgeAgain(int cseq)
    {
        if (_ack is { } ack && ack.CSeq == cseq)
            _core.Layer.Transport.Send(ack.Bytes, _core.NextHop(_dialog));
    }

    /// <summary>For an answer that nobody wants: of a fork, or after CANCEL (RFC 3261 sections 13.2.2.4 and 15).</summary>
    internal void AcknowledgeAndHangUp(int cseq)
    {
        Acknowledge(cseq);
        HangUp("BYE sent: the answer came after another, or too late", SipCallEnder.Here);
    }

    /// <summary>A request of ours within the call, with what every one of them carries.</summary>
    internal SipMessage NewRequest(string method)
    {
        var request = _dialog.Request(method);
        _core.AddOurs(request, _contactUser, _core.NextHop(_dialog).Transport);
        if (method is SipMethod.Invite or SipMethod.Update)
            Interval.AskAgain(request);
        _digest.Authorize(request);
        return request;
    }

    /// <summary>The dialog is an early one: our offer in the INVITE waits for the answer still.</summary>
    internal void BeginEarly() => _isEarly = true;

    /// <summary>The early dialog's call was answered.</summary>
    internal void Confirm(SipMessage response, SipPeer from)
    {
        _isEarly = false;
        _dialog = _dialog.Confirmed(response, from);
    }

    /// <summary>What the far end's messages say that it understands.</summary>
    internal void Learn(SipMessage message) => _takesUpdate = message.Headers[SipHeaderName.Allow] is null
        ? _takesUpdate
        : message.Headers.HasToken(SipHeaderName.Allow, SipMethod.Update);

    /// <summary>Says that the call is still there: by UPDATE when the far end knows it, else by the description that is agreed on (RFC 4028 section 7.4).</summary>
    internal void RefreshSession()
    {
        if (IsOver || _theirOffer is not null || _ourOffer is { IsPending: true } || _ourUpdate is { IsPending: true })
            return;
        if (_takesUpdate || LocalDescription is not { } description)
        {
            _ourUpdate = new OutgoingUpdate(this);
            _ourUpdate.Start();
            return;
        }
        _ourOffer = new OutgoingReinvite(this, description);
        _ourOffer.Start();
        _ = FollowAsync(_ourOffer.Result);
    }

    /// <summary>A refresh of ours was refused (RFC 4028 sections 7.3 and 10, RFC 5057 section 5.2).</summary>
    internal void RefreshRefused(SipMessage response)
    {
        switch (response.StatusCode)
        {
            case 408 or 481:
                HangUp("the far end no longer knows the call", SipCallEnder.Lost);
                break;
            case 422 when SessionInterval.Least(response) is { } least:
                Interval.Lengthen(least);
                break;
            case 405 or 501:
                _takesUpdate = false;
                break;
        }
    }

    internal void Trace(string text) => _session.Trace(text);

    internal void OnRequest(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (!_dialog.TryAdvance(request))
        {
            transaction.Respond(500, "Out of order");
            return;
        }
        Learn(request);
        switch (request.Method)
        {
            case SipMethod.Bye:
                _session.Trace("BYE received");
                transaction.Respond(200, "OK");
                End(new SipCallEnd(SipCallEnder.FarEnd, SipReason.Q850Cause(request), "the far end hung up"));
                break;
            case SipMethod.Invite or SipMethod.Update:
                OnOffer(transaction);
                break;
            case SipMethod.Options:
                _core.AnswerOptions(transaction);
                break;
            case SipMethod.Prack:
                // That of an answer which overtook it.
                transaction.Respond(200, "OK");
                break;
            default:
                SipCore.RefuseMethod(transaction);
                break;
        }
    }

    internal void OnAck(SipMessage ack)
    {
        if (!_success.TryAcknowledge(ack.CSeq.Number))
            return;
        _session.Trace("ACK received");
        _theirOffer = null;
        if (_weOfferedInAnswer && SipCore.ReadSdp(ack) is { } answer)
        {
            RemoteDescription = answer;
            ThreadPool.QueueUserWorkItem(static s => s.Session.OnAnswer(s.Answer), (Session: _session, Answer: answer), preferLocal: false);
        }
        _weOfferedInAnswer = false;
        _acknowledged?.TrySetResult(this);
    }

    /// <summary>Ends the call here, without a word to the far end.</summary>
    internal void End(SipCallEnd end)
    {
        if (!_ended.TrySetResult(end))
            return;
        _core.Remove(this);
        _success.Stop();
        Interval.Stop();
        _ourOffer?.CallEnded();
        _acknowledged?.TrySetResult(null);
    }

    internal void HangUp(string text, SipCallEnder by)
    {
        if (IsOver)
            return;
        _hangingUp = true;
        _success.Stop();
        Interval.Stop();
        _session.Trace("BYE sent");
        new OutgoingBye(this, new SipCallEnd(by, null, text)).Start();
    }

    private Task<SipReinviteResult> StartReinvite(SessionDescription offer)
    {
        lock (_core.Gate)
        {
            if (IsOver)
                return Task.FromResult(new SipReinviteResult(481, "The call is over", null));
            if (_theirOffer is not null || _ourOffer is { IsPending: true })
                return Task.FromResult(new SipReinviteResult(491, "Request Pending", null));
            _ourOffer = new OutgoingReinvite(this, offer);
            _ourOffer.Start();
            return _ourOffer.Result;
        }
    }

    /// <summary>The far end may answer a refresh with something else than before, and its owner must know.</summary>
    private async Task FollowAsync(Task<SipReinviteResult> refreshing)
    {
        var before = RemoteDescription?.ToBytes();
        var result = await refreshing.ConfigureAwait(false);
        if (result.Answer is { } answer && !answer.ToBytes().AsSpan().SequenceEqual(before))
            _session.OnAnswer(answer);
        if (result.Status != 408)
            return;
        lock (_core.Gate)
            HangUp("the far end did not answer the refresh of the session", SipCallEnder.Lost);
    }

    private void OnOffer(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (request.Method == SipMethod.Invite)
            transaction.Respond(100, "Trying");
        // In an early dialog our own offer, of the INVITE, may still wait for its answer (RFC 3311 section 5.2).
        if (_ourOffer is { IsPending: true } || (_isEarly && RemoteDescription is null && !request.Body.IsEmpty))
        {
            _session.Trace($"{request.Method} received while ours is pending: 491");
            transaction.Respond(491, "Request Pending");
        }
        else if (_theirOffer is not null || IsOver)
        {
            var refusal = transaction.Reply(500, "Server Internal Error");
            refusal.Headers.Add(SipHeaderName.RetryAfter, Random.Shared.Next(0, 11).ToString(System.Globalization.CultureInfo.InvariantCulture));
            transaction.Respond(refusal);
        }
        else if (SipCore.RefusesBody(transaction) || SessionInterval.Refuses(transaction, _core.Options.MinSessionExpires))
            return;
        else if (request.Method == SipMethod.Update && request.Body.IsEmpty)
        {
            _dialog.Refresh(request, transaction.Source);
            _session.Trace("UPDATE received");
            var success = transaction.Reply(200, "OK");
            _core.AddOurs(success, _contactUser, transaction.Peer.Transport);
            Interval.Answer(request, success);
            transaction.Respond(success);
        }
        else
        {
            _theirOffer = transaction;
            var offer = SipCore.ReadSdp(request);
            _session.Trace($"re-{request.Method} received");
            _ = Task.Run(() => DecideAsync(transaction, offer));
        }
    }

    private async Task DecideAsync(ServerTransaction transaction, SessionDescription? offer)
    {
        SipOfferReply reply;
        try
        {
            reply = await _session.OnOfferAsync(offer).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _core.Log.OfferFault(CallId, e);
            reply = new SipOfferReply.Refuse(500, "Server Internal Error");
        }
        lock (_core.Gate)
            Reply(transaction, offer, reply);
    }

    private void Reply(ServerTransaction transaction, SessionDescription? offer, SipOfferReply reply)
    {
        if (_ended.Task.IsCompleted)
            reply = new SipOfferReply.Refuse(487, "Request Terminated");
        if (reply is not SipOfferReply.Accept accept)
        {
            var refuse = (SipOfferReply.Refuse)reply;
            _session.Trace($"{transaction.Request.Method} refused: {refuse.Status} {refuse.Reason}");
            _theirOffer = null;
            transaction.Respond(refuse.Status, refuse.Reason);
            return;
        }
        _dialog.Refresh(transaction.Request, transaction.Source);
        RemoteDescription = offer ?? RemoteDescription;
        _weOfferedInAnswer = offer is null;
        var success = transaction.Reply(200, "OK");
        _core.AddOurs(success, _contactUser, transaction.Peer.Transport);
        Interval.Answer(transaction.Request, success);
        SipCore.SetSdp(success, accept.Description);
        LocalDescription = accept.Description;
        if (transaction.Request.Method == SipMethod.Invite && ((InviteServerTransaction)transaction).IsPending)
            RespondUntilAck(transaction, success);
        else
        {
            _theirOffer = null;
            transaction.Respond(success);
        }
    }

    private void RespondUntilAck(ServerTransaction transaction, SipMessage success)
    {
        _session.Trace("200 sent");
        _success.Start(SipWriter.Write(success), transaction.Peer, transaction.Request.CSeq.Number, () =>
        {
            _core.Log.NeverAcknowledged(CallId);
            _theirOffer = null;
            HangUp("our answer was never acknowledged", SipCallEnder.Lost);
        });
        transaction.Respond(success);
    }
}
