using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using HandlebarsDotNet;

namespace Trunkline.Gateway.Filter;

/// <summary>
/// What a pager is told, as its owner writes it: <c>{{from}}: {{subject}} {{text}}</c>. Handlebars without what could run for long: fields, <c>if</c> and
/// <c>unless</c> with <c>else</c>, and the helpers <c>upper</c>, <c>digits</c> and <c>short</c>. Nothing is escaped: a pager shows no HTML.
/// </summary>
public static partial class PageTemplate
{
    /// <summary>Characters of a template: a pager shows less than this.</summary>
    public const int MaxLength = 2000;

    // A template is compiled once; those of a thousand pagers fit, and whoever fills it with others only makes them compile again.
    private const int MaxCompiled = 1000;
    private const int MaxTags = 50;
    private const int MaxHelperLength = 1000;
    private static readonly ConcurrentDictionary<string, HandlebarsTemplate<object, object>> Compiled = new(StringComparer.Ordinal);
    private static readonly IHandlebars Engine = MakeEngine();

    /// <summary>The fields of a mail that a template may name.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["from", "to", "subject", "text", "number", "time", "date", "weekday", "priority", "size", "rule"];

    /// <summary>Null, or what is wrong with a template.</summary>
    public static string? Fault(string template)
    {
        if (template.Length is 0 or > MaxLength)
            return $"A template has 1 to {MaxLength} characters.";
        var tags = Tag().Matches(template);
        if (tags.Count > MaxTags)
            return $"A template has at most {MaxTags} fields and conditions.";
        foreach (Match tag in tags)
        {
            if (!Allowed(tag.Groups[1].Value.Trim()))
                return $"{tag.Value} is not known here. Known are {string.Join(", ", Fields.Select(f => "{{" + f + "}}"))}, {{{{#if FIELD}}}}, {{{{#unless FIELD}}}}, {{{{else}}}}, {{{{upper FIELD}}}}, {{{{digits FIELD}}}} and {{{{short FIELD 20}}}}.";
        }
        var rest = Tag().Replace(template, "");
        if (rest.Contains("{{", StringComparison.Ordinal) || rest.Contains("}}", StringComparison.Ordinal))
            return "A template has {{ without }}, or the other way round.";
        try
        {
            Compile(template);
            return null;
        }
        catch (HandlebarsException fault)
        {
            return $"The template cannot be read: {fault.Message}";
        }
    }

    /// <summary>The text that a checked template makes of these fields.</summary>
    public static string Render(string template, IReadOnlyDictionary<string, string> fields) => Compile(template)(fields);

    private static HandlebarsTemplate<object, object> Compile(string template)
    {
        if (Compiled.Count >= MaxCompiled)
            Compiled.Clear();
        return Compiled.GetOrAdd(template, static text => Engine.Compile(text));
    }

    private static bool Allowed(string tag)
    {
        var words = tag.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["else"] or ["/if"] or ["/unless"] => true,
            ["#if" or "#unless", var field] => Fields.Contains(field),
            ["upper" or "digits", var field] => Fields.Contains(field),
            ["short", var field, var count] => Fields.Contains(field) && int.TryParse(count, out var length) && length is > 0 and <= MaxHelperLength,
            [var field] => Fields.Contains(field),
            _ => false,
        };
    }

    private static IHandlebars MakeEngine()
    {
        var engine = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true });
        engine.RegisterHelper("upper", (output, _, arguments) => output.WriteSafeString(Argument(arguments, 0).ToUpperInvariant()));
        engine.RegisterHelper("digits", (output, _, arguments) => output.WriteSafeString(string.Concat(Argument(arguments, 0).Where(char.IsAsciiDigit))));
        engine.RegisterHelper("short", (output, _, arguments) =>
        {
            var text = Argument(arguments, 0);
            output.WriteSafeString(int.TryParse(Argument(arguments, 1), out var length) && length < text.Length ? text[..length] : text);
        });
        return engine;
    }

    private static string Argument(Arguments arguments, int index) => index < arguments.Length ? arguments[index]?.ToString() ?? "" : "";

    // Three braces are Handlebars' own way of not escaping, which is all that is done here.
    [GeneratedRegex(@"\{\{(?!\{)([^{}]*)\}\}(?!\})")]
    private static partial Regex Tag();
}
