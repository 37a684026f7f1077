using System.Globalization;
using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip.Digest;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>
/// The set-up of one outgoing call (RFC 3261 sections 9.1 and 13.2), with credentials, forks, CANCEL, reliable provisional responses (RFC 3262), the
/// session's interval (RFC 4028) and other places to try (RFC 3263 section 4.3). Used inside the endpoint's lock.
/// </summary>
internal sealed class OutgoingInvite : IClientTransactionUser
{
    /// <summary>Branches of a fork that may answer; each further one is left to its own time-out.</summary>
    private const int MaxForks = 16;

    /// <summary>How often the far end may ask for a longer interval: a second wish is a mistake, a third a loop.</summary>
    private const int MaxIntervals = 3;

    private readonly SipCore _core;
    private readonly SipInvitation _invitation;
    private readonly DigestClient _digest;
    private readonly GatedTimer _ringing;
    private readonly GatedTimer _silence;
    private readonly string _callId;
    private readonly string _tag = SipIds.Tag();
    private readonly Dictionary<string, EarlyDialog> _early = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SipCall> _answers = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<SipInviteResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<SipPeer> _others;
    private readonly HashSet<ClientTransaction> _takenBack = [];
    private InviteClientTransaction? _transaction;
    private SipPeer _destination;
    private TimeSpan _interval;
    private TimeSpan _least;
    private int _cseq;
    private int _round;
    private int _intervals;
    private bool _cancelled;
    private bool _cancelSent;
    private bool _rang;
    private bool _heard;
    private bool _toldEarly;

    public OutgoingInvite(SipCore core, SipInvitation invitation)
    {
        (_core, _invitation, _destination) = (core, invitation, invitation.Destination);
        _digest = new DigestClient(invitation.Credentials);
        _callId = $"{invitation.CallId}-{SipIds.Tag()}@{core.Host}";
        _ringing = core.Layer.NewTimer();
        _silence = core.Layer.NewTimer();
        _others = new Queue<SipPeer>(invitation.Alternatives);
        (_interval, _least) = (core.Options.SessionExpires, core.Options.MinSessionExpires);
    }

    public Task<SipInviteResult> Result => _result.Task;

    public void Start()
    {
        _core.Add(this);
        _ringing.Set(_core.Options.MaxRinging, Cancel);
        SendInvite(++_cseq);
    }

    /// <summary>Gives the call up. CANCEL may only follow a provisional response, so before one it waits for that (section 9.1).</summary>
    public void Cancel()
    {
        _cancelled = true;
        _silence.Stop();
        if (_result.Task.IsCompleted || _cancelSent || _transaction is not { IsPending: true, HeardProvisional: true } transaction)
            return;
        _cancelSent = true;
        _invitation.Session.Trace("CANCEL sent");
        SendCancel(transaction);
    }

    public void OnResponse(ClientTransaction transaction, SipMessage response, SipPeer from)
    {
        if (!ReferenceEquals(transaction, _transaction))
        {
            OnResponseOfAnother((InviteClientTransaction)transaction, response, from);
            return;
        }
        _heard = true;
        _silence.Stop();
        _invitation.Tried?.Invoke(_destination, true);
        if (response.StatusCode is < 200 or >= 300)
            _invitation.Session.Trace($"{response.StatusCode} {response.ReasonPhrase} received");
        if (response.StatusCode < 200)
        {
            _rang |= response.StatusCode is >= 180 and <= 183;
            OnProvisional(response, from);
            if (_cancelled)
                Cancel();
        }
        else if (response.StatusCode < 300)
            OnSuccess(response, from);
        else
            OnRefusal(transaction, response);
    }

    public void OnTimeout(ClientTransaction transaction)
    {
        _core.Abandon(_callId, _tag);
        if (!ReferenceEquals(transaction, _transaction))
            return;
        if (!_heard)
            _invitation.Tried?.Invoke(_destination, false);
        if (!_heard && TryNext("does not answer"))
            return;
        _invitation.Session.Trace("no final response in time");
        Finish(_heard ? 408 : 0, _heard ? "No final response in time" : "No response", null);
    }

    private string ContactUser => SipUri.Parse(_invitation.From)?.User ?? "";

    private void SendInvite(int cseq)
    {
        var request = SipMessage.Request(SipMethod.Invite, _invitation.To);
        var headers = request.Headers;
        headers.Add(SipHeaderName.Via, "");
        headers.Add(SipHeaderName.MaxForwards, "70");
        headers.Add(SipHeaderName.From, $"<{_invitation.From}>;tag={_tag}");
        headers.Add(SipHeaderName.To, $"<{_invitation.To}>");
        headers.Add(SipHeaderName.CallId, _callId);
        headers.Add(SipHeaderName.CSeq, string.Create(CultureInfo.InvariantCulture, $"{cseq} INVITE"));
        _core.AddOurs(request, ContactUser, _destination.Transport);
        SessionInterval.Ask(request, _interval, _least);
        foreach (var (name, value) in _invitation.Headers)
            headers.Add(name, value);
        _digest.Authorize(request);
        SipCore.SetSdp(request, _invitation.Offer);
        _invitation.Session.Trace($"INVITE sent to {_destination}");
        if (_others.Count > 0 || _invitation.LeavesSilent)
            _silence.Set(_core.Options.Silence, LeaveSilent);
        _transaction = (InviteClientTransaction)_core.Layer.Start(request, _destination, this);
    }

    private void SendCancel(InviteClientTransaction transaction)
    {
        // First what is waited for, then what may be answered.
        transaction.GiveUpAfter(_core.Layer.Timers.GiveUp);
        _core.Layer.StartWithVia(transaction.Cancel(), transaction.Peer, IgnoredAnswers.Instance);
    }

    private void LeaveSilent()
    {
        _invitation.Tried?.Invoke(_destination, false);
        if (TryNext("does not answer") || !_invitation.LeavesSilent || _cancelled || _result.Task.IsCompleted)
            return;
        _transaction?.BeQuiet();
        // From now on that of a place that was left.
        _transaction = null;
        _invitation.Session.Trace($"{_destination} does not answer");
        Finish(0, "No response", null);
    }

    /// <summary>Goes to the next place with the same request, so that a proxy that has it from both sees one call (RFC 3261 section 8.2.2.2).</summary>
    private bool TryNext(string why)
    {
        if (_cancelled || _result.Task.IsCompleted || _early.Count > 0 || !_others.TryDequeue(out var next))
            return false;
        _silence.Stop();
        _transaction?.BeQuiet();
        _invitation.Session.Trace($"{_destination} {why}");
        (_destination, _round, _heard) = (next, 0, false);
        SendInvite(_cseq);
        return true;
    }

    /// <summary>A place that was left says something after all: what it began for us is taken down again.</summary>
    private void OnResponseOfAnother(InviteClientTransaction transaction, SipMessage response, SipPeer from)
    {
        if (response.StatusCode < 200)
        {
            if (_takenBack.Add(transaction))
                SendCancel(transaction);
        }
        else if (response.StatusCode is >= 200 and < 300 && (_answers.Count < MaxForks || _answers.ContainsKey(response.To.Tag ?? "")))
            TakeDown(response, from);
    }

    private void OnProvisional(SipMessage response, SipPeer from)
    {
        if (response.StatusCode == 100 || response.To.Tag is not { } remoteTag)
            return;
        if (!response.Headers.HasToken(SipHeaderName.Require, "100rel")
            || !uint.TryParse(response.Headers[SipHeaderName.RSeq], NumberStyles.None, CultureInfo.InvariantCulture, out var rseq))
        {
            // What it says is only a foretaste of the answer (RFC 3261 section 13.2.1), but sound may come already.
            TellEarlyMedia(response);
            return;
        }
        if (!_early.TryGetValue(remoteTag, out var early))
        {
            if (_early.Count == MaxForks)
                return;
            var call = new SipCall(_core, SipDialog.OfCaller(response, from), _invitation.Session, _digest, ContactUser) { LocalDescription = _invitation.Offer };
            call.BeginEarly();
            early = new EarlyDialog(call);
            _early.Add(remoteTag, early);
        }
        else if (rseq != early.RSeq + 1)
        {
            // Said again, or one before it is missing, which will be said again (RFC 3262 section 4).
            return;
        }
        early.RSeq = rseq;
        new OutgoingPrack(early.Call, string.Create(CultureInfo.InvariantCulture, $"{rseq} {response.CSeq.Number} INVITE")).Start();
        early.Call.RemoteDescription ??= SipCore.ReadSdp(response);
        TellEarlyMedia(response);
    }

    /// <summary>Tells the owner of sound before the answer, once.</summary>
    private void TellEarlyMedia(SipMessage response)
    {
        if (_cancelled || _toldEarly || SipCore.ReadSdp(response) is not { } answer)
            return;
        _toldEarly = true;
        ThreadPool.QueueUserWorkItem(static s => s.Session.OnEarlyMedia(s.answer), (_invitation.Session, answer), preferLocal: false);
    }

    private void OnRefusal(ClientTransaction transaction, SipMessage response)
    {
        if (!_cancelled && _digest.TryLearn(response, transaction.Request, _round++))
        {
            SendInvite(++_cseq);
            return;
        }
        // The far end has a longer session in mind (RFC 4028 section 7.3).
        if (!_cancelled && response.StatusCode == 422 && _intervals++ < MaxIntervals && SessionInterval.Least(response) is { } least && least > _least)
        {
            (_least, _interval) = (least, _interval > least ? _interval : least);
            SendInvite(++_cseq);
            return;
        }
        if (response.StatusCode == 503 && SipRetryAfter.Read(response, SipRetryAfter.LongestRest) is { } rest)
            _invitation.Rests?.Invoke(_destination, rest);
        if (response.StatusCode == 503 && TryNext("takes no calls now (503)"))
            return;
        Finish(response.StatusCode, response.ReasonPhrase, SipReason.Q850Cause(response), SipRetryAfter.Read(response, SipRetryAfter.LongestWait));
    }

    private void OnSuccess(SipMessage response, SipPeer from)
    {
        var remoteTag = response.To.Tag ?? "";
        if (_answers.TryGetValue(remoteTag, out var known))
        {
            known.AcknowledgeAgain(response.CSeq.Number);
            return;
        }
        if (_answers.Count == MaxForks)
            return;
        _invitation.Session.Trace($"{response.StatusCode} {response.ReasonPhrase} received from {from}");
        if (_cancelled || _result.Task.IsCompleted)
        {
            // Answered while the CANCEL was on its way, or a second telephone of a fork: politely taken down again.
            var unwanted = TakeDown(response, from);
            if (_cancelled)
                _ = FinishAfterAsync(unwanted);
            return;
        }
        SipCall call;
        if (_early.Remove(remoteTag, out var early))
        {
            call = early.Call;
            call.Confirm(response, from);
        }
        else
            call = new SipCall(_core, SipDialog.OfCaller(response, from), _invitation.Session, _digest, ContactUser) { LocalDescription = _invitation.Offer };
        _answers.Add(remoteTag, call);
        call.Acknowledge(response.CSeq.Number);
        // An answer that came reliably before is the answer; it need not be said again (RFC 3262 section 5).
        call.RemoteDescription = SipCore.ReadSdp(response) ?? call.RemoteDescription;
        call.Learn(response);
        call.Interval.TakeAnswer(response);
        Decided();
        _result.TrySetResult(new SipInviteResult
        {
            Call = call,
            Status = response.StatusCode,
            Reason = response.ReasonPhrase,
            Answer = call.RemoteDescription,
            Rang = _rang,
            Heard = true,
        });
    }

    private SipCall TakeDown(SipMessage response, SipPeer from)
    {
        if (_answers.TryGetValue(response.To.Tag ?? "", out var known))
        {
            known.AcknowledgeAgain(response.CSeq.Number);
            return known;
        }
        SipCall call;
        if (_early.Remove(response.To.Tag ?? "", out var early))
        {
            call = early.Call;
            call.Confirm(response, from);
        }
        else
            call = new SipCall(_core, SipDialog.OfCaller(response, from), _invitation.Session, _digest, ContactUser);
        _answers.Add(response.To.Tag ?? "", call);
        call.AcknowledgeAndHangUp(response.CSeq.Number);
        return call;
    }

    private async Task FinishAfterAsync(SipCall call)
    {
        await call.Ended.ConfigureAwait(false);
        lock (_core.Gate)
            Finish(487, "Answered and hung up after it was given up", null);
    }

    private void Decided()
    {
        _ringing.Stop();
        _silence.Stop();
        _core.Remove(this);
        foreach (var early in _early.Values)
            early.Call.End(new SipCallEnd(SipCallEnder.Lost, null, "it was never answered"));
        _early.Clear();
    }

    private void Finish(int status, string reason, int? cause, TimeSpan? retryAfter = null)
    {
        Decided();
        _result.TrySetResult(new SipInviteResult
        {
            Status = status,
            Reason = reason,
            Q850Cause = cause,
            RetryAfter = retryAfter,
            Rang = _rang,
            Heard = _heard,
            Cancelled = _cancelled,
        });
    }

    private sealed class EarlyDialog(SipCall call)
    {
        public SipCall Call { get; } = call;

        public uint RSeq { get; set; }
    }
}
