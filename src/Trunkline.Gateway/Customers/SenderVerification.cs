using Trunkline.Core.Mail;
using Trunkline.Gateway.Intake;

namespace Trunkline.Gateway.Customers;

/// <summary>What makes a mail a customer's.</summary>
public enum SenderProof
{
    /// <summary>Nothing: a stranger's.</summary>
    None,

    /// <summary>It logged in.</summary>
    Login,

    /// <summary>The envelope sender is its address, and the connection comes from a network that is trusted for it.</summary>
    Network,

    /// <summary>The envelope sender is its address; the mail itself has still to prove it.</summary>
    Claimed,

    /// <summary>DKIM or SPF passed for its From address, or the operator trusts that address as it stands.</summary>
    From,
}

/// <summary>
/// Finds out whose mail it is: by SMTP AUTH, by a trusted address range, or by a From address that DKIM or SPF proves. docs/decisions tells why it is so,
/// docs/reference/customers.md what each customer needs.
/// </summary>
public sealed class SenderVerification(CustomerDirectory customers)
{
    /// <summary>MAIL FROM: sets who sends, as far as it is known by now.</summary>
    public void Begin(IntakeEnvelope envelope)
    {
        (envelope.From, envelope.Proof) = (null, SenderProof.None);
        if (envelope.Authenticated is { } login)
        {
            // As it stands now: it may have been suspended since it logged in.
            if (customers.FindSender(login.Customer.Key, login.User?.Key) is { } present)
                (envelope.From, envelope.Proof) = (present, SenderProof.Login);
            return;
        }
        if (envelope.Sender.Length == 0 || customers.FindSender(envelope.Sender) is not { } claimed)
            return;
        if (claimed.Customer.Trusts(envelope.RemoteAddress))
            (envelope.From, envelope.Proof) = (claimed, SenderProof.Network);
        else if (claimed.Customer.TrustFrom != TrustFrom.None)
            (envelope.From, envelope.Proof) = (claimed, SenderProof.Claimed);
    }

    /// <summary>
    /// The end of DATA, for mail to a number: null when it is proven, and then <see cref="IntakeEnvelope.From"/> is final. A mail of a login is the login's,
    /// whatever its From header says.
    /// </summary>
    public async ValueTask<IntakeVerdict?> ProveAsync(
        IntakeEnvelope envelope, ParsedMail mail, IReadOnlyList<string> recipients, CancellationToken cancellationToken)
    {
        if (envelope.Proof is not (SenderProof.Network or SenderProof.Claimed) || envelope.From is not { } claimed)
            return null;
        // A mail that names somebody else's customer in its From header is not charged to this one, from whichever network it comes.
        if (envelope.Proof == SenderProof.Network)
        {
            return mail.FromAddresses.Any(f => customers.FindSender(f) is { } other && other.Customer.Key != claimed.Customer.Key)
                ? Refused($"This mail is sent as {envelope.Sender}, but its From address is another customer's.")
                : null;
        }
        if (mail.FromAddresses is not [{ Length: > 0 } from])
            return Refused(mail.FromAddresses.Count > 1 ? "This mail has several From addresses, so it proves none of them." : "This mail has no From address that can be read.");
        if (customers.FindSender(from) is not { } author || author.Customer.Key != claimed.Customer.Key)
            return Refused($"This mail is sent as {envelope.Sender}, but its From address is not that customer's.");

        var evidence = await CheckAsync(author.Customer.TrustFrom, envelope, MailDomain.Of(from), recipients, cancellationToken);
        switch (evidence.Result)
        {
            case EvidenceResult.Pass:
                (envelope.From, envelope.Proof) = (author, SenderProof.From);
                return null;
            case EvidenceResult.TemporaryFailure:
                return IntakeVerdict.Later("4.7.5", $"It cannot be checked at present whether this mail is from {from}: {evidence.Detail}. Try again later.");
            case EvidenceResult.Fail:
                return Refused($"This mail does not prove that it is from {from}: {evidence.Detail}.");
        }
        throw new InvalidOperationException("A result of evidence is not handled.");
    }

    private static async ValueTask<Evidence> CheckAsync(
        TrustFrom trust, IntakeEnvelope envelope, string domain, IReadOnlyList<string> recipients, CancellationToken cancellationToken)
    {
        var evidence = envelope.Evidence;
        switch (trust)
        {
            case TrustFrom.None:
                return new Evidence(EvidenceResult.Fail, "mail of this customer has to log in");
            case TrustFrom.From:
                return new Evidence(EvidenceResult.Pass, "the operator trusts this address");
            case var _ when evidence is null:
                return new Evidence(EvidenceResult.Fail, "there is nothing to check it by");
            case TrustFrom.Dkim:
                return await evidence.DkimAsync(domain, recipients, cancellationToken);
            case TrustFrom.Spf:
                return await evidence.SpfAsync(domain, cancellationToken);
            case TrustFrom.DkimOrSpf:
                break;
        }
        var dkim = await evidence.DkimAsync(domain, recipients, cancellationToken);
        if (dkim.Result == EvidenceResult.Pass)
            return dkim;
        var spf = await evidence.SpfAsync(domain, cancellationToken);
        if (spf.Result == EvidenceResult.Pass)
            return spf;
        // The one that could not be asked might have passed.
        return new Evidence(dkim.Result == EvidenceResult.TemporaryFailure || spf.Result == EvidenceResult.TemporaryFailure
            ? EvidenceResult.TemporaryFailure : EvidenceResult.Fail, $"{dkim.Detail}; {spf.Detail}");
    }

    private static IntakeVerdict Refused(string reason) => IntakeVerdict.Refuse("5.7.1", reason);
}
