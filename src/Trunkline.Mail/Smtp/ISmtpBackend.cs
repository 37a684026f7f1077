namespace Trunkline.Mail.Smtp;

/// <summary>
/// The business behind the SMTP server. Every refusal is an <see cref="SmtpReply"/>, given while the client is still connected.
/// An exception is a fault of ours: it is logged, and the client hears 451 and keeps the message.
/// Calls for one connection come one at a time; calls for different connections come at once.
/// The token is cancelled only when the server is torn down without grace, so a commit is not abandoned because a client went away.
/// The server sets no time limit to these calls: the backend bounds its own work.
/// </summary>
public interface ISmtpBackend
{
    /// <summary>
    /// Whether the password is the user's; the backend then sets <see cref="SmtpConnection.Identity"/>. Asked only inside TLS or from loopback.
    /// </summary>
    ValueTask<SmtpLogin> AuthenticateAsync(SmtpConnection connection, string user, string password, CancellationToken cancellationToken);

    /// <summary>MAIL FROM. The sender ("" is the null sender), the declared size and the body type are on the envelope. Accept with <see cref="SmtpReply.SenderOk"/>.</summary>
    ValueTask<SmtpReply> CheckSenderAsync(SmtpEnvelope envelope, CancellationToken cancellationToken);

    /// <summary>
    /// RCPT TO. When accepted, the recipient is added to the envelope with the state that the backend left in <see cref="SmtpRecipient.State"/>.
    /// Accept with <see cref="SmtpReply.RecipientOk"/>. What was asked of reports is on the recipient.
    /// </summary>
    ValueTask<SmtpReply> CheckRecipientAsync(SmtpEnvelope envelope, SmtpRecipient recipient, CancellationToken cancellationToken);

    /// <summary>DATA, with at least one recipient. Any accepting reply goes out as <see cref="SmtpReply.StartData"/>.</summary>
    ValueTask<SmtpReply> BeginDataAsync(SmtpEnvelope envelope, CancellationToken cancellationToken);

    /// <summary>
    /// The whole message is here. The reply goes to the client only after this returns: the backend commits inside.
    /// <paramref name="data"/> and its file are gone after the call; the backend copies or moves what it keeps.
    /// </summary>
    ValueTask<SmtpReply> ReceiveAsync(SmtpEnvelope envelope, ReceivedData data, CancellationToken cancellationToken);

    /// <summary>The transaction is over, accepted or not (also by RSET, a new EHLO or a lost connection): time to release what the state objects hold.</summary>
    ValueTask EndTransactionAsync(SmtpEnvelope envelope) => ValueTask.CompletedTask;
}
