using System.Globalization;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>
/// Provisional responses that are repeated until the caller's PRACK (RFC 3262 section 3), one after the other. Used inside the endpoint's lock.
/// </summary>
/// <param name="lost">The caller never acknowledged one.</param>
internal sealed class ReliableResponses(TransactionLayer layer, InviteServerTransaction transaction, Action lost)
{
    /// <summary>Responses that may wait for the PRACK of the one before; more of them say nothing new.</summary>
    private const int MaxWaiting = 8;

    private readonly Queue<SipMessage> _waiting = new();
    private readonly Retransmission _again = layer.NewRetransmission();
    private readonly GatedTimer _lost = layer.NewTimer();
    private SipMessage? _sent;
    private Action? _afterwards;

    // Any number below 2^31 may be the first; those above leave no room to count.
    private uint _rseq = (uint)Random.Shared.Next(1, int.MaxValue / 2);

    public void Send(SipMessage response)
    {
        if (_sent is null)
            SendNow(response);
        else if (_waiting.Count < MaxWaiting)
            _waiting.Enqueue(response);
    }

    /// <summary>Does this now, or once the description in the response under way was acknowledged: no 2xx goes before (section 3).</summary>
    public void AfterDescription(Action action)
    {
        if (_sent is { Body.IsEmpty: false })
            _afterwards = action;
        else
            action();
    }

    /// <summary>True when this PRACK is for the response under way.</summary>
    public bool TryAcknowledge(string? rack)
    {
        if (_sent is not { } sent || rack is null)
            return false;
        var parts = rack.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 3 || parts[0] != sent.Headers[SipHeaderName.RSeq] || parts[2] != SipMethod.Invite
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var cseq) || cseq != sent.CSeq.Number)
            return false;
        StopRepeating();
        return true;
    }

    /// <summary>Goes on after the PRACK was answered: with the next response, or with what waited.</summary>
    public void GoOn()
    {
        if (_sent is not null)
            return;
        if (Interlocked.Exchange(ref _afterwards, null) is { } action)
            action();
        else if (_waiting.TryDequeue(out var next))
            SendNow(next);
    }

    public void Stop()
    {
        StopRepeating();
        _waiting.Clear();
        _afterwards = null;
    }

    private void SendNow(SipMessage response)
    {
        response.Headers.Add(SipHeaderName.Require, "100rel");
        response.Headers.Add(SipHeaderName.RSeq, (++_rseq).ToString(CultureInfo.InvariantCulture));
        _sent = response;
        // Repeated on any transport, since an unreliable hop may follow; there is no longest interval (section 3).
        _again.Start(layer.Timers.T1, layer.Timers.GiveUp, () => transaction.Respond(response));
        _lost.Set(layer.Timers.GiveUp, () =>
        {
            Stop();
            lost();
        });
        transaction.Respond(response);
    }

    private void StopRepeating()
    {
        _sent = null;
        _again.Stop();
        _lost.Stop();
    }
}
