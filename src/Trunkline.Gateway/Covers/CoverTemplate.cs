using System.Collections.Frozen;
using System.Text.RegularExpressions;
using HandlebarsDotNet;

namespace Trunkline.Gateway.Covers;

/// <summary>
/// HTML with <c>{{fields}}</c>, by Handlebars. Of its language only what cannot run away is let in: fields, <c>if</c>, <c>unless</c>,
/// <c>else</c> and comments. What a field holds is always escaped. No loops, no partials, nothing raw: a template is written by a stranger.
/// </summary>
public sealed partial class CoverTemplate
{
    /// <summary>Characters of a template: ten times what a rich form needs.</summary>
    public const int MaxLength = 200_000;

    private const int MaxExpressions = 1000;
    private const int MaxDepth = 20;

    /// <summary>What the language itself means by a name; none of them is a field.</summary>
    private static readonly FrozenSet<string> Words = FrozenSet.Create(StringComparer.Ordinal, "if", "unless", "each", "with", "lookup", "log", "this");

    private readonly HandlebarsTemplate<object, object> _fill;

    private CoverTemplate(HandlebarsTemplate<object, object> fill) => _fill = fill;

    /// <summary>Reads a template; false, with a sentence that names the line, when something in it is not let in.</summary>
    public static bool TryRead(string text, out CoverTemplate template, out string error)
    {
        template = null!;
        if (text.Length > MaxLength)
        {
            error = $"The template has {text.Length} characters; at most {MaxLength} are allowed.";
            return false;
        }
        if (Fault(text) is { } fault)
        {
            error = fault;
            return false;
        }
        try
        {
            template = new CoverTemplate(Handlebars.Create(new HandlebarsConfiguration { ThrowOnUnresolvedBindingExpression = false }).Compile(text));
            error = "";
            return true;
        }
        catch (HandlebarsException refusal)
        {
            error = $"The template cannot be read: {refusal.Message}";
            return false;
        }
    }

    /// <summary>The page; a field that is not known is empty.</summary>
    /// <param name="model">Texts, and dictionaries of texts, by name.</param>
    public string Fill(IReadOnlyDictionary<string, object> model) => _fill(model);

    /// <summary>Names the first field of a template that is none, and its line: a slip of the pen would be an empty place on every cover. Null for none.</summary>
    public static string? UnknownField(string text)
    {
        foreach (Match match in AnyExpression().Matches(text))
        {
            var field = match.Groups["field"];
            if (field.Success && !CoverModel.IsField(field.Value))
            {
                return $"Line {text.AsSpan(0, match.Index).Count('\n') + 1}: there is no field \"{Shown(field.Value)}\". "
                    + $"Fields are {string.Join(", ", CoverModel.FieldNames)}, and a column of a list is fields.{Shown(field.Value.Split('.')[^1])}.";
            }
        }
        return null;
    }

    private static string? Fault(string text)
    {
        var open = new Stack<string>();
        var hasElse = new bool[MaxDepth + 1];
        var count = 0;
        for (var at = text.IndexOf("{{", StringComparison.Ordinal); at >= 0; at = text.IndexOf("{{", at, StringComparison.Ordinal))
        {
            var match = Expression().Match(text, at);
            var line = text.AsSpan(0, at).Count('\n') + 1;
            if (!match.Success || match.Index != at || (at > 0 && text[at - 1] is '\\' or '{') || Words.Contains(match.Groups["field"].Value))
                return $"Line {line}: \"{Shown(text[at..])}\" is not understood. Allowed are {{{{field}}}}, {{{{#if field}}}}, {{{{#unless field}}}}, {{{{else}}}}, their ends and {{{{! comments}}}}.";
            if (++count > MaxExpressions)
                return $"Line {line}: the template has more than {MaxExpressions} fields.";
            if (match.Groups["open"] is { Success: true, Value: var opened })
                open.Push(opened);
            if (open.Count > MaxDepth)
                return $"Line {line}: conditions lie more than {MaxDepth} deep.";
            if (match.Groups["open"].Success)
                hasElse[open.Count] = false;
            if (match.Groups["else"].Success && open.Count == 0)
                return $"Line {line}: {{{{else}}}} stands outside of any condition.";
            // Handlebars ends it with an exception of another kind.
            if (match.Groups["else"].Success && hasElse[open.Count])
                return $"Line {line}: the condition has a second {{{{else}}}}.";
            hasElse[open.Count] |= match.Groups["else"].Success;
            if (match.Groups["close"] is { Success: true, Value: var closed } && (!open.TryPop(out var last) || last != closed))
                return $"Line {line}: {{{{/{closed}}}}} ends nothing that was begun.";
            at += match.Length;
        }
        return open.Count == 0 ? null : $"{{{{#{open.Peek()}}}}} has no end.";
    }

    private static string Shown(string text)
    {
        var end = text.IndexOf("}}", StringComparison.Ordinal);
        return text[..Math.Min(end < 0 ? text.Length : end + 2, Math.Min(text.Length, 40))].ReplaceLineEndings(" ");
    }

    [GeneratedRegex(@"\{\{(?:#(?:if|unless))?\s*(?!else\b)(?<field>[a-z][a-z0-9_.]*)\s*\}\}")]
    private static partial Regex AnyExpression();

    [GeneratedRegex("""
        \G\{\{(?:\s*(?:(?<else>else)|(?<field>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*))|\#(?<open>if|unless)\s+(?<field>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)|/(?<close>if|unless)|![^{}-][^{}]*)\s*\}\}
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Expression();
}
