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
    private readonly SipDialog _dialog;
    private readonly ISipSession _session;
    private readonly DigestClient _digest;
    private readonly string _contactUser;
    private readonly SuccessUntilAck _success;
    private readonly TaskCompletionSource<SipCallEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<SipCall?>? _acknowledged;
    private OutgoingReinvite? _ourOffer;
    private ServerTransaction? _theirOffer;
    private bool _weOfferedInAnswer;
    private bool _hangingUp;
    private (int CSeq, byte[] Bytes) _ack;

    internal SipCall(SipCore core, SipDialog dialog, ISipSession session, DigestClient digest, string contactUser)
    {
        (_core, _dialog, _session, _digest, _contactUser) = (core, dialog, session, digest, contactUser);
        _success = new SuccessUntilAck(core.Layer);
        core.Add(this);
    }

    /// <summary>The Call-ID.</summary>
    public string CallId => _dialog.CallId;

    /// <summary>What the far end said of itself last.</summary>
    public SessionDescription? RemoteDescription { get; internal set; }

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
    internal Task<SipCall?> AnswerAsync(InviteServerTransaction transaction, SipMessage success)
    {
        _acknowledged = new TaskCompletionSource<SipCall?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _weOfferedInAnswer = transaction.Request.Body.IsEmpty;
        _theirOffer = transaction;
        RespondUntilAck(transaction, success);
        return _acknowledged.Task;
    }

    /// <summary>Acknowledges the 2xx to the INVITE with this number.</summary>
    internal void Acknowledge(int cseq)
    {
        var ack = _dialog.Ack(cseq);
        var hop = _core.NextHop(_dialog);
        ack.Headers.Set(SipHeaderName.Via, _core.Layer.NewVia(hop.Transport));
        _digest.Authorize(ack);
        _ack = (cseq, SipWriter.Write(ack));
        _session.Trace("ACK sent");
        _core.Layer.Transport.Send(_ack.Bytes, hop);
    }

    /// <summary>The 2xx came again: its ACK was lost.</summary>
    internal void AcknowledgeAgain(int cseq)
    {
        if (_ack.CSeq == cseq)
            _core.Layer.Transport.Send(_ack.Bytes, _core.NextHop(_dialog));
    }

    /// <summary>For an answer that nobody wants: of a fork, or after CANCEL (RFC 3261 sections 13.2.2.4 and 15).</summary>
    internal void AcknowledgeAndHangUp()
    {
        Acknowledge(_dialog.LocalCSeq);
        HangUp("BYE sent: the answer came after another, or too late", SipCallEnder.Here);
    }

    /// <summary>A request of ours within the call, with what every one of them carries.</summary>
    internal SipMessage NewRequest(string method)
    {
        var request = _dialog.Request(method);
        _core.AddOurs(request, _contactUser, _core.NextHop(_dialog).Transport);
        _digest.Authorize(request);
        return request;
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
        _ourOffer?.CallEnded();
        _acknowledged?.TrySetResult(null);
    }

    internal void HangUp(string text, SipCallEnder by)
    {
        if (IsOver)
            return;
        _hangingUp = true;
        _success.Stop();
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

    private void OnOffer(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (request.Method == SipMethod.Invite)
            transaction.Respond(100, "Trying");
        if (_ourOffer is { IsPending: true })
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
        else if (SipCore.RefusesBody(transaction))
            return;
        else if (request.Method == SipMethod.Update && request.Body.IsEmpty)
        {
            _dialog.Refresh(request, transaction.Source);
            var success = transaction.Reply(200, "OK");
            _core.AddOurs(success, _contactUser, transaction.Peer.Transport);
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
        SipCore.SetSdp(success, accept.Description);
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
