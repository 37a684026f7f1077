using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Receipts;

namespace Trunkline.Gateway.Intake;

/// <summary>Where a mail comes from, and whom it goes to, as far as the conversation has come.</summary>
public sealed class IntakeEnvelope
{
    /// <summary>Of the client.</summary>
    public required IPAddress RemoteAddress { get; init; }

    /// <summary>Who proved itself by AUTH, or null.</summary>
    public Sender? Authenticated { get; set; }

    /// <summary>The envelope sender; empty for the null sender.</summary>
    public string Sender { get; set; } = "";

    /// <summary>Once <see cref="IntakeDesk.VerifySender"/> has found out: whose mail this is, by <see cref="Proof"/>; null for a stranger's.</summary>
    public Sender? From { get; set; }

    /// <summary>What makes it theirs. Final at the end of DATA.</summary>
    public SenderProof Proof { get; set; }

    /// <summary>The customer whose mail this is, or null.</summary>
    public Customer? Customer => From?.Customer;

    /// <summary>Set before the end of DATA: where the mail comes from. Null where there is nothing to check.</summary>
    public ISenderEvidence? Evidence { get; set; }

    /// <summary>The recipients that were accepted, in order.</summary>
    public List<(string Address, RecipientAddress Meaning)> Recipients { get; } = [];

    /// <summary>The sender's own name for this mail, which its report repeats (RFC 3461), or null.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>What was asked of reports, by recipient address; one that is not here asked for nothing.</summary>
    public Dictionary<string, ReportRequest> Reports { get; } = new(StringComparer.Ordinal);

    /// <summary>How it comes: <c>smtp</c> or <c>http</c>.</summary>
    public string Source { get; init; } = "smtp";

    /// <summary>For a request that may come again: what it will be answered then.</summary>
    public Func<NewSubmission, RequestClaim>? Claim { get; init; }

    /// <summary>The part that is judged, or was refused; null when it is none of them.</summary>
    public MailPart? Judged { get; set; }

    /// <summary>What was put into the store, once it was.</summary>
    public NewSubmission? Accepted { get; set; }
}

/// <summary>
/// Checks a mail while its sender is connected, splits it into messages and fragments, and commits it. Nothing is accepted that could not be
/// delivered for a reason that is known now.
/// </summary>
public sealed partial class IntakeDesk(
    CustomerDirectory customers,
    SenderVerification verification,
    CustomerGate gate,
    HourCounts hours,
    FileTypeTable fileTypes,
    IIntakeStore store,
    MessageIdSource ids,
    QueueSignals signals,
    SpaceGuard space,
    BillingDesk billing,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<IntakeDesk> logger)
{
    // A mail that has passed so many servers is going in circles (RFC 5321 6.3).
    private const int MaxHops = 50;
    private const int MaxWhitespaceProbe = 64 * 1024;
    private readonly RecipientAddressReader _addresses = new(options.Value.Domain);

    /// <summary>MAIL FROM: finds the customer. A stranger may still write to one of our people.</summary>
    public IntakeVerdict VerifySender(IntakeEnvelope envelope)
    {
        if (space.Refusal() is { } refusal)
            return refusal;
        verification.Begin(envelope);
        return IntakeVerdict.Accept("2.1.0", "Sender noted.");
    }

    /// <summary>RCPT TO: accepts a number from a customer, and one of our people from anyone.</summary>
    public IntakeVerdict VerifyRecipient(IntakeEnvelope envelope, string address)
    {
        var meaning = _addresses.Read(address, envelope.Customer?.Country ?? "US");
        var verdict = meaning switch
        {
            RecipientAddress.Invalid invalid => IntakeVerdict.Refuse(invalid.EnhancedCode, invalid.Reason),
            RecipientAddress.Elsewhere elsewhere => IntakeVerdict.Refuse("5.7.1",
                $"This server takes no mail for {elsewhere.Domain}. Write to a number at fax.{options.Value.Domain}."),
            RecipientAddress.ToPerson person => customers.FindRecipient(person.Address) is null
                ? IntakeVerdict.Refuse("5.1.1", $"Nobody here has the address {person.Address}. To send a fax, write to +number@fax.{options.Value.Domain}.")
                : IntakeVerdict.Accept("2.1.5", "Recipient accepted."),
            RecipientAddress.ToNumber number => VerifyNumber(envelope, number),
            _ => throw new InvalidOperationException("A recipient address of a kind that is not known."),
        };
        if (verdict.IsAccepted)
            envelope.Recipients.Add((address, meaning));
        else
            LogRefused(envelope.RemoteAddress, verdict.EnhancedCode, verdict.Text);
        return verdict;
    }

    /// <summary>The end of DATA: types and splits the mail, and returns when it is durable.</summary>
    /// <param name="raw">The mail as it came, for our people; not asked for when there is none among the recipients.</param>
    public async Task<IntakeVerdict> AcceptAsync(IntakeEnvelope envelope, ParsedMail mail, long size, Func<MailContent> raw, CancellationToken cancellationToken)
    {
        if (mail.Hops > MaxHops)
            return Refused(envelope, "5.4.6", $"This mail has passed {mail.Hops} servers: it goes in circles.");

        if (await ProveAsync(envelope, mail, cancellationToken) is { } unproven)
            return Refused(envelope, unproven);
        var messages = new List<NewMessage>();
        var fragments = new List<NewFragment>();
        if (envelope.Recipients.Any(r => r.Meaning is RecipientAddress.ToNumber))
        {
            if (Split(envelope, mail, fragments, messages) is { } problem)
                return problem;
        }
        var people = envelope.Recipients.Where(r => r.Meaning is RecipientAddress.ToPerson).Select(r => r.Address)
            .Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var content = people.Count > 0 ? raw() : null;
        var submission = new NewSubmission
        {
            Id = ids.Next(),
            CustomerKey = messages.Count > 0 || envelope.Proof != SenderProof.Claimed ? envelope.Customer?.Key ?? 0 : 0,
            UserKey = messages.Count > 0 || envelope.Proof != SenderProof.Claimed ? envelope.From?.User?.Key : null,
            ReceivedAt = time.GetUtcNow(),
            Source = envelope.Source,
            RemoteAddress = envelope.RemoteAddress.ToString(),
            EnvelopeFrom = envelope.Sender,
            EnvelopeId = envelope.EnvelopeId,
            Subject = mail.Subject,
            MailMessageId = mail.MessageId,
            References = mail.References,
            IsAutomatic = mail.IsAutomatic,
            Size = size,
            Headers = mail.RawHeaders,
            Fragments = fragments,
            Messages = messages,
            LocalMail = [.. people.Select(p => new OutgoingMail(ids.Next(), envelope.Sender, p, content!))],
        };
        if (messages.Count > 0 && gate.TakeHour(envelope.From!, messages.Count) is { } full)
            return Refused(envelope, Refusal(full));
        if (envelope.Claim is { } claim)
            submission = submission with { Claim = claim(submission) };
        try
        {
            await store.AcceptAsync(submission, cancellationToken);
            envelope.Accepted = submission;
        }
        catch when (messages.Count > 0)
        {
            gate.GiveBackHour(envelope.From!, messages.Count);
            throw;
        }
        if (messages.Count > 0)
            signals.Wake(Lane.Prepare);
        if (people.Count > 0)
            signals.WakeMail();
        LogAccepted(submission.Id, messages.Count, fragments.Count, size);
        return IntakeVerdict.Accept("2.0.0", messages.Count == 0
            ? $"Accepted as {submission.Id}."
            : $"Accepted as {submission.Id}: {messages.Count} {(messages.Count == 1 ? "fax" : "faxes")}. A receipt follows by mail.");
    }

    private IntakeVerdict VerifyNumber(IntakeEnvelope envelope, RecipientAddress.ToNumber number)
    {
        if (envelope.Sender.Length == 0 && envelope.Authenticated is null)
            return IntakeVerdict.Refuse("5.7.1", "A report without a sender (null return path) is not delivered to a telephone number.");
        if (envelope.From is not { } sender)
        {
            return IntakeVerdict.Refuse("5.7.1", $"{(envelope.Sender.Length == 0 ? "The null sender" : envelope.Sender)} is no customer here, or has not "
                + "proved to be one. Log in (SMTP AUTH) with the customer's address and key, or write from an address and a network that the operator trusts.");
        }
        // What is only claimed counts for nothing yet: nobody can have a customer refused by writing in its name.
        var refusal = envelope.Proof == SenderProof.Claimed ? CustomerGate.Check(sender, number.Number) : gate.Ask(sender, number.Number);
        if (refusal is not null)
            return Refusal(refusal);
        if (hours.Room(sender) <= envelope.Recipients.Count(r => r.Meaning is RecipientAddress.ToNumber))
            return Refusal(CustomerGate.HourIsFull(sender));
        if (number.Type is not (null or MessageType.Fax))
            return IntakeVerdict.Refuse("5.3.3", $"This service delivers faxes; it has no line for messages of type {number.Type.Value.ToString().ToLowerInvariant()} yet.");
        return billing.Refusal(sender.Customer, number.Type ?? MessageType.Fax, number.Number) ?? IntakeVerdict.Accept("2.1.5", $"{number.Number} accepted.");
    }

    /// <summary>For mail to numbers: null once it is proven whose it is, and that one may call them.</summary>
    private async ValueTask<IntakeVerdict?> ProveAsync(IntakeEnvelope envelope, ParsedMail mail, CancellationToken cancellationToken)
    {
        var numbers = envelope.Recipients.Where(r => r.Meaning is RecipientAddress.ToNumber).ToList();
        if (numbers.Count == 0)
            return null;
        var wasClaimed = envelope.Proof == SenderProof.Claimed;
        if (await verification.ProveAsync(envelope, mail, [.. numbers.Select(n => n.Address)], cancellationToken) is { } unproven)
            return unproven;
        // Once more, and counted now: the From address may be another user's, with limits of its own.
        foreach (var (_, meaning) in wasClaimed ? numbers : [])
        {
            if (gate.Ask(envelope.From!, ((RecipientAddress.ToNumber)meaning).Number) is { } refusal)
                return Refusal(refusal);
        }
        return null;
    }

    private static IntakeVerdict Refusal(GateRefusal refusal) =>
        refusal.IsPermanent ? IntakeVerdict.Refuse("5.7.1", refusal.Reason) : IntakeVerdict.Later("4.7.1", refusal.Reason);

    private IntakeVerdict Refused(IntakeEnvelope envelope, IntakeVerdict verdict)
    {
        LogRefused(envelope.RemoteAddress, verdict.EnhancedCode, verdict.Text);
        return verdict;
    }

    private IntakeVerdict? Split(IntakeEnvelope envelope, ParsedMail mail, List<NewFragment> fragments, List<NewMessage> messages)
    {
        if (!MessageOptions.TryReadHeaders(mail.OptionHeaders, out var headerOptions, out var error))
            return Refused(envelope, "5.6.0", error);
        foreach (var part in mail.Parts)
        {
            envelope.Judged = part;
            switch (fileTypes.Determine(part))
            {
                case FileTypeVerdict.Refused refused:
                    return Refused(envelope, "5.6.1", refused.Reason);
                case FileTypeVerdict.Known known when !IsBlank(part):
                    fragments.Add(new NewFragment(part.FileName ?? (part.IsBody ? "the text of the mail" : "the attachment"),
                        known.ContentType, part.Charset, part.IsBody, part.Content));
                    break;
            }
        }
        envelope.Judged = null;
        if (fragments.Count == 0)
            return Refused(envelope, "5.6.1", $"Nothing in this mail can be faxed: it has no text and no attachment. Attach a document ({fileTypes.KnownKinds}) or write a text.");

        var seen = new HashSet<(PhoneNumber, MessageType)>();
        foreach (var (address, meaning) in envelope.Recipients)
        {
            // The same number twice in one mail is one call.
            if (meaning is not RecipientAddress.ToNumber number || !seen.Add((number.Number, number.Type ?? MessageType.Fax)))
                continue;
            var asked = number.Options.Or(headerOptions);
            messages.Add(new NewMessage
            {
                Id = ids.Next(),
                Type = number.Type ?? MessageType.Fax,
                ToAddress = address,
                Destination = number.Number,
                Priority = asked.Priority ?? Priority.Medium,
                Resolution = asked.Resolution ?? options.Value.Resolution,
                ExpiryDuration = options.Value.Expiry,
                Language = envelope.From!.Language,
                Report = envelope.Reports.GetValueOrDefault(address),
            });
        }
        return null;
    }

    private static bool IsBlank(MailPart part)
    {
        if (!part.IsBody || part.Content.Path is not null || part.Content.Size > MaxWhitespaceProbe || part.ContentType is "text/html")
            return part.Content.Size == 0;
        // Enough for ASCII's white space; a text of exotic blanks makes a page without a mark, or none, when it is rendered.
        return part.Content.Inline.Span.IndexOfAnyExcept(" \t\r\n\f"u8) < 0;
    }

    private IntakeVerdict Refused(IntakeEnvelope envelope, string enhancedCode, string text)
    {
        LogRefused(envelope.RemoteAddress, enhancedCode, text);
        return IntakeVerdict.Refuse(enhancedCode, text);
    }

    [LoggerMessage(6000, LogLevel.Debug, "Accepted {Submission}: {Messages} messages, {Fragments} fragments, {Bytes} bytes")]
    private partial void LogAccepted(MessageId submission, int messages, int fragments, long bytes);

    [LoggerMessage(6001, LogLevel.Debug, "Refused mail from {Remote}: {EnhancedCode} {Reason}")]
    private partial void LogRefused(IPAddress remote, string enhancedCode, string reason);
}
