using MimeKit;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;

namespace Trunkline.Gateway.Filter;

/// <summary>What a rule would do, with the page where it makes one.</summary>
/// <param name="Page">As it would be sent; null but for a page.</param>
/// <param name="Destination">The number that would be called; null where none is.</param>
/// <param name="Problem">Why it could not be done; null when it could.</param>
public sealed record TriedAction(FilterAction Action, FilterRule Rule, string? Page, PhoneNumber? Destination, string? Problem);

/// <summary>What came of a trial.</summary>
public sealed record FilterTrialResult(FilterMail Mail, FilterVerdict Verdict, IReadOnlyList<TriedAction> Actions)
{
    /// <summary>True when the mail would be in the mailbox: because the rules say so, or because one of them could not be followed.</summary>
    public bool IsKept => Verdict.IsKept || Actions.Any(a => a.Problem is not null);
}

/// <summary>Tries rules against a mail, without doing anything: the same questions and the same pages as when mail comes in.</summary>
public sealed class FilterTrial(FilterDirectory filters, IFilterStore store, IRawMailReader reader, CustomerMail mails, TimeProvider time)
{
    /// <summary>Against a mail as it was sent or as it lies in a Maildir.</summary>
    /// <param name="rules">Null for those that are in force.</param>
    /// <param name="sender">Of the envelope; null for that of Return-Path, or else From.</param>
    /// <param name="at">When it is to have come; null for now.</param>
    /// <returns>Null, with a sentence, for what is no mail.</returns>
    public FilterTrialResult? Try(
        Customer customer, IReadOnlyList<FilterRule>? rules, ReadOnlyMemory<byte> raw, string? sender, DateTimeOffset? at, out string error)
    {
        if (reader.Read(raw, out error) is not { } mail)
            return null;
        var seen = new FilterMail(mail, "", customer.EmailAddress, raw.Length, at ?? time.GetUtcNow());
        var from = sender ?? seen.Header("Return-Path").Select(v => v.Trim().Trim('<', '>')).FirstOrDefault() ?? mail.From ?? "";
        return Ask(customer, rules, new FilterMail(mail, from, customer.EmailAddress, raw.Length, at ?? time.GetUtcNow()));
    }

    /// <summary>Against a mail that the store has: its headers and texts.</summary>
    /// <returns>Null when there is none that this customer may see.</returns>
    public async Task<FilterTrialResult?> TryAsync(
        Customer customer, IReadOnlyList<FilterRule>? rules, MessageId id, bool isOperator, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        if (await store.StoredMailAsync(id, cancellationToken) is not { } stored || (!isOperator && stored.CustomerKey != customer.Key))
            return null;
        var mail = new ParsedMail
        {
            From = FromOf(stored.Headers),
            Subject = stored.Subject,
            MessageId = null,
            References = [],
            IsAutomatic = false,
            OptionHeaders = new Dictionary<string, string>(),
            RawHeaders = stored.Headers,
            Hops = 0,
            Parts = [.. stored.Texts.Select(t => new MailPart { IsBody = true, ContentType = t.ContentType, Charset = t.Charset, Content = new MailContent(t.Content.Length, [], t.Content, null) })],
        };
        return Ask(customer, rules, new FilterMail(mail, stored.EnvelopeFrom, customer.EmailAddress, stored.Size, at ?? stored.ReceivedAt));
    }

    private FilterTrialResult Ask(Customer customer, IReadOnlyList<FilterRule>? rules, FilterMail mail)
    {
        var filter = filters.Of(customer.Key);
        var zone = MailSplitter.ZoneOf(customer);
        var verdict = FilterVerdict.Of(rules ?? filter.Rules, mail, zone);
        var owner = new Sender(customer, null);
        return new FilterTrialResult(mail, verdict, [.. verdict.Actions.Select(a => Of(a.Action, a.Rule))]);

        TriedAction Of(FilterAction action, FilterRule rule)
        {
            if (owner.Status != CustomerStatus.Active && action is not (FilterAction.Keep or FilterAction.Drop))
                return new TriedAction(action, rule, null, null, "The account is not active.");
            switch (action)
            {
                case FilterAction.Notify notify when filter.Find(notify.Pager) is { } pager:
                    var destination = pager.Destination(customer.Country);
                    return new TriedAction(action, rule, PageComposer.Compose(pager, mail, rule.Name, zone), destination,
                        destination is null ? "The pager has no number that can be called." : mails.Refusal(owner, MessageType.Notification, destination.Value));
                case FilterAction.Notify:
                    return new TriedAction(action, rule, null, null, "There is no such pager.");
                case FilterAction.Deliver deliver:
                    return new TriedAction(action, rule, null, deliver.Number, mails.Refusal(owner, deliver.Type, deliver.Number));
                default:
                    return new TriedAction(action, rule, null, null, null);
            }
        }
    }

    private static string? FromOf(byte[] headers)
    {
        try
        {
            using var stream = new MemoryStream(headers);
            var from = HeaderList.Load(stream)[HeaderId.From];
            return InternetAddressList.TryParse(from ?? "", out var list) ? list.Mailboxes.FirstOrDefault()?.Address : null;
        }
        catch (FormatException)
        {
            // As far as rules are concerned: a mail without a From.
            return null;
        }
    }
}
