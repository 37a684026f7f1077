using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Filter;
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
    MailSplitter splitter,
    CustomerMail customerMail,
    IListIntake lists,
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
        if (envelope.Recipients is [{ Meaning: RecipientAddress.ToList }])
            return IntakeVerdict.Refuse("5.5.3", "A mail to a list goes to this list and to nobody else. Send it by itself.");
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
            RecipientAddress.ToList => VerifyList(envelope),
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
        if (envelope.Recipients is [{ Meaning: RecipientAddress.ToList list }])
            return await lists.AcceptAsync(envelope, list, mail, size, cancellationToken) is var ofList && ofList.IsAccepted ? ofList : Refused(envelope, ofList);
        var split = new SplitResult.Split(mail.Subject, [], []);
        var numbers = envelope.Recipients.Where(r => r.Meaning is RecipientAddress.ToNumber).Select(r => (r.Address, (RecipientAddress.ToNumber)r.Meaning)).ToList();
        if (numbers.Count > 0)
        {
            switch (await splitter.SplitAsync(envelope.From!, numbers, mail, cancellationToken))
            {
                case SplitResult.Refused refused:
                    envelope.Judged = refused.Part;
                    return Refused(envelope, refused.EnhancedCode, refused.Reason);
                case SplitResult.Split whole:
                    split = whole;
                    break;
            }
        }
        var people = ForPeople(envelope, mail, size, raw);
        var submission = NewSubmission.Of(envelope, mail, split, size, time.GetUtcNow()) with
        {
            Id = ids.Next(),
            CustomerKey = split.Messages.Count > 0 || envelope.Proof != SenderProof.Claimed ? envelope.Customer?.Key ?? 0 : 0,
            UserKey = split.Messages.Count > 0 || envelope.Proof != SenderProof.Claimed ? envelope.From?.User?.Key : null,
            Messages = envelope.Reports.Count == 0 ? split.Messages : [.. split.Messages.Select(m => m with { Report = envelope.Reports.GetValueOrDefault(m.ToAddress) })],
            LocalMail = [.. people.SelectMany(p => p.Mails)],
            OfRules = [.. people.SelectMany(p => p.Submissions)],
            Events = [.. people.SelectMany(p => p.Events)],
        };
        if (split.Messages.Count > 0 && gate.TakeHour(envelope.From!, split.Messages.Count) is { } full)
            return Refused(envelope, Refusal(full));
        if (envelope.Claim is { } claim)
            submission = submission with { Claim = claim(submission) };
        try
        {
            await store.AcceptAsync(submission, cancellationToken);
            envelope.Accepted = submission;
        }
        catch when (split.Messages.Count > 0)
        {
            gate.GiveBackHour(envelope.From!, split.Messages.Count);
            throw;
        }
        if (split.Messages.Count > 0 || submission.OfRules.Count > 0)
            signals.Wake(Lane.Prepare);
        if (submission.LocalMail.Count > 0)
            signals.WakeMail();
        LogAccepted(submission.Id, split.Messages.Count, split.Fragments.Count, size);
        return IntakeVerdict.Accept("2.0.0", split.Messages.Count == 0
            ? $"Accepted as {submission.Id}."
            : $"Accepted as {submission.Id}: {Counted(split.Messages)}. A receipt follows by mail.");
    }

    /// <summary>What the rules of each of our people say; the mail itself is asked for once, when one of them gets it.</summary>
    private List<CustomerMailPlan> ForPeople(IntakeEnvelope envelope, ParsedMail mail, long size, Func<MailContent> raw)
    {
        MailContent? content = null;
        var plans = new List<CustomerMailPlan>();
        foreach (var person in envelope.Recipients.Select(r => r.Meaning).OfType<RecipientAddress.ToPerson>().Select(p => p.Address).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            plans.Add(customers.FindRecipient(person) is { } owner
                ? customerMail.Plan(owner, person, envelope.Sender, mail, size, () => content ??= raw())
                // Removed since it was named: the mail was promised a mailbox.
                : new CustomerMailPlan { Mails = [new OutgoingMail(ids.Next(), envelope.Sender, person, content ??= raw())], Submissions = [], Events = [] });
        }
        return plans;
    }

    private static string Counted(IReadOnlyList<NewMessage> messages)
    {
        var kinds = messages.Select(m => m.Type).Distinct().ToList();
        var name = kinds.Count == 1 ? MailSplitter.NameOf(kinds[0]) : "message";
        return $"{messages.Count} {(messages.Count == 1 ? name : name is "fax" ? "faxes" : name + "s")}";
    }

    /// <summary>A list is its customer's own: a From address alone does not open it, whatever proves it later.</summary>
    private static IntakeVerdict VerifyList(IntakeEnvelope envelope)
    {
        if (envelope.From is null || envelope.Proof == SenderProof.Claimed)
        {
            return IntakeVerdict.Refuse("5.7.1", "Lists are open to their customer only: log in (SMTP AUTH), or write from a network that the operator trusts.");
        }
        return envelope.Recipients.Count == 0
            ? IntakeVerdict.Accept("2.1.5", "List accepted.")
            : IntakeVerdict.Refuse("5.5.3", "A mail to a list goes to this list and to nobody else. Send it by itself.");
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
        if (billing.Refusal(sender, number.Type ?? MessageType.Fax, number.Number) is not { } unpaid)
            return IntakeVerdict.Accept("2.1.5", $"{number.Number} accepted.");
        if (envelope.Proof != SenderProof.Claimed)
            gate.Report(sender, unpaid);
        return IntakeVerdict.Refuse("5.7.1", unpaid.Reason);
    }

    /// <summary>For mail to numbers and lists: null once it is proven whose it is, and that one may call them.</summary>
    private async ValueTask<IntakeVerdict?> ProveAsync(IntakeEnvelope envelope, ParsedMail mail, CancellationToken cancellationToken)
    {
        if (envelope.Recipients is [{ Meaning: RecipientAddress.ToList } list])
            return await verification.ProveAsync(envelope, mail, [list.Address], cancellationToken);
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
