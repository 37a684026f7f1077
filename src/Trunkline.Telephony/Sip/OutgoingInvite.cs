using System.Globalization;
using Trunkline.Telephony.Sip.Digest;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>The set-up of one outgoing call (RFC 3261 sections 9.1 and 13.2), with credentials, forks and CANCEL. Used inside the endpoint's lock.</summary>
internal sealed class OutgoingInvite : IClientTransactionUser
{
    /// <summary>Branches of a fork that may answer; each further one is left to its own time-out.</summary>
    private const int MaxForks = 16;

    private readonly SipCore _core;
    private readonly SipInvitation _invitation;
    private readonly DigestClient _digest;
    private readonly GatedTimer _ringing;
    private readonly string _callId;
    private readonly string _tag = SipIds.Tag();
    private readonly Dictionary<string, SipCall> _answers = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<SipInviteResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private InviteClientTransaction? _transaction;
    private int _cseq;
    private int _round;
    private bool _cancelled;
    private bool _cancelSent;
    private bool _rang;
    private bool _heard;

    public OutgoingInvite(SipCore core, SipInvitation invitation)
    {
        (_core, _invitation) = (core, invitation);
        _digest = new DigestClient(invitation.Credentials);
        _callId = $"{invitation.CallId}-{SipIds.Tag()}@{core.Host}";
        _ringing = core.Layer.NewTimer();
    }

    public Task<SipInviteResult> Result => _result.Task;

    public void Start()
    {
        _core.Add(this);
        _ringing.Set(_core.Options.MaxRinging, Cancel);
        SendInvite();
    }

    /// <summary>Gives the call up. CANCEL may only follow a provisional response, so before one it waits for that (section 9.1).</summary>
    public void Cancel()
    {
        _cancelled = true;
        if (_result.Task.IsCompleted || _cancelSent || _transaction is not { IsPending: true, HeardProvisional: true } transaction)
            return;
        _cancelSent = true;
        _invitation.Session.Trace("CANCEL sent");
        _core.Layer.StartWithVia(transaction.Cancel(), transaction.Peer, IgnoredAnswers.Instance);
        transaction.GiveUpAfter(_core.Layer.Timers.GiveUp);
    }

    public void OnResponse(ClientTransaction transaction, SipMessage response, SipPeer from)
    {
        _heard = true;
        if (response.StatusCode is < 200 or >= 300)
            _invitation.Session.Trace($"{response.StatusCode} {response.ReasonPhrase} received");
        if (response.StatusCode < 200)
        {
            _rang |= response.StatusCode is >= 180 and <= 183;
            if (_cancelled)
                Cancel();
        }
        else if (response.StatusCode < 300)
            OnSuccess(response, from);
        else if (!_cancelled && _digest.TryLearn(response, transaction.Request, _round++))
            SendInvite();
        else
            Finish(response.StatusCode, response.ReasonPhrase, SipReason.Q850Cause(response));
    }

    public void OnTimeout(ClientTransaction transaction)
    {
        _core.Abandon(_callId, _tag);
        _invitation.Session.Trace("no final response in time");
        Finish(_heard ? 408 : 0, _heard ? "No final response in time" : "No response", null);
    }

    private void SendInvite()
    {
        var request = SipMessage.Request(SipMethod.Invite, _invitation.To);
        var headers = request.Headers;
        headers.Add(SipHeaderName.Via, "");
        headers.Add(SipHeaderName.MaxForwards, "70");
        headers.Add(SipHeaderName.From, $"<{_invitation.From}>;tag={_tag}");
        headers.Add(SipHeaderName.To, $"<{_invitation.To}>");
        headers.Add(SipHeaderName.CallId, _callId);
        headers.Add(SipHeaderName.CSeq, string.Create(CultureInfo.InvariantCulture, $"{++_cseq} INVITE"));
        _core.AddOurs(request, ContactUser, _invitation.Destination.Transport);
        _digest.Authorize(request);
        SipCore.SetSdp(request, _invitation.Offer);
        _invitation.Session.Trace($"INVITE sent to {_invitation.Destination}");
        _transaction = (InviteClientTransaction)_core.Layer.Start(request, _invitation.Destination, this);
    }

    private string ContactUser => SipUri.Parse(_invitation.From)?.User ?? "";

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
        var call = new SipCall(_core, SipDialog.OfCaller(response, from), _invitation.Session, _digest, ContactUser);
        _answers.Add(remoteTag, call);
        if (_cancelled || _result.Task.IsCompleted)
        {
            // Answered while the CANCEL was on its way, or a second telephone of a fork: politely taken down again.
            call.AcknowledgeAndHangUp();
            if (_cancelled)
                _ = FinishAfterAsync(call);
            return;
        }
        call.Acknowledge(response.CSeq.Number);
        call.RemoteDescription = SipCore.ReadSdp(response);
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

    private async Task FinishAfterAsync(SipCall call)
    {
        await call.Ended.ConfigureAwait(false);
        lock (_core.Gate)
            Finish(487, "Answered and hung up after it was given up", null);
    }

    private void Decided()
    {
        _ringing.Stop();
        _core.Remove(this);
    }

    private void Finish(int status, string reason, int? cause)
    {
        Decided();
        _result.TrySetResult(new SipInviteResult
        {
            Status = status,
            Reason = reason,
            Q850Cause = cause,
            Rang = _rang,
            Heard = _heard,
            Cancelled = _cancelled,
        });
    }
}
