using Trunkline.Core.Mail;

namespace Trunkline.Gateway.Intake;

/// <summary>Takes a mail to a list, which becomes a broadcast.</summary>
public interface IListIntake
{
    /// <summary>Returns when it is durable, or with the reason why it is refused.</summary>
    Task<IntakeVerdict> AcceptAsync(IntakeEnvelope envelope, RecipientAddress.ToList list, ParsedMail mail, long size, CancellationToken cancellationToken);
}
