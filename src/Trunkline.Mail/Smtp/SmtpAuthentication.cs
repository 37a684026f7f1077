using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Trunkline.Mail.Smtp;

/// <summary>AUTH PLAIN (RFC 4616) and AUTH LOGIN, as RFC 4954 frames them. Failures are slowed and counted.</summary>
internal sealed class SmtpAuthentication(SmtpChannel channel, SmtpConnection connection, SmtpServer server, CancellationToken abort)
{
    private int _failed;

    /// <summary>Asks for and checks a login. A reply alone goes on; with an end, the connection closes; without a reply, it is closed already.</summary>
    public async ValueTask<(SmtpReply? Reply, string? End)> RunAsync(string mechanism, string? initial)
    {
        // "=" stands for an initial response that is there and empty.
        if (initial == "=")
            initial = "";
        return mechanism switch
        {
            "PLAIN" => await PlainAsync(initial),
            "LOGIN" => await LoginAsync(initial),
            _ => (SmtpReplies.UnknownMechanism, null),
        };
    }

    private async ValueTask<(SmtpReply? Reply, string? End)> PlainAsync(string? initial)
    {
        var answer = initial is null ? await AskAsync(SmtpReplies.PlainChallenge) : new Answer(Decoded(initial), null, null);
        if (answer.Text is null)
            return (answer.Problem ?? (answer.End is null ? SmtpReplies.LoginUnreadable : null), answer.End);

        // authorization identity NUL authentication identity NUL password
        var parts = answer.Text.Split('\0');
        if (parts.Length != 3 || parts[1].Length == 0)
            return (SmtpReplies.LoginUnreadable, null);
        // To act for somebody else is not offered.
        return parts[0].Length > 0 && parts[0] != parts[1] ? await FailAsync(parts[1], SmtpLogin.Refused) : await CheckAsync(parts[1], parts[2]);
    }

    private async ValueTask<(SmtpReply? Reply, string? End)> LoginAsync(string? initial)
    {
        var user = initial is null ? await AskAsync(SmtpReplies.UserChallenge) : new Answer(Decoded(initial), null, null);
        if (user.Text is null)
            return (user.Problem ?? (user.End is null ? SmtpReplies.LoginUnreadable : null), user.End);
        var password = await AskAsync(SmtpReplies.PasswordChallenge);
        return password.Text is null ? (password.Problem, password.End) : await CheckAsync(user.Text, password.Text);
    }

    private async ValueTask<(SmtpReply? Reply, string? End)> CheckAsync(string user, string password)
    {
        SmtpLogin login;
        try
        {
            login = await server.Backend.AuthenticateAsync(connection, user, password, abort);
        }
        catch (Exception e) when (!abort.IsCancellationRequested)
        {
            SmtpLog.BackendFault(server.Log, e, connection.Id, "AUTH");
            return (new SmtpReply(454, "4.7.0", "The login cannot be checked at present, please try again later"), null);
        }
        if (login != SmtpLogin.Accepted)
            return await FailAsync(user, login);
        connection.Identity ??= user;
        return (SmtpReplies.LoggedIn, null);
    }

    private async ValueTask<(SmtpReply? Reply, string? End)> FailAsync(string user, SmtpLogin login)
    {
        connection.Identity = null;
        SmtpLog.LoginFailed(server.Log, connection.Id, user, connection.RemoteEndPoint);
        await Task.Delay(server.Options.FailedLoginDelay, server.Time, abort);
        return ++_failed >= server.Options.MaxFailedLogins ? (SmtpReplies.TooManyLogins, "failed logins") : (login == SmtpLogin.NotNow ? SmtpReplies.LoginNotNow : SmtpReplies.LoginFailed, null);
    }

    private async ValueTask<Answer> AskAsync(SmtpReply challenge)
    {
        channel.Write(challenge);
        switch (await channel.ReadLineAsync(server.Options.MaxAuthLineBytes, inTransaction: false))
        {
            case LineStatus.Line when channel.Line.SequenceEqual("*"u8):
                return new Answer(null, SmtpReplies.LoginCancelled, null);
            case LineStatus.Line:
                var text = Decoded(Encoding.ASCII.GetString(channel.Line));
                return new Answer(text, text is null ? SmtpReplies.LoginUnreadable : null, null);
            case LineStatus.TooLong:
                return new Answer(null, SmtpReplies.LineTooLong, "line too long");
            case LineStatus.BareLineEnding:
                return new Answer(null, SmtpReplies.BareLineEnding, "bare line ending");
            case LineStatus.Closed:
                return new Answer(null, null, "the client left");
            case LineStatus.TimedOut:
                return new Answer(null, SmtpReplies.TimedOut, "idle");
            case LineStatus.Stopping:
                return new Answer(null, SmtpReplies.Stopping, "shutting down");
        }
        throw new InvalidOperationException("A line status is not handled.");
    }

    private static string? Decoded(string base64)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        return Convert.TryFromBase64String(base64, bytes, out var length) && Utf8.IsValid(bytes.AsSpan(0, length))
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : null;
    }

    private readonly record struct Answer(string? Text, SmtpReply? Problem, string? End);
}
