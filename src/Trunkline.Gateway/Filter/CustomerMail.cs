using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Receipts;

namespace Trunkline.Gateway.Filter;

/// <summary>What becomes of a mail to a customer; nothing of it has happened yet.</summary>
public sealed record CustomerMailPlan
{
    /// <summary>Into the mailbox, and on to others.</summary>
    public required IReadOnlyList<OutgoingMail> Mails { get; init; }

    /// <summary>Pages, and faxes and calls: the customer's own, paid by it.</summary>
    public required IReadOnlyList<NewSubmission> Submissions { get; init; }

    /// <summary>What the rules did, for the record.</summary>
    public required IReadOnlyList<NewEvent> Events { get; init; }
}

/// <summary>
/// Applies a customer's rules to a mail to it. What a rule cannot do (a pager that is gone, the hour's limit, a document that cannot be faxed, a
/// mail that goes in circles) leaves the mail in the mailbox and a line in the record: nothing is lost, and the sender is not bothered with it.
/// </summary>
public sealed partial class CustomerMail(
    FilterDirectory filters, MailSplitter splitter, CustomerGate gate, BillingDesk billing, NotificationLimit limit, MessageIdSource ids, TimeProvider time,
    IOptions<GatewayOptions> options, ILogger<CustomerMail> logger)
{
    /// <summary>Marks a mail that we have passed on for this address, as other mail servers do. One that comes back with it goes in circles.</summary>
    public const string LoopHeader = "Delivered-To";

    // One mail must not become a mailing.
    private const int MaxForwards = 5;
    private const int MaxMessages = 10;

    /// <summary>Asks the rules and plans what they say.</summary>
    /// <param name="owner">Of the mailbox: the customer, or one of its users.</param>
    /// <param name="recipient">As the envelope names it.</param>
    /// <param name="raw">The mail as it came; asked for when it goes anywhere as a mail.</param>
    public CustomerMailPlan Plan(Sender owner, string recipient, string sender, ParsedMail mail, long size, Func<MailContent> raw)
    {
        var customer = owner.Customer;
        var filter = filters.Of(customer.Key);
        var plan = new Planning(owner, recipient, sender, mail, size, raw, filter, MailSplitter.ZoneOf(customer));
        if (filter.Rules.Count == 0)
            return Keep(plan);
        var seen = new FilterMail(mail, sender, recipient, size, time.GetUtcNow());
        if (seen.Header(LoopHeader).Any(h => h.Trim().Equals(recipient, StringComparison.OrdinalIgnoreCase)))
        {
            plan.Events.Add(new NewEvent("filter-loop", $"{recipient}: this mail was here before; no rule was asked"));
            return Keep(plan);
        }
        var verdict = FilterVerdict.Of(filter.Rules, seen, plan.Zone);
        var isKept = verdict.IsKept;
        foreach (var (action, rule) in verdict.Actions)
        {
            var fault = owner.Status != CustomerStatus.Active && action is not (FilterAction.Keep or FilterAction.Drop)
                ? "the account is not active"
                : Apply(plan, seen, action, rule);
            plan.Events.Add(new NewEvent(fault is null ? "filtered" : "filter-failed", $"{recipient}: {action} by \"{rule.Name}\"{(fault is null ? "" : ": " + fault)}"));
            if (fault is null)
                continue;
            isKept = true;
            LogFailed(rule.Name, customer.Key, action.ToString(), fault);
        }
        return isKept ? Keep(plan) : plan.Result();
    }

    private sealed record Planning(
        Sender Owner, string Recipient, string Sender, ParsedMail Mail, long Size, Func<MailContent> Raw, CustomerFilter Filter, TimeZoneInfo Zone)
    {
        public Customer Customer => Owner.Customer;
        public List<OutgoingMail> Mails { get; } = [];
        public List<NewSubmission> Submissions { get; } = [];
        public List<NewEvent> Events { get; } = [];

        public CustomerMailPlan Result() => new() { Mails = Mails, Submissions = Submissions, Events = Events };
    }

    private CustomerMailPlan Keep(Planning plan)
    {
        plan.Mails.Add(new OutgoingMail(ids.Next(), plan.Sender, plan.Recipient, plan.Raw()));
        return plan.Result();
    }

    /// <summary>Null when it is planned, or why it cannot be.</summary>
    private string? Apply(Planning plan, FilterMail seen, FilterAction action, FilterRule rule)
    {
        switch (action)
        {
            case FilterAction.Keep or FilterAction.Drop:
                return null;
            case FilterAction.Notify notify:
                return Notify(plan, seen, notify, rule);
            case FilterAction.Deliver deliver:
                return Deliver(plan, deliver);
            case FilterAction.Forward when plan.Mails.Count >= MaxForwards:
                return $"a mail is forwarded to {MaxForwards} addresses at most";
            case FilterAction.Forward forward:
                // In the customer's name, so that what comes back comes here; a report stays one, and what becomes of it is told to nobody.
                plan.Mails.Add(new OutgoingMail(ids.Next(), plan.Sender.Length == 0 ? "" : plan.Recipient, forward.Address, plan.Raw())
                {
                    Prefix = $"{LoopHeader}: {plan.Recipient}\r\n",
                });
                return null;
        }
        throw new InvalidOperationException("An action of a kind that is not known.");
    }

    private string? Notify(Planning plan, FilterMail seen, FilterAction.Notify notify, FilterRule rule)
    {
        if (plan.Filter.Find(notify.Pager) is not { } pager)
            return "there is no such pager";
        if (pager.Destination(plan.Customer.Country) is not { } destination)
            return "the pager has no number that can be called";
        if (Exhausted(plan, MessageType.Notification, destination) is { } exhausted)
            return exhausted;
        // The customer hears of a page that did not come; of each that did it hears from its pager.
        plan.Submissions.Add(Submission(plan, plan.Recipient, [], new NewMessage
        {
            Id = ids.Next(),
            Type = MessageType.Notification,
            ToAddress = "page:" + pager.Name,
            Destination = destination,
            Priority = seen.Priority,
            Resolution = FaxResolution.Fine,
            ExpiryDuration = options.Value.Expiry,
            Language = plan.Owner.Language,
            PageText = PageComposer.Compose(pager, seen, rule.Name, plan.Zone),
            Pager = pager.Target,
            Report = new ReportRequest(ReportWishes.Failure, null),
        }));
        return null;
    }

    private string? Deliver(Planning plan, FilterAction.Deliver deliver)
    {
        var result = splitter.SplitFor(plan.Owner, deliver.Type, deliver.Number, plan.Mail);
        if (result is SplitResult.Refused refused)
            return refused.Reason;
        if (Exhausted(plan, deliver.Type, deliver.Number) is { } exhausted)
            return exhausted;
        var split = (SplitResult.Split)result;
        // The customer is told what came of it: its sender may be anybody.
        plan.Submissions.Add(Submission(plan, plan.Recipient, split.Fragments, split.Messages[0]));
        return null;
    }

    /// <summary>Why the owner of the mailbox may not call a number, or cannot pay for it; null when neither is so.</summary>
    public string? Refusal(Sender owner, MessageType type, PhoneNumber number)
    {
        if (billing.Refusal(owner, type, number) is { } refusal)
            return refusal.Reason;
        return CustomerGate.Check(owner, number) is { } forbidden ? forbidden.Reason : null;
    }

    /// <summary>Why the owner of the mailbox cannot have one message more, or null, and it is counted: all that holds for what it sends itself.</summary>
    private string? Exhausted(Planning plan, MessageType type, PhoneNumber number)
    {
        if (plan.Submissions.Count >= MaxMessages)
            return $"a mail makes {MaxMessages} messages at most";
        if (Refusal(plan.Owner, type, number) is { } refusal)
            return refusal;
        if (gate.TakeHour(plan.Owner, 1) is { } full)
            return full.Reason;
        if (limit.TryTake(plan.Customer.Key))
            return null;
        gate.GiveBackHour(plan.Owner, 1);
        return $"the rules have made {options.Value.MaxRuleMessagesAnHour} messages within the hour";
    }

    private NewSubmission Submission(Planning plan, string receiptTo, IReadOnlyList<NewFragment> fragments, NewMessage message) => new()
    {
        Id = ids.Next(),
        CustomerKey = plan.Customer.Key,
        UserKey = plan.Owner.User?.Key,
        ReceivedAt = time.GetUtcNow(),
        Source = "rule",
        RemoteAddress = "",
        EnvelopeFrom = receiptTo,
        Subject = plan.Mail.Subject,
        MailMessageId = plan.Mail.MessageId,
        References = plan.Mail.References,
        IsAutomatic = plan.Mail.IsAutomatic,
        Size = plan.Size,
        Headers = plan.Mail.RawHeaders,
        Fragments = fragments,
        Messages = [message],
    };

    [LoggerMessage(6021, LogLevel.Warning, "The rule {Rule} of customer {Customer} could not {Action}, and the mail is kept: {Reason}")]
    private partial void LogFailed(string rule, long customer, string action, string reason);
}
