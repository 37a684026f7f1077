using System.Globalization;
using System.Text;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Covers;

/// <summary>The fields of one cover page, by the names that templates use; docs/reference/covers.md lists them.</summary>
internal static class CoverModel
{
    private const int MaxColumns = 64;
    private const string Columns = "fields";

    private static readonly IReadOnlyDictionary<string, object> Any = Of(
        new CoverOrder(default, default, 0, 0, "", "en", "", "", Priority.Medium, default, default, CoverFields.None), CoverSender.Unknown, null, TimeZoneInfo.Utc, 1);

    /// <summary>What a template may name, without the columns of lists.</summary>
    public static IEnumerable<string> FieldNames => Any.Where(f => f.Key != Columns)
        .SelectMany(f => f.Value is IReadOnlyDictionary<string, object> group ? group.Keys.Select(name => $"{f.Key}.{name}") : [f.Key]);

    /// <summary>True for what a template may name; a group by itself, as in a condition, and any column of a list are among it.</summary>
    public static bool IsField(string name) => Any.ContainsKey(name) || name.StartsWith(Columns + ".", StringComparison.Ordinal) || FieldNames.Contains(name);

    public static IReadOnlyDictionary<string, object> Of(
        CoverOrder order, CoverSender sender, CoverLogo? logo, TimeZoneInfo zone, int pages)
    {
        var words = CoverWords.Of(order.Language);
        var fields = order.Fields;
        var at = TimeZoneInfo.ConvertTime(order.Due, zone).DateTime;
        var model = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["to"] = Group(("name", fields.ToName), ("company", fields.ToCompany), ("number", order.Destination)),
            ["from"] = Group(("name", fields.FromName ?? sender.Name), ("company", fields.FromCompany ?? sender.Company),
                ("number", fields.FromNumber ?? sender.Number), ("fax", fields.FromFax ?? sender.Fax),
                ("email", fields.FromEmail ?? (order.From.Length > 0 ? order.From : sender.Email))),
            ["date"] = words.Date(at),
            ["time"] = at.ToString("HH:mm", CultureInfo.InvariantCulture),
            ["pages"] = pages.ToString(CultureInfo.InvariantCulture),
            ["subject"] = Line(fields.Regarding ?? order.Subject),
            ["comments"] = Comments(fields.Comments ?? "", words),
            ["reference"] = Line(fields.Reference ?? order.Submission.ToString()),
            ["urgent"] = fields.IsUrgent ?? order.Priority == Priority.High ? (string)words.Labels["urgent"] : "",
            ["language"] = words.Language,
            ["labels"] = words.Labels,
            ["logo"] = logo?.DataUri ?? "",
            [Columns] = Group([.. (fields.Columns ?? new Dictionary<string, string>()).Take(MaxColumns).Select(c => (c.Key, (string?)c.Value))]),
        };
        return model;
    }

    private static Dictionary<string, object> Group(params (string Name, string? Value)[] values)
    {
        var group = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
            group[name] = Line(value ?? "");
        return group;
    }

    /// <summary>On one line, without control characters, and not longer than a field is.</summary>
    private static string Line(string text) => Cut(Clean(text.ReplaceLineEndings(" ")).Trim(), CoverFields.MaxFieldLength);

    private static string Comments(string text, CoverWords words)
    {
        var lines = Clean(text.ReplaceLineEndings("\n")).Trim().Split('\n');
        var kept = string.Join('\n', lines.Take(CoverFields.MaxCommentsLines));
        var cut = Cut(kept, CoverFields.MaxCommentsLength);
        return cut.Length < kept.Length || lines.Length > CoverFields.MaxCommentsLines ? $"{cut}\n[{words.Shortened}]" : kept;
    }

    private static string Cut(string text, int max)
    {
        if (text.Length <= max)
            return text;
        // Never between the halves of one character.
        var end = char.IsHighSurrogate(text[max - 2]) ? max - 2 : max - 1;
        return text[..end] + "…";
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c == '\n' || !char.IsControl(c))
                clean.Append(c);
        }
        return clean.ToString();
    }
}
