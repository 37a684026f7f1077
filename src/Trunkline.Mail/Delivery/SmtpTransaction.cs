using System.Net;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Trunkline.Mail.Delivery;

/// <summary>One mail to one server, by MailKit; what MailKit throws becomes a result here.</summary>
internal sealed class SmtpTransaction(SmtpDeliveryOptions options, TimeProvider time)
{
    /// <summary>To a server that MX named: TLS when offered, whoever the server says it is, since nothing better than plain text is promised (RFC 7435).</summary>
    public async ValueTask<MailDeliveryResult> SendAsync(MailExchange exchange, OutgoingMail letter, CancellationToken cancellationToken)
    {
        using var socketLimit = new CancellationTokenSource(options.TransactionTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(socketLimit.Token, cancellationToken);
        return await GuardAsync(exchange.Host, async () =>
        {
            try
            {
                return await SendAsync(exchange, SecureSocketOptions.StartTlsWhenAvailable, letter, limit.Token);
            }
            catch (SslHandshakeException)
            {
                // It offers TLS and cannot: in the clear is what it would have had without the offer.
                return await SendAsync(exchange, SecureSocketOptions.None, letter, limit.Token);
            }
        }, limit.Token, cancellationToken);
    }

    /// <summary>To the smarthost.</summary>
    public async ValueTask<MailDeliveryResult> SendAsync(Smarthost smarthost, OutgoingMail letter, CancellationToken cancellationToken)
    {
        using var timeLimit = new CancellationTokenSource(options.TransactionTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeLimit.Token, cancellationToken);
        return await GuardAsync(smarthost.Host, async () =>
        {
            using var client = NewClient(checksCertificate: smarthost.Security is SmarthostSecurity.StartTls or SmarthostSecurity.ImplicitTls);
            var security = smarthost.Security switch
            {
                SmarthostSecurity.Opportunistic => SecureSocketOptions.StartTlsWhenAvailable,
                SmarthostSecurity.StartTls => SecureSocketOptions.StartTls,
                SmarthostSecurity.ImplicitTls => SecureSocketOptions.SslOnConnect,
                SmarthostSecurity.None => SecureSocketOptions.None,
            };
            await client.ConnectAsync(smarthost.Host, smarthost.Port, security, limit.Token);
            if (smarthost.User is { } user)
            {
                if (!client.IsSecure && !IsThisMachine(smarthost.Host))
                    return new MailDeliveryResult.Deferred($"{smarthost.Host} offers no TLS, and a password is not sent in the clear.");
                await client.AuthenticateAsync(user, smarthost.Password ?? "", limit.Token);
            }
            return await SendAsync(client, letter, limit.Token);
        }, limit.Token, cancellationToken);
    }

    private async Task<MailDeliveryResult> SendAsync(
        MailExchange exchange, SecureSocketOptions security, OutgoingMail letter, CancellationToken cancellationToken)
    {
        using var socket = new Socket(exchange.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var connectTime = new CancellationTokenSource(options.ConnectTimeout, time);
        using var connect = CancellationTokenSource.CreateLinkedTokenSource(connectTime.Token, cancellationToken);
        using var client = NewClient(checksCertificate: false);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(exchange.Address, options.MxPort), connect.Token);
            await client.ConnectAsync(socket, exchange.Host, options.MxPort, security, connect.Token);
        }
        catch (OperationCanceledException) when (connectTime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new MailDeliveryResult.Deferred($"{exchange.Host} did not answer in time.");
        }
        return await SendAsync(client, letter, cancellationToken);
    }

    private static async Task<MailDeliveryResult> SendAsync(SmtpClient client, OutgoingMail letter, CancellationToken cancellationToken)
    {
        using var stream = new ReadOnlyMemoryStream(letter.Message);
        using var message = await MimeMessage.LoadAsync(stream, persistent: true, cancellationToken);
        await client.SendAsync(FormatOptions.Default, message, letter.Sender, [letter.Recipient], cancellationToken);
        // From here on the mail is theirs: a good-bye that fails changes nothing.
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or ProtocolException or OperationCanceledException)
        {
            return new MailDeliveryResult.Delivered();
        }
        return new MailDeliveryResult.Delivered();
    }

    private async ValueTask<MailDeliveryResult> GuardAsync(
        string host, Func<Task<MailDeliveryResult>> send, CancellationToken limit, CancellationToken cancellationToken)
    {
        try
        {
            return await send();
        }
        catch (SmtpCommandException e)
        {
            var code = (int)e.StatusCode;
            var reason = $"{host} said: {code} {e.Message}";
            return code >= 500 ? new MailDeliveryResult.Failed(reason, code) : new MailDeliveryResult.Deferred(reason, code);
        }
        catch (MailKit.Security.AuthenticationException e)
        {
            // Our own configuration is wrong: the mails wait until somebody has put it right.
            return new MailDeliveryResult.Deferred($"{host} does not take our user name and password: {e.Message}");
        }
        catch (Exception e) when (e is IOException or SocketException or ProtocolException or SslHandshakeException or NotSupportedException)
        {
            return new MailDeliveryResult.Deferred($"{host} cannot be reached: {e.Message}");
        }
        catch (FormatException)
        {
            return new MailDeliveryResult.Failed("The mail is not readable.");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new MailDeliveryResult.Deferred($"{host} did not finish within {options.TransactionTimeout.TotalMinutes:0} minutes.");
        }
    }

    private SmtpClient NewClient(bool checksCertificate)
    {
        var client = new SmtpClient { LocalDomain = options.HostName, Timeout = (int)options.TransactionTimeout.TotalMilliseconds };
        // Lists of revoked certificates are fetched over a network that may not be there.
        client.CheckCertificateRevocation = false;
        if (!checksCertificate)
#pragma warning disable CA5359 // Opportunistic encryption: see the summary of SendAsync.
            client.ServerCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        return client;
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
