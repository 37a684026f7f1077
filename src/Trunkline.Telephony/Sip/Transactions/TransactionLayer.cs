using System.Net;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transport;

namespace Trunkline.Telephony.Sip.Transactions;

/// <summary>The core above the transactions. Called inside the endpoint's lock.</summary>
internal interface ITransactionUser
{
    /// <summary>A new request; it is answered through the transaction, now or later.</summary>
    void OnRequest(ServerTransaction transaction);

    /// <summary>An ACK for a 2xx.</summary>
    void OnAck(SipMessage ack);

    /// <summary>A response that no transaction waits for.</summary>
    void OnStrayResponse(SipMessage response, SipPeer from);
}

/// <summary>Matches messages to transactions (RFC 3261 section 17.1.3 and 17.2.3). Everything happens inside the endpoint's lock.</summary>
internal sealed class TransactionLayer(ISipTransport transport, SipTimers timers, TimeProvider time, Lock gate, string host, ITransactionUser user)
{
    /// <summary>More requests at once than any trunk sends; each is kept for half a minute.</summary>
    private const int MaxServerTransactions = 20_000;

    private readonly Dictionary<string, ClientTransaction> _clients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ServerTransaction> _servers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ServerTransaction> _merged = new(StringComparer.Ordinal);

    public ISipTransport Transport { get; } = transport;

    public SipTimers Timers { get; } = timers;

    /// <summary>Transactions of both sides that are not over.</summary>
    public int Count => _clients.Count + _servers.Count;

    public GatedTimer NewTimer() => new(time, gate);

    public Retransmission NewRetransmission() => new(time, gate);

    /// <summary>A fresh Via value of ours.</summary>
    public string NewVia(SipTransport by) => string.Create(null, $"SIP/2.0/{by.Name()} {host}:{Transport.PortOf(by)};branch={SipIds.Branch()};rport");

    /// <summary>Sends a request that has no Via yet, as a new transaction.</summary>
    public ClientTransaction Start(SipMessage request, SipPeer peer, IClientTransactionUser listener)
    {
        request.Headers.Set(SipHeaderName.Via, NewVia(peer.Transport));
        var longest = peer.Transport == SipTransport.Udp ? Transport.LongestByUdp(peer) : int.MaxValue;
        if (longest == int.MaxValue || SipWriter.Write(request).Length <= longest)
            return StartWithVia(request, peer, listener);
        // Longer than one packet of the network may be: what is cut into pieces on its way arrives seldom (RFC 3261 section 18.1.1).
        request.Headers.Set(SipHeaderName.Via, NewVia(SipTransport.Tcp));
        return StartWithVia(request, peer with { Transport = SipTransport.Tcp }, listener, otherwise: peer);
    }

    /// <summary>Sends a request whose Via is set: a CANCEL.</summary>
    public ClientTransaction StartWithVia(SipMessage request, SipPeer peer, IClientTransactionUser listener, SipPeer? otherwise = null)
    {
        var key = ClientKey(request.TopVia.Branch ?? "", request.Method);
        ClientTransaction transaction = request.Method == SipMethod.Invite
            ? new InviteClientTransaction(this, key, request, peer, listener) { Otherwise = otherwise }
            : new NonInviteClientTransaction(this, key, request, peer, listener) { Otherwise = otherwise };
        _clients[key] = transaction;
        transaction.Start();
        return transaction;
    }

    public void ReceiveResponse(SipMessage response, SipPeer from)
    {
        if (response.TopVia.Branch is { } branch && _clients.TryGetValue(ClientKey(branch, response.CSeq.Method), out var transaction))
        {
            // What names another number, call or sender is no answer to this request, and a dialog must not be made of it.
            if (response.CSeq.Number == transaction.Request.CSeq.Number && response.CallId == transaction.Request.CallId
                && response.From.Tag == transaction.Request.From.Tag)
                transaction.Receive(response, from);
        }
        else
            user.OnStrayResponse(response, from);
    }

    public void ReceiveRequest(SipMessage request, SipPeer source)
    {
        var via = request.TopVia;
        var key = ServerKey(request, via, request.Method == SipMethod.Ack ? SipMethod.Invite : request.Method);
        if (_servers.TryGetValue(key, out var known))
        {
            if (request.Method != SipMethod.Ack)
                known.ReceiveAgain();
            else if (known is InviteServerTransaction invite && !invite.Acknowledge())
                user.OnAck(request);
            return;
        }
        if (request.Method == SipMethod.Ack)
        {
            user.OnAck(request);
            return;
        }

        var peer = via.ReplyTo(source);
        StampReceived(request, via, source.Address);
        if (_servers.Count >= MaxServerTransactions)
        {
            Transport.Send(SipWriter.Write(SipMessage.Reply(request, 503, "Too many requests at once", SipIds.Tag())), peer);
            return;
        }
        Admit(request, key, peer, source);
    }

    /// <summary>The INVITE that a CANCEL is for: the same branch and sent-by (section 9.2).</summary>
    public InviteServerTransaction? CancelledBy(SipMessage cancel) =>
        _servers.GetValueOrDefault(ServerKey(cancel, cancel.TopVia, SipMethod.Invite)) as InviteServerTransaction;

    public void Remove(SipTransaction transaction)
    {
        if (transaction is ClientTransaction)
            _clients.Remove(transaction.Key);
        if (transaction is not ServerTransaction server)
            return;
        _servers.Remove(server.Key);
        if (_merged.TryGetValue(server.MergeKey, out var first) && ReferenceEquals(first, server))
            _merged.Remove(server.MergeKey);
    }

    /// <summary>A place could not be connected to: who waits for a response from there waits in vain.</summary>
    public void Unreachable(SipPeer peer)
    {
        foreach (var transaction in _clients.Values.Where(t => t.Peer.IsSamePlace(peer)).ToArray())
            transaction.Unreachable();
    }

    /// <summary>Ends every transaction when the endpoint closes: who waits for a response is told that none comes, who rings here gets 503.</summary>
    public void Close()
    {
        foreach (var transaction in _clients.Values.ToArray())
            transaction.Abort();
        foreach (var transaction in _servers.Values.ToArray())
        {
            if (transaction is InviteServerTransaction { IsPending: true } invite)
            {
                invite.Respond(503, "Service Unavailable");
                invite.Cancelled?.Invoke();
            }
            transaction.Terminate();
        }
    }

    private void Admit(SipMessage request, string key, SipPeer peer, SipPeer source)
    {
        var mergeKey = $"{request.From.Tag}\n{request.CallId}\n{request.CSeq}";
        ServerTransaction transaction = request.Method == SipMethod.Invite
            ? new InviteServerTransaction(this, key, request, peer, source) { MergeKey = mergeKey }
            : new NonInviteServerTransaction(this, key, request, peer, source) { MergeKey = mergeKey };
        _servers[key] = transaction;
        // A copy that a fork sent us on a second way is the same call: it must not ring twice (section 8.2.2.2).
        if (request.To.Tag is null && request.Method != SipMethod.Cancel && !_merged.TryAdd(mergeKey, transaction))
        {
            transaction.Respond(482, "Loop Detected");
            return;
        }
        user.OnRequest(transaction);
    }

    private static void StampReceived(SipMessage request, SipVia via, IPEndPoint source)
    {
        var all = request.Headers.All(SipHeaderName.Via);
        request.Headers.Remove(SipHeaderName.Via);
        request.Headers.Add(SipHeaderName.Via, via.Received(source));
        for (var i = 1; i < all.Count; i++)
            request.Headers.Add(SipHeaderName.Via, all[i]);
    }

    private static string ClientKey(string branch, string method) => method + "\n" + branch;

    private static string ServerKey(SipMessage request, SipVia via, string method)
    {
        var sentBy = string.Create(null, $"{via.Host.ToUpperInvariant()}:{via.Port}");
        // Branches from before RFC 3261 name nothing: there the parts that stay the same make the key (section 17.2.3).
        return via.Branch is { } branch && branch.StartsWith(SipVia.MagicCookie, StringComparison.Ordinal)
            ? $"{method}\n{branch}\n{sentBy}"
            : $"{method}\n{request.RequestUri}\n{request.From.Tag}\n{request.CallId}\n{request.CSeq.Number}\n{sentBy}\n{via.Branch}";
    }
}
