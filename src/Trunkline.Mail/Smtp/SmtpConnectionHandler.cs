using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace Trunkline.Mail.Smtp;

/// <summary>
/// The SMTP server (RFC 5321) as Kestrel runs it: <c>listen.UseConnectionHandler&lt;SmtpConnectionHandler&gt;()</c>, with one handler for all listeners.
/// When Kestrel stops, clients between two messages hear 421; a client within one may end it until Kestrel's own shutdown time is over.
/// Disposing cancels what the backend is still at.
/// </summary>
public sealed class SmtpConnectionHandler : ConnectionHandler, IDisposable
{
    private readonly SmtpServer _server;
    private readonly SmtpAdmission _admission;
    private readonly CancellationTokenSource _abort = new();

    /// <param name="backend">The business.</param>
    /// <param name="options">The limits; validated here.</param>
    /// <param name="certificate">For STARTTLS, which is offered only when there is one.</param>
    /// <param name="time">The clock of all limits.</param>
    /// <param name="log">Events 2000 to 2099.</param>
    public SmtpConnectionHandler(
        ISmtpBackend backend, SmtpServerOptions options, CertificateSource? certificate, TimeProvider time, ILogger<SmtpConnectionHandler> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        PrepareSpill(options.SpillDirectory);
        _server = new SmtpServer(options, backend, certificate, new SmtpGreeting(options, certificate is not null), time, log);
        _admission = new SmtpAdmission(options.MaxConnections, options.MaxConnectionsPerAddress);
    }

    /// <inheritdoc />
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var remote = Plain(connection.RemoteEndPoint);
        if (_admission.TryEnter(remote.Address) is { } refusal)
        {
            SmtpLog.TurnedAway(_server.Log, remote, refusal.ToString());
            await connection.Transport.Output.WriteAsync(refusal.Wire);
            return;
        }

        try
        {
            await ServeAsync(connection, remote);
        }
        catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException || (e is IOException && !_abort.IsCancellationRequested))
        {
            SmtpLog.Lost(_server.Log, connection.ConnectionId, remote, e.Message);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            SmtpLog.Lost(_server.Log, connection.ConnectionId, remote, "the server was torn down");
        }
        finally
        {
            _admission.Leave(remote.Address);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _abort.Cancel();
        _abort.Dispose();
    }

    private async Task ServeAsync(ConnectionContext connection, IPEndPoint remote)
    {
        await using var channel = new SmtpChannel(connection, _server.Options, _server.Time);
        using var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime
            ? lifetime.ConnectionClosedRequested.UnsafeRegister(static state => ((SmtpChannel)state!).Stop(), channel)
            : default;
        var client = new SmtpConnection(connection.ConnectionId, remote, Plain(connection.LocalEndPoint));
        await new SmtpSession(channel, client, _server, _abort.Token).RunAsync();
    }

    private static IPEndPoint Plain(EndPoint? endPoint) => endPoint switch
    {
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port),
        IPEndPoint plain => plain,
        // A Unix socket is as near as loopback.
        _ => new IPEndPoint(IPAddress.Loopback, 0),
    };

    private static void PrepareSpill(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var leftOver in Directory.EnumerateFiles(directory, "*.eml"))
            File.Delete(leftOver);
    }
}
