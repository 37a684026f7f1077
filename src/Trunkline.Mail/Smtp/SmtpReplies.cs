namespace Trunkline.Mail.Smtp;

/// <summary>The server's own replies.</summary>
internal static class SmtpReplies
{
    public static readonly SmtpReply Bye = new(221, "2.0.0", "Good-bye");
    public static readonly SmtpReply ReadyForTls = new(220, "2.0.0", "Ready to start TLS");
    public static readonly SmtpReply LoggedIn = new(235, "2.7.0", "Logged in");
    public static readonly SmtpReply WillTry = new(252, "2.5.2", "Cannot verify an address, but will check it at RCPT TO");
    public static readonly SmtpReply HelpText = new(214, "2.0.0", "EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT STARTTLS AUTH: see RFC 5321");
    public static readonly SmtpReply PlainChallenge = new(334, "", "");
    public static readonly SmtpReply UserChallenge = new(334, "", "VXNlcm5hbWU6");
    public static readonly SmtpReply PasswordChallenge = new(334, "", "UGFzc3dvcmQ6");

    public static readonly SmtpReply TimedOut = new(421, "4.4.2", "Nothing came for too long, closing the connection");
    public static readonly SmtpReply Stopping = new(421, "4.3.2", "The server is shutting down, please try again later");
    public static readonly SmtpReply TooManyErrors = new(421, "4.7.0", "Too many bad commands, closing the connection");
    public static readonly SmtpReply TooManyCommands = new(421, "4.7.0", "Too many commands on one connection, please connect again");
    public static readonly SmtpReply TooManyTransactions = new(421, "4.7.0", "Too many messages on one connection, please connect again");
    public static readonly SmtpReply TooManyLogins = new(421, "4.7.0", "Too many failed logins, closing the connection");
    public static readonly SmtpReply NotHttp = new(421, "4.7.0", "This is a mail server, it does not speak HTTP");

    public static readonly SmtpReply LineTooLong = new(500, "5.5.2", "The command line is too long, closing the connection");
    public static readonly SmtpReply BareLineEnding = new(500, "5.5.2", "Lines must end with <CR><LF>, closing the connection");
    public static readonly SmtpReply Unreadable = new(500, "5.5.2", "The command contains characters that are not allowed");
    public static readonly SmtpReply Unknown = new(500, "5.5.1", "The command is not known");
    public static readonly SmtpReply BadHelo = new(501, "5.5.4", "Please say EHLO or HELO with your host name");
    public static readonly SmtpReply NoArgument = new(501, "5.5.4", "The command takes no argument");
    public static readonly SmtpReply NotOffered = new(502, "5.5.1", "The command is not offered here");
    public static readonly SmtpReply HeloFirst = new(503, "5.5.1", "Please say EHLO or HELO first");
    public static readonly SmtpReply MailFirst = new(503, "5.5.1", "Please say MAIL FROM first");
    public static readonly SmtpReply InTransaction = new(503, "5.5.1", "A transaction is under way, please end it or say RSET first");
    public static readonly SmtpReply AlreadyTls = new(503, "5.5.1", "TLS is active already");
    public static readonly SmtpReply AlreadyLoggedIn = new(503, "5.5.1", "You are logged in already");
    public static readonly SmtpReply NoRecipients = new(554, "5.5.1", "No recipient was accepted");
    public static readonly SmtpReply UnknownMechanism = new(504, "5.5.4", "Only AUTH PLAIN and AUTH LOGIN are offered");
    public static readonly SmtpReply LoginInClear = new(538, "5.7.11", "Please use STARTTLS before you log in");
    public static readonly SmtpReply LoginCancelled = new(501, "5.7.0", "The login was cancelled");
    public static readonly SmtpReply LoginUnreadable = new(501, "5.5.2", "The login is not readable base64");
    public static readonly SmtpReply LoginNotNow = new(454, "4.7.0", "Too many logins have failed, please try again later");
    public static readonly SmtpReply LoginFailed = new(535, "5.7.8", "User name or password is wrong");
    public static readonly SmtpReply TooManyRecipients = new(452, "4.5.3", "Too many recipients, please send the rest in another message");
    public static readonly SmtpReply NotUtf8 = new(553, "5.6.7", "An address beyond ASCII needs the SMTPUTF8 parameter of MAIL FROM");

    public static readonly SmtpReply BareInData = new(550, "5.5.2", "The message contains a CR or LF that is not part of a <CR><LF>; it was not accepted");
    public static readonly SmtpReply DataLineTooLong = new(550, "5.5.2", "The message contains a line that is too long; it was not accepted");
    public static readonly SmtpReply DiskFault = new(452, "4.3.1", "No room for the message at present, please try again later");
}
