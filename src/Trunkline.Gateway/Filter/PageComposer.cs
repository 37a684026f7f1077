using System.Globalization;
using Trunkline.Gateway.Text;

namespace Trunkline.Gateway.Filter;

/// <summary>Composes what a pager shows of a mail: by its template, in the characters of its network, as long as it can show.</summary>
public static class PageComposer
{
    // More of a text than this cannot show on any pager, and whoever writes a mail must not make us fold a book.
    private const int MaxField = 4000;

    /// <summary>The page; never empty.</summary>
    /// <param name="rule">The name of the rule that asked for it.</param>
    public static string Compose(Pager pager, FilterMail mail, string rule, TimeZoneInfo zone)
    {
        var text = PageTemplate.Render(pager.Template, FieldsOf(mail, rule, zone));
        switch (pager.Display)
        {
            case PagerDisplay.Numeric:
                var digits = PageText.Digits(text, pager.MaxLength);
                return digits.Length > 0 ? digits : pager.Code;
            case PagerDisplay.Alphanumeric:
                var page = PageText.Fit(text, pager.MaxLength, pager.Fold);
                // A page without a word still says that there is a mail.
                return page.Length > 0 ? page : PageText.Fit("Mail from " + (mail.From.Length > 0 ? mail.From : "nobody"), pager.MaxLength, pager.Fold);
        }
        throw new InvalidOperationException("A display that is not known.");
    }

    private static Dictionary<string, string> FieldsOf(FilterMail mail, string rule, TimeZoneInfo zone)
    {
        var at = TimeZoneInfo.ConvertTime(mail.At, zone);
        var text = PlainText.OneLine(mail.Text, MaxField);
        var number = PageText.FirstNumber(mail.Subject);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["from"] = mail.From,
            ["to"] = mail.Recipient,
            ["subject"] = mail.Subject,
            ["text"] = text,
            ["number"] = number.Length > 0 ? number : PageText.FirstNumber(text),
            ["time"] = at.ToString("HH:mm", CultureInfo.InvariantCulture),
            ["date"] = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["weekday"] = at.DayOfWeek.ToString(),
            ["priority"] = mail.Priority.ToString().ToLowerInvariant(),
            ["size"] = mail.Size.ToString(CultureInfo.InvariantCulture),
            ["rule"] = rule,
        };
    }
}
