using System.Globalization;
using System.Text;
using Trunkline.Core;
using Trunkline.Gateway.Customers;
using static Trunkline.Gateway.Receipts.ReceiptLayout;

namespace Trunkline.Gateway.Receipts;

/// <summary>The words of one receipt, as a subject, as plain text and as HTML, from the same facts; in the customer's language and time.</summary>
internal sealed class ReceiptText
{
    private const int LabelWidth = 14;

    // The newest say the most; a fax that was tried two dozen times must not make a mail of three pages.
    private const int AttemptsShown = 5;

    private readonly EndedSubmission _submission;
    private readonly ReceiptLanguage _language;
    private readonly TimeZoneInfo _zone;
    private readonly string _text;

    /// <param name="price">An amount as the customer reads it.</param>
    public ReceiptText(EndedSubmission submission, Customer? customer, ReceiptTexts texts, Func<Money, string> price)
    {
        _submission = submission;
        Price = price;
        _language = ReceiptLanguage.Of(submission.Language);
        _zone = Zone(customer?.TimeZone);
        var response = texts.Find(submission.Language, ResponseKinds.Of(submission.Messages));
        var values = Values(customer);
        Subject = OneLine((submission.IsCorrection ? _language.Word("correction") : "") + texts.Fill(response.Subject, values));
        _text = (submission.IsCorrection ? _language.Word("correction-text") + "\n\n" : "") + texts.Fill(response.Text, values).ReplaceLineEndings("\n").TrimEnd();
    }

    /// <summary>The subject names the mail that it answers.</summary>
    public string Subject { get; }

    private Func<Money, string> Price { get; }

    /// <summary>For mail programs that show text, and for people who keep receipts.</summary>
    public string Plain()
    {
        var details = new StringBuilder();
        foreach (var message in _submission.Messages)
        {
            if (details.Length > 0)
                details.Append('\n');
            details.Append(Verdict(message)).Append('\n');
            foreach (var (name, value) in Facts(message))
                details.Append("    ").Append(Padded(name, LabelWidth)).Append(value).Append('\n');
        }
        return _text.Replace(DetailsMark, details.ToString().TrimEnd('\n'), StringComparison.Ordinal) + "\n";
    }

    /// <summary>The same, to be looked at.</summary>
    /// <param name="pictureCid">The Content-ID of the first page, or null.</param>
    public string Html(string? pictureCid) => ReceiptLayout.Html(_language, _text, Details, html =>
    {
        if (pictureCid is not null)
            html.Append(CultureInfo.InvariantCulture, $"<p style=\"margin-top:18px;color:#666;font-size:12px\">{E(_language.Word("first-page"))}<br><img src=\"cid:{pictureCid}\" alt=\"\" style=\"border:1px solid #bbb;margin-top:4px\"></p>");
    });

    private Dictionary<string, object> Values(Customer? customer)
    {
        var messages = _submission.Messages;
        var type = messages.Select(m => m.Type).Distinct().ToList() is [var one] ? TypeKey(one) : "message";
        return new Dictionary<string, object>
        {
            ["type"] = _language.Word(type),
            ["typeInText"] = _language.Word(type + "-in-text"),
            ["subject"] = _submission.Subject.Length > 0 ? OneLine(_submission.Subject) : _language.Word("no-subject"),
            ["accepted"] = Moment(_submission.ReceivedAt),
            ["sent"] = messages.Count(m => m.Status == MessageStatus.Sent),
            ["all"] = messages.Count,
            ["many"] = messages.Count > 1,
            ["details"] = DetailsMark,
            ["reference"] = _submission.Id.ToString(),
            ["yourReference"] = OneLine(messages.FirstOrDefault(m => m.Reference.Length > 0)?.Reference ?? ""),
            ["customer"] = customer?.EmailAddress ?? "",
        };
    }

    private static string TypeKey(MessageType type) => type switch
    {
        MessageType.Fax => "fax",
        MessageType.Voice => "voice",
        MessageType.Notification => "notification",
        MessageType.Video => "video",
    };

    private void Details(StringBuilder html)
    {
        foreach (var message in _submission.Messages)
        {
            var colour = message.Status switch { MessageStatus.Sent => "#1b7f3b", MessageStatus.Uncertain => "#a66300", _ => "#b3261e" };
            html.Append(CultureInfo.InvariantCulture, $"<h3 style=\"margin:18px 0 4px;font-size:15px;color:{colour}\">{E(Verdict(message))}</h3>");
            html.Append("<table style=\"border-collapse:collapse;font-size:13px\">");
            foreach (var (name, value) in Facts(message))
                html.Append(CultureInfo.InvariantCulture, $"<tr><td style=\"padding:1px 14px 1px 0;color:#666;vertical-align:top;white-space:nowrap\">{E(name)}</td><td>{E(value)}</td></tr>");
            html.Append("</table>");
        }
    }

    private string Verdict(EndedMessage message)
    {
        var isFax = message.Type == MessageType.Fax;
        return message.Status switch
        {
            MessageStatus.Sent => $"{message.Destination}: {_language.Word("sent")}{(isFax ? ", " + Pages(message.Pages) : "")}",
            MessageStatus.Uncertain when isFax => $"{message.Destination}: {_language.Word("uncertain")}, "
                + _language.Word("confirmed-of", ("done", message.PagesConfirmed), ("pages", Pages(message.Pages))),
            MessageStatus.Uncertain => $"{message.Destination}: {_language.Word("uncertain")}",
            MessageStatus.Expired => $"{message.Destination}: {_language.Word("expired")}",
            MessageStatus.Cancelled => $"{message.Destination}: {_language.Word("cancelled")}",
            _ => $"{message.Destination}: {_language.Word("not-sent")}",
        };
    }

    private IEnumerable<(string Name, string Value)> Facts(EndedMessage message)
    {
        if (message.Status == MessageStatus.Sent)
        {
            yield return (_language.Word("when"), Moment(message.EndedAt));
            yield return (_language.Word("on-the-line"), Lasted(message.Duration) + Via(message.Attempts is [.., var last] ? last : null));
            if (message.RemoteCsid.Length > 0)
                yield return (_language.Word("answered-as"), message.RemoteCsid);
            if (message.Price is { IsZero: false } price)
                yield return (_language.Word("price"), Price(price));
        }
        else
        {
            yield return (_language.Word("why"), _language.Cause(message.Outcome, message.Cause));
            yield return (_language.Word("what-to-do"), _language.Advice(message.Outcome));
            if (message.PagesConfirmed > 0)
                yield return (_language.Word("confirmed"), _language.Word("of", ("done", message.PagesConfirmed), ("pages", Pages(message.Pages))));
            yield return (_language.Word("ended"), Moment(message.EndedAt));
        }
        foreach (var fact in Attempts(message))
            yield return fact;
    }

    private IEnumerable<(string Name, string Value)> Attempts(EndedMessage message)
    {
        if (message.Attempts.Count == 0)
        {
            yield return (_language.Word("attempts"), _language.Word("none"));
            yield break;
        }
        yield return (_language.Word("attempts"), message.Attempts.Count.ToString(CultureInfo.InvariantCulture));
        if (message.Attempts is [{ Outcome: CallOutcome.Delivered }])
            yield break;
        foreach (var attempt in message.Attempts.TakeLast(AttemptsShown))
        {
            var outcome = attempt.Outcome is { } o ? _language.Sentence(o) : _language.Word("outcome-unknown");
            var detail = attempt.Detail.Length > 0 ? $" ({attempt.Detail})" : "";
            yield return ($"  {attempt.Number}.", $"{Local(attempt.BegunAt).ToString(_language.Word("time"), CultureInfo.InvariantCulture)}  {outcome}{detail}");
        }
    }

    private static string Via(EndedAttempt? attempt) => attempt is { Transport.Length: > 0 } ? $", {attempt.Transport}" : "";

    private string Pages(int pages) => pages == 1 ? _language.Word("page") : _language.Word("pages", ("n", pages));

    private string Lasted(TimeSpan time) => time.TotalSeconds < 60
        ? _language.Word("seconds", ("n", (int)time.TotalSeconds))
        : _language.Word("minutes", ("n", (int)time.TotalMinutes), ("s", time.Seconds));

    private DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, _zone);

    private string Moment(DateTimeOffset at) => ReceiptLayout.Moment(_language, _zone, at);
}
