using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Trunkline.Telephony.Sip.Transport;

/// <summary>
/// SIP over TCP and TLS (RFC 3261 sections 18 and 26.2, RFC 5922). One connection to a place, made when the first message goes there, used for everything
/// that goes there later, and for answers to what came by it. A connection that breaks is made anew by the next message.
/// </summary>
internal sealed class StreamSipTransport : IAsyncDisposable
{
    /// <summary>Places without TCP that are remembered; beyond it they are all tried again.</summary>
    private const int MaxWithoutTcp = 1_000;

    private static readonly TimeSpan AfterAcceptFault = TimeSpan.FromSeconds(1);

    private readonly SipStreamOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SipReceived _received;
    private readonly Action<SipPeer> _unreachable;
    private readonly Dictionary<(SipTransport, IPEndPoint), SipConnection> _connections = [];
    private readonly Dictionary<IPEndPoint, long> _withoutTcp = [];
    private readonly HashSet<Task> _running = [];
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Socket> _listeners = [];

    /// <summary>Binds. Throws <see cref="SocketException"/> when a port is taken.</summary>
    /// <param name="local">Where plain TCP listens.</param>
    /// <param name="received">Told of each message that came.</param>
    /// <param name="unreachable">Told when a place could not be connected to.</param>
    public StreamSipTransport(
        IPEndPoint local, SipStreamOptions options, TimeProvider time, ILogger logger, SipReceived received, Action<SipPeer> unreachable)
    {
        if (options is { TlsLocal: not null, Certificate: null })
            throw new ArgumentException("Listening for TLS needs a certificate.", nameof(options));
        (_options, _time, _logger, _received, _unreachable) = (options, time, logger, received, unreachable);
        try
        {
            _ = Listen(local);
            if (options.TlsLocal is not null)
                TlsEndPoint = (IPEndPoint)Listen(options.TlsLocal).LocalEndPoint!;
        }
        catch (SocketException)
        {
            foreach (var listener in _listeners)
                listener.Dispose();
            _closing.Dispose();
            throw;
        }
    }

    /// <summary>Where TLS listens, or null.</summary>
    public IPEndPoint? TlsEndPoint { get; }

    /// <summary>Connections that are open or being opened.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _connections.Count;
        }
    }

    /// <summary>Begins to take connections in.</summary>
    public void Start()
    {
        Run(AcceptAsync(_listeners[0], SipTransport.Tcp));
        if (_listeners.Count > 1)
            Run(AcceptAsync(_listeners[1], SipTransport.Tls));
    }

    public bool IsOpen(SipPeer peer)
    {
        lock (_lock)
            return _connections.TryGetValue((peer.Transport, peer.Address), out var connection) && !connection.IsOver;
    }

    public int LongestByUdp(IPEndPoint address)
    {
        if (_options.SwitchToTcpBytes == 0)
            return int.MaxValue;
        lock (_lock)
        {
            return _withoutTcp.TryGetValue(address, out var since) && _time.GetElapsedTime(since) < _options.NoTcpFor
                ? int.MaxValue
                : _options.SwitchToTcpBytes;
        }
    }

    public void Send(ReadOnlySpan<byte> message, SipPeer to)
    {
        SipConnection? connection;
        // The far end's own port of a connection that is gone takes no new one.
        if (to.ReturnPort > 0 && !IsOpen(to))
            to = to with { Address = new IPEndPoint(to.Address.Address, to.ReturnPort), ReturnPort = 0 };
        lock (_lock)
        {
            if (_closing.IsCancellationRequested)
                return;
            if (_connections.TryGetValue((to.Transport, to.Address), out connection) && connection.IsOver)
                connection = null;
            if (connection is null && _connections.Count < _options.MaxConnections)
            {
                connection = new SipConnection(to, _options, _time, _received);
                _connections[(to.Transport, to.Address)] = connection;
                RunLocked(ServeAsync(connection, null));
            }
        }
        if (connection is null)
        {
            _logger.TooManyConnections(to, _options.MaxConnections);
            _ = Task.Run(() => _unreachable(to));
        }
        else if (!connection.TrySend(message))
            connection.Close($"more than {_options.MaxQueued} messages wait to be written");
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        SipConnection[] connections;
        lock (_lock)
        {
            connections = [.. _connections.Values];
            running = [.. _running];
        }
        // What was said last, such as BYE, still leaves if the far end takes it.
        foreach (var connection in connections)
            connection.Finish();
        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners)
            listener.Dispose();
        await Task.WhenAll(running).ConfigureAwait(false);
        _closing.Dispose();
    }

    private Socket Listen(IPEndPoint local)
    {
        const int backlog = 128;
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listeners.Add(socket);
        socket.Bind(local);
        socket.Listen(backlog);
        return socket;
    }

    private async Task AcceptAsync(Socket listener, SipTransport transport)
    {
        while (!_closing.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(_closing.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException && _closing.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of file handles, for one: that passes, and without a pause the loop would take the processor.
                _logger.ReceiveFault((IPEndPoint)listener.LocalEndPoint!, e);
                await Task.Delay(AfterAcceptFault, _time, _closing.Token).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
                continue;
            }
            Admit(socket, transport);
        }
    }

    private void Admit(Socket socket, SipTransport transport)
    {
        if (socket.RemoteEndPoint is not IPEndPoint remote)
        {
            socket.Dispose();
            return;
        }
        var peer = new SipPeer(transport, remote);
        lock (_lock)
        {
            var ofAddress = _connections.Keys.Count(k => k.Item2.Address.Equals(remote.Address));
            if (!_closing.IsCancellationRequested && _connections.Count < _options.MaxConnections && ofAddress < _options.MaxConnectionsPerAddress
                && !_connections.ContainsKey((transport, remote)))
            {
                var connection = new SipConnection(peer, _options, _time, _received);
                _connections[(transport, remote)] = connection;
                RunLocked(ServeAsync(connection, socket));
                return;
            }
        }
        _logger.ConnectionRefused(peer);
        socket.Dispose();
    }

    /// <summary>One connection from its beginning to its end.</summary>
    /// <param name="accepted">The socket that came in; null connects.</param>
    private async Task ServeAsync(SipConnection connection, Socket? accepted)
    {
        // The caller holds the lock.
        await Task.Yield();
        var peer = connection.Peer;
        string? why;
        var connected = false;
        try
        {
            using var stream = await OpenAsync(connection, accepted).ConfigureAwait(false);
            connected = true;
            if (accepted is null && peer.Transport == SipTransport.Tcp)
                RememberTcp(peer.Address, hasIt: true);
            why = await connection.RunAsync(stream, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            why = e is OperationCanceledException ? "no connection in time" : e.Message;
        }
        finally
        {
            Forget(connection);
        }
        if (!connected && accepted is null && !_closing.IsCancellationRequested)
        {
            if (peer.Transport == SipTransport.Tcp)
                RememberTcp(peer.Address, hasIt: false);
            _logger.Unreachable(peer, why ?? "");
            _unreachable(peer);
        }
        else if (why is not null)
            _logger.ConnectionEnded(peer, why);
    }

    private void Forget(SipConnection connection)
    {
        connection.Close("the connection is over");
        var key = (connection.Peer.Transport, connection.Peer.Address);
        lock (_lock)
        {
            if (_connections.TryGetValue(key, out var current) && ReferenceEquals(current, connection))
                _connections.Remove(key);
        }
    }

    private void RememberTcp(IPEndPoint address, bool hasIt)
    {
        lock (_lock)
        {
            if (_withoutTcp.Count >= MaxWithoutTcp)
                _withoutTcp.Clear();
            if (hasIt)
                _withoutTcp.Remove(address);
            else
                _withoutTcp[address] = _time.GetTimestamp();
        }
    }

    private async Task<Stream> OpenAsync(SipConnection connection, Socket? accepted)
    {
        var peer = connection.Peer;
        var socket = accepted ?? new Socket(peer.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var patience = new CancellationTokenSource(_options.ConnectTimeout, _time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _closing.Token);
            socket.NoDelay = true;
            if (accepted is null)
                await socket.ConnectAsync(peer.Address, stop.Token).ConfigureAwait(false);
            connection.Local = socket.LocalEndPoint as IPEndPoint;
            var plain = new NetworkStream(socket, ownsSocket: true);
            if (peer.Transport != SipTransport.Tls)
                return plain;
            var secure = new SslStream(plain, leaveInnerStreamOpen: false);
            using var handshake = new CancellationTokenSource(_options.ConnectTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(handshake.Token, _closing.Token);
            try
            {
                if (accepted is null)
                    await secure.AuthenticateAsClientAsync(AsClient(peer), either.Token).ConfigureAwait(false);
                else
                    await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _options.Certificate }, either.Token)
                        .ConfigureAwait(false);
                return secure;
            }
            catch
            {
                await secure.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private SslClientAuthenticationOptions AsClient(SipPeer peer)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = peer.HostName ?? peer.Address.Address.ToString(),
            ClientCertificateContext = _options.Certificate,
        };
        if (_options.Authorities.Count > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                // Lists of a private authority are rarely to be had, and to wait for one would hold up each call.
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_options.Authorities);
        }
        return options;
    }

    private void Run(Task task)
    {
        lock (_lock)
            RunLocked(task);
    }

    private void RunLocked(Task task)
    {
        _running.Add(task);
        task.ContinueWith(
            t =>
            {
                lock (_lock)
                    _running.Remove(t);
                // What is expected of a network never comes here.
                if (t.Exception is { } fault)
                    _logger.ConnectionFault(fault);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
