using System.Buffers;
using System.Globalization;
using System.Text;

namespace Trunkline.Mail.Smtp;

/// <summary>The dialogue with one client (RFC 5321): which command may come when, and what it does.</summary>
internal sealed class SmtpSession(
    SmtpChannel channel, SmtpConnection connection, SmtpServer server, CancellationToken abort)
{
    // What could close the comment in our Received header, or forge a second one, is no name.
    private static readonly SearchValues<byte> HostNameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:[]"u8);

    private readonly SmtpServerOptions _options = server.Options;
    private readonly SmtpAuthentication _authentication = new(channel, connection, server, abort);
    private readonly SmtpDataReceiver _data = new(channel, connection, server, abort);
    private SmtpEnvelope? _envelope;
    private int _commands;
    private int _badCommands;
    private int _transactions;
    private string? _end;

    public async Task RunAsync()
    {
        SmtpLog.Connected(server.Log, connection.Id, connection.RemoteEndPoint);
        channel.Write(server.Greeting.Banner);
        try
        {
            while (_end is null)
                await StepAsync();
        }
        finally
        {
            await EndTransactionAsync();
            SmtpLog.Closed(server.Log, connection.Id, _commands, _data.Messages, _end ?? "fault");
        }
    }

    private async ValueTask StepAsync()
    {
        switch (await channel.ReadLineAsync(_options.MaxCommandLineBytes, _envelope is not null))
        {
            case LineStatus.Line:
                await CommandAsync();
                break;
            case LineStatus.TooLong:
                await CloseAsync(SmtpReplies.LineTooLong);
                break;
            case LineStatus.BareLineEnding:
                await CloseAsync(SmtpReplies.BareLineEnding);
                break;
            case LineStatus.Closed:
                _end = "the client left";
                break;
            case LineStatus.TimedOut:
                channel.Write(SmtpReplies.TimedOut);
                _end = "idle";
                break;
            case LineStatus.Stopping:
                channel.Write(SmtpReplies.Stopping);
                _end = "shutting down";
                break;
        }
    }

    private ValueTask CommandAsync()
    {
        if (++_commands > _options.MaxCommands)
            return CloseAsync(SmtpReplies.TooManyCommands);
        if (channel.Line.IndexOfAnyInRange((byte)0, (byte)31) >= 0)
            return BadAsync(SmtpReplies.Unreadable);

        var command = SmtpCommandLine.Parse(channel.Line);
        return command.Verb switch
        {
            SmtpVerb.Ehlo => HeloAsync(command.Argument, isExtended: true),
            SmtpVerb.Helo => HeloAsync(command.Argument, isExtended: false),
            SmtpVerb.Mail => MailAsync(command.Argument),
            SmtpVerb.Rcpt => RcptAsync(command.Argument),
            SmtpVerb.Data => command.Argument.IsEmpty ? DataAsync() : BadAsync(SmtpReplies.NoArgument),
            SmtpVerb.Rset => command.Argument.IsEmpty ? RsetAsync() : BadAsync(SmtpReplies.NoArgument),
            SmtpVerb.Noop => Say(SmtpReply.Ok),
            SmtpVerb.Vrfy => Say(SmtpReplies.WillTry),
            SmtpVerb.Help => Say(SmtpReplies.HelpText),
            SmtpVerb.Quit => command.Argument.IsEmpty ? Quit() : BadAsync(SmtpReplies.NoArgument),
            SmtpVerb.StartTls => command.Argument.IsEmpty ? StartTlsAsync() : BadAsync(SmtpReplies.NoArgument),
            SmtpVerb.Auth => AuthAsync(command.Argument),
            SmtpVerb.Http => CloseAsync(SmtpReplies.NotHttp),
            SmtpVerb.Unknown => BadAsync(SmtpReplies.Unknown),
        };
    }

    private ValueTask HeloAsync(ReadOnlySpan<byte> argument, bool isExtended)
    {
        if (!IsHostName(argument))
            return BadAsync(SmtpReplies.BadHelo);
        connection.HeloName = Encoding.ASCII.GetString(argument);
        connection.IsExtended = isExtended;
        if (isExtended)
            channel.Write(server.Greeting.Ehlo(connection));
        else
            channel.Write(server.Greeting.Helo);
        return EndTransactionAsync();
    }

    private ValueTask MailAsync(ReadOnlySpan<byte> argument)
    {
        if (connection.HeloName.Length == 0)
            return BadAsync(SmtpReplies.HeloFirst);
        if (_envelope is not null)
            return BadAsync(SmtpReplies.InTransaction);
        if (SmtpPath.Read(argument, out var address, out var parameters) is { } problem)
            return BadAsync(new SmtpReply(501, "5.1.7", problem));
        if (++_transactions > _options.MaxTransactions)
            return CloseAsync(SmtpReplies.TooManyTransactions);

        return SmtpMailParameters.Read(parameters, connection.IsExtended, out var read) is { } refusal
            ? BadAsync(refusal)
            : BeginAsync(address, read);
    }

    private async ValueTask BeginAsync(string sender, SmtpMailParameters parameters)
    {
        if (!parameters.IsUtf8 && !Ascii.IsValid(sender))
        {
            await BadAsync(SmtpReplies.NotUtf8);
            return;
        }
        if (parameters.Size > _options.MaxMessageBytes)
        {
            Refuse(server.Greeting.TooLarge);
            return;
        }

        var now = server.Time.GetUtcNow();
        var envelope = new SmtpEnvelope(Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture), connection, sender)
        {
            StartedAt = now,
            DeclaredSize = parameters.Size,
            Is8Bit = parameters.Is8Bit,
            IsUtf8 = parameters.IsUtf8,
            EnvelopeId = parameters.EnvelopeId,
            WantsWholeMail = parameters.WantsWholeMail,
        };
        var reply = await AskAsync("MAIL", static (backend, e, _, token) => backend.CheckSenderAsync(e, token), envelope, null);
        if (reply.IsAccepted)
            _envelope = envelope;
        else
            await server.Backend.EndTransactionAsync(envelope);
        Answer(reply);
    }

    private ValueTask RcptAsync(ReadOnlySpan<byte> argument)
    {
        if (_envelope is null)
            return BadAsync(connection.HeloName.Length == 0 ? SmtpReplies.HeloFirst : SmtpReplies.MailFirst);
        if (SmtpPath.Read(argument, out var address, out var parameters) is { } problem)
            return BadAsync(new SmtpReply(501, "5.1.3", problem));
        if (address.Length == 0)
            return BadAsync(new SmtpReply(501, "5.1.3", "The address is empty"));
        if (SmtpRecipientParameters.Read(parameters, connection.IsExtended, out var report) is { } refusal)
            return BadAsync(refusal);
        if (!_envelope.IsUtf8 && !Ascii.IsValid(address))
            return BadAsync(SmtpReplies.NotUtf8);
        if (_envelope.Recipients.Count < _options.MaxRecipients)
            return AddAsync(_envelope, new SmtpRecipient(address) { Notify = report.Notify, OriginalRecipient = report.OriginalRecipient });
        Refuse(SmtpReplies.TooManyRecipients);
        return default;
    }

    private async ValueTask AddAsync(SmtpEnvelope envelope, SmtpRecipient recipient)
    {
        var reply = await AskAsync("RCPT", static (backend, e, r, token) => backend.CheckRecipientAsync(e, r!, token), envelope, recipient);
        if (reply.IsAccepted)
            envelope.Add(recipient);
        Answer(reply);
    }

    private async ValueTask DataAsync()
    {
        if (_envelope is not { } envelope)
        {
            await BadAsync(connection.HeloName.Length == 0 ? SmtpReplies.HeloFirst : SmtpReplies.MailFirst);
            return;
        }
        if (envelope.Recipients.Count == 0)
        {
            await BadAsync(SmtpReplies.NoRecipients);
            return;
        }

        var begin = await AskAsync("DATA", static (backend, e, _, token) => backend.BeginDataAsync(e, token), envelope, null);
        Answer(begin.IsAccepted ? SmtpReply.StartData : begin);
        if (!begin.IsAccepted)
            return;

        var outcome = await _data.ReceiveAsync(envelope);
        await EndTransactionAsync();
        if (outcome.Reply is { } reply && outcome.End is null)
            Answer(reply);
        else if (outcome.Reply is { } last)
            await CloseAsync(last, outcome.End);
        else
            _end = outcome.End;
    }

    private async ValueTask RsetAsync()
    {
        await EndTransactionAsync();
        channel.Write(SmtpReply.Ok);
    }

    private ValueTask Quit()
    {
        channel.Write(SmtpReplies.Bye);
        _end = "QUIT";
        return default;
    }

    private async ValueTask StartTlsAsync()
    {
        if (connection.IsTls || server.Certificate is null || _envelope is not null)
        {
            await BadAsync(connection.IsTls ? SmtpReplies.AlreadyTls : _envelope is not null ? SmtpReplies.InTransaction : SmtpReplies.NotOffered);
            return;
        }

        if (channel.DiscardInput() is > 0 and var bytes)
            SmtpLog.InjectionDiscarded(server.Log, connection.Id, connection.RemoteEndPoint, bytes);
        channel.Write(SmtpReplies.ReadyForTls);
        if (await channel.StartTlsAsync(server.Certificate.Context) is { } cause)
        {
            SmtpLog.TlsFailed(server.Log, connection.Id, connection.RemoteEndPoint, cause);
            _end = "TLS failed";
            return;
        }
        // What was said in the clear is forgotten (RFC 3207, 4.2).
        connection.TlsDescription = channel.TlsDescription;
        connection.HeloName = "";
        connection.Identity = null;
    }

    private ValueTask AuthAsync(ReadOnlySpan<byte> argument)
    {
        if (!connection.IsExtended || connection.HeloName.Length == 0)
            return BadAsync(SmtpReplies.HeloFirst);
        if (_envelope is not null)
            return BadAsync(SmtpReplies.InTransaction);
        if (!connection.IsTls && !connection.IsLoopback)
            return BadAsync(SmtpReplies.LoginInClear);
        if (connection.Identity is not null)
            return BadAsync(SmtpReplies.AlreadyLoggedIn);
        var space = argument.IndexOf((byte)' ');
        var mechanism = Encoding.ASCII.GetString(space < 0 ? argument : argument[..space]).ToUpperInvariant();
        var initial = space < 0 ? null : Encoding.ASCII.GetString(argument[(space + 1)..]);
        return LogInAsync(mechanism, initial);
    }

    private async ValueTask LogInAsync(string mechanism, string? initial)
    {
        var (reply, end) = await _authentication.RunAsync(mechanism, initial);
        if (end is not null && reply is not null)
            await CloseAsync(reply, end);
        else if (reply is null)
            _end = end;
        else if (reply.IsAccepted)
            channel.Write(reply);
        else
            await BadAsync(reply);
    }

    private async ValueTask<SmtpReply> AskAsync(
        string step, Func<ISmtpBackend, SmtpEnvelope, SmtpRecipient?, CancellationToken, ValueTask<SmtpReply>> question, SmtpEnvelope envelope,
        SmtpRecipient? recipient)
    {
        try
        {
            return await question(server.Backend, envelope, recipient, abort);
        }
        catch (Exception e) when (!abort.IsCancellationRequested)
        {
            SmtpLog.BackendFault(server.Log, e, connection.Id, step);
            return SmtpReply.LocalFault;
        }
    }

    private void Answer(SmtpReply reply)
    {
        if (!reply.IsAccepted)
        {
            Refuse(reply);
            return;
        }
        channel.Write(reply);
    }

    private void Refuse(SmtpReply reply)
    {
        SmtpLog.Refused(server.Log, connection.Id, connection.RemoteEndPoint, connection.HeloName, reply.ForLog);
        channel.Write(reply);
        if (reply.Code is 421 or 521)
            _end = "refused";
    }

    private ValueTask Say(SmtpReply reply)
    {
        channel.Write(reply);
        return default;
    }

    /// <summary>A mistake of the client's program, of which only a few are forgiven.</summary>
    private ValueTask BadAsync(SmtpReply reply)
    {
        Refuse(reply);
        return ++_badCommands >= _options.MaxBadCommands ? CloseAsync(SmtpReplies.TooManyErrors) : default;
    }

    private async ValueTask CloseAsync(SmtpReply reply, string? end = null)
    {
        SmtpLog.Refused(server.Log, connection.Id, connection.RemoteEndPoint, connection.HeloName, reply.ForLog);
        channel.Write(reply);
        _end = end ?? reply.Text;
        await channel.LingerAsync();
    }

    private ValueTask EndTransactionAsync()
    {
        if (_envelope is not { } envelope)
            return default;
        _envelope = null;
        return server.Backend.EndTransactionAsync(envelope);
    }

    private static bool IsHostName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= 255 && name.IndexOfAnyExcept(HostNameBytes) < 0;
}
