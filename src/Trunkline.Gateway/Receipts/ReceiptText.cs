using System.Globalization;
using System.Net;
using System.Text;
using Trunkline.Core;

namespace Trunkline.Gateway.Receipts;

/// <summary>The words of a receipt, as plain text and as HTML, from the same facts.</summary>
internal static class ReceiptText
{
    private const string Correction = "An earlier receipt called this fax uncertain. It is known now how it ended; this receipt replaces that one.";

    /// <summary>The subject names the mail that it answers.</summary>
    public static string Subject(EndedSubmission submission)
    {
        var sent = submission.Messages.Count(m => m.Status == MessageStatus.Sent);
        var uncertain = submission.Messages.Count(m => m.Status == MessageStatus.Uncertain);
        var all = submission.Messages.Count;
        var what = (sent, uncertain) switch
        {
            _ when sent == all => $"{Kind(submission)} sent",
            (0, 0) => $"{Kind(submission)} NOT sent",
            (0, _) when uncertain == all => $"{Kind(submission)} perhaps sent",
            _ => $"{Kind(submission)} sent to {sent} of {all}",
        };
        return $"{(submission.IsCorrection ? "Correction: " : "")}{what}: {SubjectOf(submission)}";
    }

    /// <summary>For mail programs that show text, and for people who keep receipts.</summary>
    public static string Plain(EndedSubmission submission)
    {
        var text = new StringBuilder();
        if (submission.IsCorrection)
            text.Append(Correction).Append("\n\n");
        text.Append(Opening(submission)).Append("\n\n");
        foreach (var message in submission.Messages)
        {
            text.Append(Verdict(message)).Append('\n');
            foreach (var (name, value) in Facts(message))
                text.Append("    ").Append(name.PadRight(14)).Append(value).Append('\n');
            text.Append('\n');
        }
        text.Append("Reference: ").Append(submission.Id).Append('\n');
        return text.ToString();
    }

    /// <summary>The same, to be looked at.</summary>
    /// <param name="pictureCid">The Content-ID of the first page, or null.</param>
    public static string Html(EndedSubmission submission, string? pictureCid)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html><body style=\"font-family:Helvetica,Arial,sans-serif;font-size:14px;color:#222;max-width:640px\">");
        if (submission.IsCorrection)
            html.Append("<p>").Append(E(Correction)).Append("</p>");
        html.Append("<p>").Append(E(Opening(submission))).Append("</p>");
        foreach (var message in submission.Messages)
        {
            var colour = message.Status switch { MessageStatus.Sent => "#1b7f3b", MessageStatus.Uncertain => "#a66300", _ => "#b3261e" };
            html.Append(CultureInfo.InvariantCulture, $"<h3 style=\"margin:18px 0 4px;font-size:15px;color:{colour}\">{E(Verdict(message))}</h3>");
            html.Append("<table style=\"border-collapse:collapse;font-size:13px\">");
            foreach (var (name, value) in Facts(message))
                html.Append(CultureInfo.InvariantCulture, $"<tr><td style=\"padding:1px 14px 1px 0;color:#666;vertical-align:top;white-space:nowrap\">{E(name)}</td><td>{E(value)}</td></tr>");
            html.Append("</table>");
        }
        if (pictureCid is not null)
            html.Append(CultureInfo.InvariantCulture, $"<p style=\"margin-top:18px;color:#666;font-size:12px\">The first page:<br><img src=\"cid:{pictureCid}\" alt=\"The first page\" style=\"border:1px solid #bbb;margin-top:4px\"></p>");
        html.Append(CultureInfo.InvariantCulture, $"<p style=\"color:#888;font-size:12px\">Reference: {submission.Id}</p></body></html>");
        return html.ToString();
    }

    /// <summary>RFC 5322 wants one line; people want to see which mail it was.</summary>
    public static string SubjectOf(EndedSubmission submission) => submission.Subject.Length > 0 ? submission.Subject : "(no subject)";

    private static string Kind(EndedSubmission submission) => submission.Messages.Select(m => m.Type).Distinct().ToList() switch
    {
        [MessageType.Fax] => "Fax",
        [MessageType.Voice] => "Voice message",
        [MessageType.Notification] => "Page",
        [MessageType.Video] => "Video message",
        _ => "Message",
    };

    private static string Opening(EndedSubmission submission)
    {
        var sent = submission.Messages.Count(m => m.Status == MessageStatus.Sent);
        var all = submission.Messages.Count;
        var count = all == 1 ? (sent == 1 ? "was sent" : "was not sent") : $"was sent to {sent} of {all} numbers";
        if (all == 1 && submission.Messages[0].Status == MessageStatus.Uncertain)
            count = "may have been sent";
        return $"Your {Kind(submission).ToLowerInvariant()} \"{SubjectOf(submission)}\", accepted on {Moment(submission.ReceivedAt)}, {count}.";
    }

    private static string Verdict(EndedMessage message) => message.Status switch
    {
        MessageStatus.Sent => $"{message.Destination}: sent{(message.Type == MessageType.Fax ? ", " + Pages(message.Pages) : "")}",
        MessageStatus.Uncertain => $"{message.Destination}: UNCERTAIN, {message.PagesConfirmed} of {Pages(message.Pages)} confirmed",
        MessageStatus.Expired => $"{message.Destination}: NOT SENT, its time ran out",
        MessageStatus.Cancelled => $"{message.Destination}: cancelled",
        _ => $"{message.Destination}: NOT SENT",
    };

    private static IEnumerable<(string Name, string Value)> Facts(EndedMessage message)
    {
        if (message.Status == MessageStatus.Sent)
        {
            yield return ("When", Moment(message.EndedAt));
            yield return ("On the line", Lasted(message.Duration) + Via(message.Attempts is [.., var last] ? last : null));
            if (message.RemoteCsid.Length > 0)
                yield return ("Answered as", message.RemoteCsid);
        }
        else
        {
            yield return ("Why", message.Cause);
            yield return ("What to do", CallOutcomes.Of(message.Outcome).Advice);
            if (message.PagesConfirmed > 0)
                yield return ("Confirmed", $"{message.PagesConfirmed} of {Pages(message.Pages)}");
            yield return ("Ended", Moment(message.EndedAt));
        }
        if (message.Reference.Length > 0)
            yield return ("Reference", message.Reference);
        foreach (var (name, value) in Attempts(message))
            yield return (name, value);
    }

    private static IEnumerable<(string Name, string Value)> Attempts(EndedMessage message)
    {
        if (message.Attempts.Count == 0)
        {
            yield return ("Attempts", "none");
            yield break;
        }
        yield return ("Attempts", message.Attempts.Count.ToString(CultureInfo.InvariantCulture));
        if (message.Attempts is [{ Outcome: CallOutcome.Delivered }])
            yield break;
        // The newest say the most; a fax that was tried two dozen times must not make a mail of three pages.
        const int shown = 5;
        foreach (var attempt in message.Attempts.TakeLast(shown))
        {
            var outcome = attempt.Outcome is { } o ? CallOutcomes.Of(o).Sentence : "It is not known how it ended.";
            var detail = attempt.Detail.Length > 0 ? $" ({attempt.Detail})" : "";
            yield return ($"  {attempt.Number}.", $"{attempt.BegunAt.UtcDateTime:HH:mm:ss}  {outcome}{detail}");
        }
    }

    private static string Via(EndedAttempt? attempt) => attempt is { Transport.Length: > 0 } ? $", {attempt.Transport}" : "";

    private static string Pages(int pages) => pages == 1 ? "1 page" : $"{pages} pages";

    private static string Lasted(TimeSpan time) => time.TotalSeconds < 60
        ? $"{(int)time.TotalSeconds} s"
        : $"{(int)time.TotalMinutes} min {time.Seconds} s";

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
