using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>An OPTIONS that asks whether the far end is there (RFC 3261 section 11). Any response says that it is.</summary>
internal sealed class OutgoingOptions(SipCore core) : IClientTransactionUser
{
    private readonly TaskCompletionSource<int> _status = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The final status; 0 when none came.</summary>
    public Task<int> Status => _status.Task;

    public void Start(SipPeer destination, string to, string from)
    {
        var request = SipMessage.Request(SipMethod.Options, to);
        request.Headers.Add(SipHeaderName.Via, "");
        request.Headers.Add(SipHeaderName.MaxForwards, "70");
        request.Headers.Add(SipHeaderName.From, $"<{from}>;tag={SipIds.Tag()}");
        request.Headers.Add(SipHeaderName.To, $"<{to}>");
        request.Headers.Add(SipHeaderName.CallId, $"{SipIds.Tag()}@{core.Host}");
        request.Headers.Add(SipHeaderName.CSeq, "1 OPTIONS");
        core.AddOurs(request, SipUri.Parse(from)?.User ?? "", destination.Transport);
        request.Headers.Add(SipHeaderName.Accept, "application/sdp");
        core.Layer.Start(request, destination, this);
    }

    public void OnResponse(ClientTransaction transaction, SipMessage response, SipPeer from)
    {
        if (response.StatusCode >= 200)
            _status.TrySetResult(response.StatusCode);
    }

    public void OnTimeout(ClientTransaction transaction) => _status.TrySetResult(0);
}
