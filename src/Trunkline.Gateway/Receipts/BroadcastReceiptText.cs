using System.Globalization;
using System.Text;
using Trunkline.Core;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Customers;
using static Trunkline.Gateway.Receipts.ReceiptLayout;

namespace Trunkline.Gateway.Receipts;

/// <summary>The words of a broadcast's summary, as a subject, as plain text and as HTML, from the same facts; in the customer's language and time.</summary>
internal sealed class BroadcastReceiptText
{
    private const int LabelWidth = 22;
    private readonly BroadcastReceiptFacts _facts;
    private readonly ReceiptLanguage _language;
    private readonly TimeZoneInfo _zone;
    private readonly string _text;

    public BroadcastReceiptText(BroadcastReceiptFacts facts, Customer? customer, ReceiptTexts texts)
    {
        _facts = facts;
        _language = ReceiptLanguage.Of(facts.Broadcast.Language);
        _zone = Zone(customer?.TimeZone);
        var response = texts.Find(facts.Broadcast.Language, KindOf(facts.Broadcast.State));
        var values = Values(customer);
        Subject = OneLine((facts.IsCorrection ? _language.Word("correction") : "") + texts.Fill(response.Subject, values));
        _text = (facts.IsCorrection ? _language.Word("correction-broadcast-text") + "\n\n" : "") + texts.Fill(response.Text, values).ReplaceLineEndings("\n").TrimEnd();
    }

    /// <summary>The subject names the mail that it answers.</summary>
    public string Subject { get; }

    /// <summary>For mail programs that show text, and for people who keep receipts.</summary>
    public string Plain()
    {
        var details = new StringBuilder();
        foreach (var (name, value) in Facts())
            details.Append("    ").Append(Padded(name, LabelWidth)).Append(value).Append('\n');
        if (Causes() is { Count: > 0 } causes)
        {
            details.Append('\n').Append(_language.Word("why-others")).Append('\n');
            foreach (var (count, cause) in causes)
                details.Append("    ").Append(N(count).PadLeft(6)).Append("  ").Append(cause).Append('\n');
        }
        return _text.Replace(DetailsMark, details.ToString().TrimEnd('\n'), StringComparison.Ordinal) + "\n";
    }

    /// <summary>The same, to be looked at.</summary>
    public string Html() => ReceiptLayout.Html(_language, _text, html =>
    {
        html.Append("<table style=\"border-collapse:collapse;font-size:13px\">");
        foreach (var (name, value) in Facts())
            html.Append(CultureInfo.InvariantCulture, $"<tr><td style=\"padding:1px 14px 1px 0;color:#666\">{E(name)}</td><td>{E(value)}</td></tr>");
        html.Append("</table>");
        if (Causes() is not { Count: > 0 } causes)
            return;
        html.Append(CultureInfo.InvariantCulture, $"<h3 style=\"margin:18px 0 4px;font-size:15px\">{E(_language.Word("why-others"))}</h3><table style=\"font-size:13px\">");
        foreach (var (count, cause) in causes)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td style=\"text-align:right;padding-right:14px\">{count}</td><td>{E(cause)}</td></tr>");
        html.Append("</table>");
    }, null);

    private static ResponseKind KindOf(BroadcastState state) => state switch
    {
        BroadcastState.Failed => ResponseKind.BroadcastFailed,
        BroadcastState.Cancelled => ResponseKind.BroadcastCancelled,
        BroadcastState.Loading or BroadcastState.Preparing or BroadcastState.Waiting or BroadcastState.Running or BroadcastState.Paused
            or BroadcastState.Resuming or BroadcastState.Cancelling or BroadcastState.Ended => ResponseKind.BroadcastSent,
    };

    private Dictionary<string, object> Values(Customer? customer)
    {
        var (b, c) = (_facts.Broadcast, _facts.Counts);
        return new Dictionary<string, object>
        {
            ["subject"] = b.Name.Length > 0 ? OneLine(b.Name) : _language.Word("no-subject"),
            ["accepted"] = Moment(_language, _zone, b.CreatedAt),
            ["sent"] = c.Sent,
            ["all"] = c.All,
            ["many"] = c.All > 1,
            ["cause"] = b.Cause,
            ["details"] = DetailsMark,
            ["reference"] = b.Id.ToString(),
            ["yourReference"] = OneLine(b.CoverFields.Reference ?? ""),
            ["customer"] = customer?.EmailAddress ?? "",
        };
    }

    private IEnumerable<(string Name, string Value)> Facts()
    {
        var (b, c) = (_facts.Broadcast, _facts.Counts);
        yield return (_language.Word("rows-of-list"), N(b.Recipients));
        if (b.Duplicates > 0)
            yield return (_language.Word("left-out"), _language.Word("left-out-duplicate", ("n", b.Duplicates)));
        if (b.DoNotCall > 0)
            yield return (_language.Word("left-out"), _language.Word("left-out-do-not-call", ("n", b.DoNotCall)));
        yield return (_language.Word("count-sent"), N(c.Sent));
        if (c.Failed > 0)
            yield return (_language.Word("count-not-sent"), N(c.Failed));
        if (c.Expired > 0)
            yield return (_language.Word("count-expired"), N(c.Expired));
        if (c.Cancelled > 0)
            yield return (_language.Word("count-cancelled"), N(c.Cancelled));
        if (c.Uncertain > 0)
            yield return (_language.Word("count-uncertain"), _language.Word("count-uncertain-text", ("n", c.Uncertain)));
        if (b.Pages is { } pages)
            yield return (_language.Word("pages-of-each"), N(pages));
        if (b.StartedAt is { } started)
            yield return (_language.Word("began"), Moment(_language, _zone, started));
        if (b.EndedAt is { } ended)
            yield return (_language.Word("ended"), Moment(_language, _zone, ended));
    }

    private List<(int Count, string Cause)> Causes() => [.. _facts.Causes.Where(c => c.Status is not (MessageStatus.Sent or MessageStatus.Cancelled))
        .Select(c => (c.Count, CallOutcomes.TryParse(c.Outcome, out var outcome) ? _language.Cause(outcome, c.Cause) : c.Cause))];

    private static string N(int number) => number.ToString(CultureInfo.InvariantCulture);
}
