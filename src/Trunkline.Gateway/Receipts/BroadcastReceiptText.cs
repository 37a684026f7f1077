using System.Globalization;
using System.Net;
using System.Text;
using Trunkline.Core;
using Trunkline.Gateway.Broadcasts;

namespace Trunkline.Gateway.Receipts;

/// <summary>The words of a broadcast's summary, as plain text and as HTML, from the same facts.</summary>
internal static class BroadcastReceiptText
{
    private const string Correction = "An earlier summary called some of these faxes uncertain. It is known now how they ended; this one replaces it.";

    /// <summary>The subject names the mail that it answers.</summary>
    public static string Subject(BroadcastReceiptFacts facts) =>
        $"{(facts.IsCorrection ? "Correction: " : "")}{What(facts)}: {NameOf(facts.Broadcast)}";

    /// <summary>For mail programs that show text, and for people who keep receipts.</summary>
    public static string Plain(BroadcastReceiptFacts facts)
    {
        var text = new StringBuilder();
        if (facts.IsCorrection)
            text.Append(Correction).Append("\n\n");
        text.Append(Opening(facts)).Append("\n\n");
        foreach (var (name, value) in Facts(facts))
            text.Append("    ").Append(name.PadRight(18)).Append(value).Append('\n');
        if (Causes(facts) is { Count: > 0 } causes)
        {
            text.Append("\nWhy the others did not arrive:\n");
            foreach (var (count, cause) in causes)
                text.Append("    ").Append(count.ToString(CultureInfo.InvariantCulture).PadLeft(6)).Append("  ").Append(cause).Append('\n');
        }
        text.Append("\nWhat came of each number is in the file attached.\nReference: ").Append(facts.Broadcast.Id).Append('\n');
        return text.ToString();
    }

    /// <summary>The same, to be looked at.</summary>
    public static string Html(BroadcastReceiptFacts facts)
    {
        var html = new StringBuilder("<!doctype html><html><body style=\"font-family:Helvetica,Arial,sans-serif;font-size:14px;color:#222;max-width:640px\">");
        if (facts.IsCorrection)
            html.Append("<p>").Append(E(Correction)).Append("</p>");
        html.Append("<p>").Append(E(Opening(facts))).Append("</p><table style=\"border-collapse:collapse;font-size:13px\">");
        foreach (var (name, value) in Facts(facts))
            html.Append(CultureInfo.InvariantCulture, $"<tr><td style=\"padding:1px 14px 1px 0;color:#666\">{E(name)}</td><td>{E(value)}</td></tr>");
        html.Append("</table>");
        if (Causes(facts) is { Count: > 0 } causes)
        {
            html.Append("<h3 style=\"margin:18px 0 4px;font-size:15px\">Why the others did not arrive</h3><table style=\"font-size:13px\">");
            foreach (var (count, cause) in causes)
                html.Append(CultureInfo.InvariantCulture, $"<tr><td style=\"text-align:right;padding-right:14px\">{count}</td><td>{E(cause)}</td></tr>");
            html.Append("</table>");
        }
        html.Append(CultureInfo.InvariantCulture, $"<p style=\"color:#888;font-size:12px\">What came of each number is in the file attached. Reference: {facts.Broadcast.Id}</p></body></html>");
        return html.ToString();
    }

    private static string What(BroadcastReceiptFacts facts) => facts.Broadcast.State switch
    {
        BroadcastState.Failed => "Broadcast NOT sent",
        BroadcastState.Cancelled => $"Broadcast cancelled, sent to {facts.Counts.Sent} of {facts.Counts.All}",
        BroadcastState.Loading or BroadcastState.Preparing or BroadcastState.Waiting or BroadcastState.Running or BroadcastState.Paused
            or BroadcastState.Resuming or BroadcastState.Cancelling or BroadcastState.Ended => $"Broadcast sent to {facts.Counts.Sent} of {facts.Counts.All}",
    };

    private static string Opening(BroadcastReceiptFacts facts)
    {
        var (b, c) = (facts.Broadcast, facts.Counts);
        var begin = $"Your broadcast \"{NameOf(b)}\", accepted on {Moment(b.CreatedAt)},";
        return b.State switch
        {
            BroadcastState.Failed => $"{begin} was not sent: {b.Cause}",
            BroadcastState.Cancelled => $"{begin} was cancelled. It had been sent to {c.Sent} of {c.All} numbers.",
            BroadcastState.Loading or BroadcastState.Preparing or BroadcastState.Waiting or BroadcastState.Running or BroadcastState.Paused
                or BroadcastState.Resuming or BroadcastState.Cancelling or BroadcastState.Ended => $"{begin} was sent to {c.Sent} of {c.All} numbers.",
        };
    }

    private static IEnumerable<(string Name, string Value)> Facts(BroadcastReceiptFacts facts)
    {
        var (b, c) = (facts.Broadcast, facts.Counts);
        yield return ("Rows of the list", N(b.Recipients));
        if (b.Duplicates > 0)
            yield return ("Left out", $"{N(b.Duplicates)}: the number came before");
        if (b.DoNotCall > 0)
            yield return ("Left out", $"{N(b.DoNotCall)}: the number is not to be called");
        yield return ("Sent", N(c.Sent));
        if (c.Failed > 0)
            yield return ("Not sent", N(c.Failed));
        if (c.Expired > 0)
            yield return ("Time ran out", N(c.Expired));
        if (c.Cancelled > 0)
            yield return ("Cancelled", N(c.Cancelled));
        if (c.Uncertain > 0)
            yield return ("Uncertain", $"{N(c.Uncertain)}: they may have arrived");
        if (b.Pages is { } pages)
            yield return ("Pages of each", N(pages));
        if (b.StartedAt is { } started)
            yield return ("Began", Moment(started));
        if (b.EndedAt is { } ended)
            yield return ("Ended", Moment(ended));
    }

    private static List<(int Count, string Cause)> Causes(BroadcastReceiptFacts facts) => [.. facts.Causes
        .Where(c => c.Status is not (MessageStatus.Sent or MessageStatus.Cancelled)).Select(c => (c.Count, c.Cause))];

    private static string NameOf(Broadcast broadcast) => broadcast.Name.Length > 0 ? broadcast.Name : "(no subject)";

    private static string N(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
