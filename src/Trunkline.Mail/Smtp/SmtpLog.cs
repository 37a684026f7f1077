using System.Net;
using Microsoft.Extensions.Logging;

namespace Trunkline.Mail.Smtp;

internal static partial class SmtpLog
{
    [LoggerMessage(2000, LogLevel.Debug, "SMTP {Connection}: {Remote} connected")]
    public static partial void Connected(ILogger logger, string connection, IPEndPoint remote);

    [LoggerMessage(2001, LogLevel.Debug, "SMTP {Connection}: closed after {Commands} commands and {Messages} messages: {Reason}")]
    public static partial void Closed(ILogger logger, string connection, int commands, int messages, string reason);

    [LoggerMessage(2002, LogLevel.Warning, "SMTP: {Remote} turned away: {Reply}")]
    public static partial void TurnedAway(ILogger logger, IPEndPoint remote, string reply);

    [LoggerMessage(2003, LogLevel.Information, "SMTP {Connection}: message {Envelope} of {Size} bytes from <{Sender}> for {Recipients} recipients: {Reply}")]
    public static partial void Message(ILogger logger, string connection, string envelope, long size, string sender, int recipients, string reply);

    [LoggerMessage(2004, LogLevel.Information, "SMTP {Connection}: {Remote} ({Helo}) refused: {Reply}")]
    public static partial void Refused(ILogger logger, string connection, IPEndPoint remote, string helo, string reply);

    [LoggerMessage(2005, LogLevel.Debug, "SMTP {Connection}: login of {User} from {Remote} failed")]
    public static partial void LoginFailed(ILogger logger, string connection, string user, IPEndPoint remote);

    [LoggerMessage(2006, LogLevel.Error, "SMTP {Connection}: the gateway failed in {Step}; the client was told to come again")]
    public static partial void BackendFault(ILogger logger, Exception exception, string connection, string step);

    [LoggerMessage(2007, LogLevel.Error, "SMTP {Connection}: the message could not be kept on disk; the client was told to come again")]
    public static partial void SpillFault(ILogger logger, Exception exception, string connection);

    [LoggerMessage(2008, LogLevel.Information, "SMTP {Connection}: TLS with {Remote} failed: {Cause}")]
    public static partial void TlsFailed(ILogger logger, string connection, IPEndPoint remote, string cause);

    [LoggerMessage(2009, LogLevel.Warning, "SMTP {Connection}: {Remote} sent {Bytes} bytes in the clear after STARTTLS; they were thrown away")]
    public static partial void InjectionDiscarded(ILogger logger, string connection, IPEndPoint remote, long bytes);

    [LoggerMessage(2010, LogLevel.Debug, "SMTP {Connection}: connection with {Remote} lost: {Cause}")]
    public static partial void Lost(ILogger logger, string connection, IPEndPoint remote, string cause);
}
