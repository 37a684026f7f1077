using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transport;

namespace Trunkline.Telephony.Sip;

/// <summary>
/// A SIP user agent on one UDP socket, and on TCP and TLS when it is told to: places calls, takes calls, answers and sends OPTIONS (RFC 3261, 6026, 3311,
/// 3326, 3581, 8760).
/// <code>
/// await using var endpoint = new SipEndpoint(new SipEndpointOptions { Local = address }, new UdpNetwork(), TimeProvider.System, logger, handler);
///
/// // Incoming: ISipCallHandler.OnInviteAsync(call) is called for each INVITE:
/// //   call.CalledNumber, call.From, call.Offer, call.Source, call.Abandoned
/// //   call.Ring(); call.Progress(sdp); call.Reject(486, "Busy Here");
/// //   SipCall? up = await call.AnswerAsync(sdp, session);            // at the ACK; null when the caller was gone
/// // Outgoing:
/// //   SipInviteResult result = await endpoint.InviteAsync(invitation, cancellationToken);   // cancelling sends CANCEL, or BYE
/// // Once up, either way:
/// //   session.OnOfferAsync(offer) is asked about the far end's re-INVITE: SipOfferReply.Accept(sdp) or .Refuse(488)
/// //   await up.ReinviteAsync(offer, stopWaiting); await up.ByeAsync(); await up.Ended;
/// </code>
/// Descriptions are written by <see cref="Sdp.SessionAuthor"/>, one for each call.
/// </summary>
public sealed class SipEndpoint : IAsyncDisposable
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly SipCore _core;
    private readonly UdpSipTransport _udp;
    private readonly StreamSipTransport? _streams;
    private readonly SipTransports _transport;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _receiving;

    /// <summary>Binds and begins to receive. Throws <see cref="SocketException"/> when the port is taken.</summary>
    /// <param name="handler">Takes incoming calls; null refuses them with 480.</param>
    public SipEndpoint(
        SipEndpointOptions options, IDatagramNetwork network, TimeProvider time, ILogger<SipEndpoint> logger, ISipCallHandler? handler = null)
    {
        _logger = logger;
        _udp = Bind(options, network, streams => new StreamSipTransport(streams, options.Streams!, time, logger, Receive, Unreachable), out _streams);
        _transport = new SipTransports(_udp, _streams);
        _core = new SipCore(options, _transport, time, logger, handler);
        _receiving = Task.Run(ReceiveAsync);
        _streams?.Start();
    }

    /// <summary>The bound address and port of UDP, and of TCP where that is spoken.</summary>
    public IPEndPoint LocalEndPoint => _transport.LocalEndPoint;

    /// <summary>Where TLS listens, or null.</summary>
    public IPEndPoint? TlsEndPoint => _streams?.TlsEndPoint;

    /// <summary>Connections of TCP and TLS that are open or being opened.</summary>
    public int ConnectionCount => _streams?.Count ?? 0;

    /// <summary>Transactions of both sides that are not over.</summary>
    internal int TransactionCount
    {
        get
        {
            lock (_core.Gate)
                return _core.Layer.Count;
        }
    }

    /// <summary>Calls that are up.</summary>
    public int CallCount
    {
        get
        {
            lock (_core.Gate)
                return _core.CallCount;
        }
    }

    /// <summary>
    /// Places a call; completes with the call, or with how it was refused. Cancelling gives the call up: CANCEL, or BYE when the answer crosses
    /// it; the task completes when that is done, with <see cref="SipInviteResult.Cancelled"/>, and no call is left.
    /// </summary>
    public async Task<SipInviteResult> InviteAsync(SipInvitation invitation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var invite = new OutgoingInvite(_core, invitation);
        lock (_core.Gate)
            invite.Start();
        await using var giveUp = cancellationToken.UnsafeRegister(
            static s =>
            {
                var (core, invite) = ((SipCore, OutgoingInvite))s!;
                lock (core.Gate)
                    invite.Cancel();
            },
            (_core, invite)).ConfigureAwait(false);
        return await invite.Result.ConfigureAwait(false);
    }

    /// <summary>Asks whether somebody answers: the status of the answer, or 0 when none came within 32 s.</summary>
    public Task<int> OptionsAsync(SipPeer destination, string to, string from, CancellationToken cancellationToken)
    {
        var options = new OutgoingOptions(_core);
        lock (_core.Gate)
            options.Start(destination, to, from);
        return options.Status.WaitAsync(cancellationToken);
    }

    /// <summary>One REGISTER of a series.</summary>
    internal Task<SipRegisterResult> RegisterAsync(RegistrationSeries series, SipPeer destination, TimeSpan expires)
    {
        var register = new OutgoingRegister(_core, series, destination, expires);
        lock (_core.Gate)
            register.Start();
        return register.Result;
    }

    /// <summary>Ends what rings or is up, with one CANCEL, BYE or 503 each and without waiting for answers, and closes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_core.Gate)
            _core.Close();
        await _closing.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        if (_streams is not null)
            await _streams.DisposeAsync().ConfigureAwait(false);
        _udp.Dispose();
        _closing.Dispose();
    }

    /// <summary>UDP and TCP have the same port. A free one of UDP may be taken in TCP; then another is tried.</summary>
    private static UdpSipTransport Bind(
        SipEndpointOptions options, IDatagramNetwork network, Func<IPEndPoint, StreamSipTransport> open, out StreamSipTransport? streams)
    {
        const int tries = 20;
        for (var attempt = 1; ; attempt++)
        {
            var udp = new UdpSipTransport(network.Bind(options.Local));
            try
            {
                streams = options.Streams is null ? null : open(udp.LocalEndPoint);
                return udp;
            }
            catch (SocketException) when (options.Local.Port == 0 && attempt < tries)
            {
                udp.Dispose();
            }
            catch
            {
                udp.Dispose();
                throw;
            }
        }
    }

    private async Task ReceiveAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await _udp.ReceiveAsync(Receive, _closing.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException e)
            {
                // An interface that went away may come back; without a pause a socket that always fails would take the processor.
                _logger.ReceiveFault(_transport.LocalEndPoint, e);
                await Task.Delay(AfterFault, _core.Time, _closing.Token).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
            }
        }
    }

    private void Unreachable(SipPeer peer)
    {
        lock (_core.Gate)
            _core.Layer.Unreachable(peer);
    }

    private void Receive(ReadOnlySpan<byte> datagram, SipPeer from)
    {
        try
        {
            var (message, fault, status) = SipParser.Parse(datagram);
            if (fault is not null)
                Refuse(message, fault, status, datagram.Length, from);
            else
            {
                lock (_core.Gate)
                {
                    if (message!.IsRequest)
                        _core.Layer.ReceiveRequest(message, from);
                    else
                        _core.Layer.ReceiveResponse(message, from);
                }
            }
        }
        catch (Exception e)
        {
            // One message that we have a fault with must not take every call on this socket down.
            _logger.MessageFault(from, e);
        }
    }

    /// <summary>Tells the sender of a faulty request what is wrong with it, keeping nothing of it; other faulty messages are dropped.</summary>
    private void Refuse(SipMessage? message, string fault, int status, int length, SipPeer from)
    {
        _logger.Discarded(length, from, fault);
        if (message is not { IsRequest: true } || message.Method == SipMethod.Ack)
            return;
        var reply = SipMessage.Reply(message, status, status == 505 ? "Version Not Supported" : "Bad Request", SipIds.Tag());
        _transport.Send(SipWriter.Write(reply), message.TopVia.ReplyTo(from));
    }
}
