using System.Globalization;
using System.Net;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transport;

namespace Trunkline.Telephony.Sip;

/// <summary>The state of a dialog (RFC 3261 section 12). Used inside the endpoint's lock.</summary>
internal sealed class SipDialog
{
    private readonly string _local;
    private readonly string _remote;
    private readonly IReadOnlyList<string> _routeSet;
    private readonly SipVia? _inviteVia;
    private string _remoteTarget;
    private SipPeer _lastSource;

    private SipDialog(
        bool isCaller, string callId, string local, string remote, string localTag, string remoteTag,
        IReadOnlyList<string> routeSet, string remoteTarget, SipPeer source,
        SipVia? inviteVia = null)
    {
        (IsCaller, CallId, _local, _remote) = (isCaller, callId, local, remote);
        (LocalTag, RemoteTag, _routeSet, _remoteTarget, _lastSource) = (localTag, remoteTag, routeSet, remoteTarget, source);
        _inviteVia = inviteVia;
    }

    /// <summary>True for the end that made the Call-ID; it waits longer after glare (section 14.1).</summary>
    public bool IsCaller { get; }

    public string CallId { get; }

    public string LocalTag { get; }

    public string RemoteTag { get; }

    /// <summary>The number of our last request.</summary>
    public int LocalCSeq { get; private set; }

    /// <summary>The number of the far end's last request; -1 before the first.</summary>
    public int RemoteCSeq { get; private set; } = -1;

    public string Key => KeyOf(CallId, LocalTag, RemoteTag);

    /// <summary>
    /// Where our requests go: the first route, else the far end's Contact. Where that is a name and not an address, the place that its last
    /// message came from: nothing is looked up in the middle of a call. What would go to where its INVITE said that it came from goes by the same
    /// connection while that is open: who is behind a NAT, or does not listen, can only be reached so.
    /// </summary>
    public SipPeer NextHop(ISipTransport transport)
    {
        var hop = _routeSet.Count > 0 ? SipNameAddress.Parse(_routeSet[0])?.Uri : SipUri.Parse(_remoteTarget);
        if (hop is null || !IPAddress.TryParse(hop.Host, out var address))
            return _lastSource;
        var by = hop.Scheme == "sips" ? SipTransport.Tls : SipTransportNames.Parse(hop.Parameter("transport"));
        var kind = by ?? SipTransport.Udp;
        var peer = new SipPeer(kind, new IPEndPoint(address, hop.Port == 0 ? kind.UsualPort() : hop.Port), _lastSource.HostName);
        // Some say nothing of the transport that they use all the time.
        if (by is null && _lastSource.Address.Equals(peer.Address))
            return _lastSource;
        return _lastSource.IsReliable && _lastSource.Transport == kind && Announced(peer.Address) && transport.IsOpen(_lastSource)
            || !transport.Carries(kind) ? _lastSource : peer;
    }

    public static string KeyOf(string callId, string localTag, string remoteTag) => callId + "\n" + localTag + "\n" + remoteTag;

    /// <summary>The caller's dialog, from the 2xx to its INVITE (section 12.1.2).</summary>
    public static SipDialog OfCaller(SipMessage response, SipPeer source)
    {
        var routes = response.Headers.All(SipHeaderName.RecordRoute).Reverse().ToArray();
        var target = response.Contact?.UriText ?? response.To.UriText;
        return new SipDialog(true, response.CallId, response.Headers[SipHeaderName.From]!, response.Headers[SipHeaderName.To]!,
            response.From.Tag ?? "", response.To.Tag ?? "", routes, target, source)
        {
            LocalCSeq = response.CSeq.Number,
        };
    }

    /// <summary>The called end's dialog, from the INVITE (section 12.1.1).</summary>
    public static SipDialog OfCalled(SipMessage invite, string localTag, SipPeer source)
    {
        var target = invite.Contact?.UriText ?? invite.From.UriText;
        return new SipDialog(false, invite.CallId, invite.Headers[SipHeaderName.To]! + ";tag=" + localTag, invite.Headers[SipHeaderName.From]!,
            localTag, invite.From.Tag ?? "", invite.Headers.All(SipHeaderName.RecordRoute), target, source, invite.TopVia)
        {
            RemoteCSeq = invite.CSeq.Number,
        };
    }

    /// <summary>
    /// The dialog of the answer that follows this early one: its routes and target are those of the 2xx, its numbers go on (section 13.2.2.4).
    /// </summary>
    public SipDialog Confirmed(SipMessage response, SipPeer source)
    {
        var confirmed = OfCaller(response, source);
        confirmed.LocalCSeq = Math.Max(LocalCSeq, confirmed.LocalCSeq);
        confirmed.RemoteCSeq = RemoteCSeq;
        return confirmed;
    }

    /// <summary>The next request of ours (section 12.2.1.1).</summary>
    public SipMessage Request(string method) => Numbered(method, ++LocalCSeq);

    /// <summary>The ACK of a 2xx: the number of its INVITE (section 13.2.2.4).</summary>
    public SipMessage Ack(int cseq) => Numbered(SipMethod.Ack, cseq);

    /// <summary>False when the request is older than one that we had (section 12.2.2).</summary>
    public bool TryAdvance(SipMessage request)
    {
        var number = request.CSeq.Number;
        if (number <= RemoteCSeq)
            return false;
        RemoteCSeq = number;
        return true;
    }

    /// <summary>Follows the far end to a new Contact (target refresh, section 12.2).</summary>
    public void Refresh(SipMessage message, SipPeer source)
    {
        _lastSource = source;
        if (message.Contact is { } contact)
            _remoteTarget = contact.UriText;
    }

    private bool Announced(IPEndPoint address) =>
        _inviteVia is { } via && IPAddress.TryParse(via.Host, out var host) && host.Equals(address.Address)
        && (via.Port == 0 ? _lastSource.Transport.UsualPort() : via.Port) == address.Port;

    private SipMessage Numbered(string method, int cseq)
    {
        var routes = _routeSet;
        var target = _remoteTarget;
        if (routes.Count > 0 && SipNameAddress.Parse(routes[0]) is { } first && first.Uri?.Parameter("lr") is null)
        {
            // A strict router, from before RFC 3261, wants itself as the target and the real target as the last route (section 12.2.1.1).
            routes = [.. routes.Skip(1), "<" + target + ">"];
            target = first.UriText;
        }
        var request = SipMessage.Request(method, target);
        request.Headers.Add(SipHeaderName.Via, "");
        request.Headers.Add(SipHeaderName.MaxForwards, "70");
        foreach (var route in routes)
            request.Headers.Add(SipHeaderName.Route, route);
        request.Headers.Add(SipHeaderName.From, _local);
        request.Headers.Add(SipHeaderName.To, _remote);
        request.Headers.Add(SipHeaderName.CallId, CallId);
        request.Headers.Add(SipHeaderName.CSeq, string.Create(CultureInfo.InvariantCulture, $"{cseq} {method}"));
        return request;
    }
}
