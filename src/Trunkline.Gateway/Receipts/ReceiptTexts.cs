using System.Collections.Concurrent;
using System.Collections.Frozen;
using HandlebarsDotNet;

namespace Trunkline.Gateway.Receipts;

/// <summary>The words of receipts: the shipped ones, and in their place what the operator wrote. In memory, swapped whole.</summary>
public sealed class ReceiptTexts(IResponseStore store)
{
    /// <summary>A template longer than this is none.</summary>
    public const int MaxTemplateLength = 20_000;

    private const int MaxCompiled = 1000;
    private static readonly IHandlebars Engine = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true });
    private readonly ConcurrentDictionary<string, HandlebarsTemplate<object, object>> _compiled = new(StringComparer.Ordinal);
    private volatile FrozenDictionary<(string, ResponseKind), Response> _written = FrozenDictionary<(string, ResponseKind), Response>.Empty;

    /// <summary>Reads the store; called at start and after a change.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var rows = await store.ListAsync(cancellationToken);
        // One that can no longer be read is left out: a receipt in the shipped words is better than none.
        _written = rows.Where(r => Fault(r) is null).ToFrozenDictionary(r => (r.Language, r.Kind));
    }

    /// <summary>The templates of a language and kind: the operator's for the language itself, for its first part (<c>de</c> of <c>de-AT</c>), or the shipped ones.</summary>
    public Response Find(string language, ResponseKind kind)
    {
        var whole = language.ToLowerInvariant();
        var dash = whole.IndexOf('-', StringComparison.Ordinal);
        return _written.GetValueOrDefault((whole, kind)) ?? _written.GetValueOrDefault((dash < 0 ? whole : whole[..dash], kind))
            ?? ReceiptLanguage.Of(language).Responses[kind];
    }

    /// <summary>Every text as it holds now, and whether the operator wrote it.</summary>
    public IEnumerable<(Response Response, bool IsShipped)> All() => ReceiptLanguage.Shipped.Keys.Concat(_written.Keys.Select(k => k.Item1)).Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal).SelectMany(l => Enum.GetValues<ResponseKind>().Select(k => (Find(l, k), !_written.ContainsKey((l, k)))));

    /// <summary>Writes the operator's words, with effect at once. Null, or a sentence that says what is wrong with them.</summary>
    public async Task<string?> SaveAsync(Response response, CancellationToken cancellationToken)
    {
        if (Fault(response) is { } fault)
            return fault;
        await store.SaveAsync(response, cancellationToken);
        await ReloadAsync(cancellationToken);
        return null;
    }

    /// <summary>Back to the shipped words. False when they hold already.</summary>
    public async Task<bool> ResetAsync(string language, ResponseKind kind, CancellationToken cancellationToken)
    {
        var removed = await store.RemoveAsync(language, kind, cancellationToken);
        await ReloadAsync(cancellationToken);
        return removed;
    }

    /// <summary>What cannot work with these templates, as a sentence; null when all is well.</summary>
    public static string? Fault(Response response)
    {
        if (response.Language.Length is < 2 or > 12 || !response.Language.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            return $"\"{response.Language}\" is no language: write its ISO 639 code in small letters, such as de.";
        if (response.Subject.Length is 0 or > 998 || response.Subject.AsSpan().IndexOfAny('\r', '\n') >= 0)
            return "The subject is one line, and not empty.";
        if (response.Text.Length is 0 or > MaxTemplateLength)
            return $"The text is not empty and has at most {MaxTemplateLength} characters.";
        if (!response.Text.Contains("{{details}}", StringComparison.Ordinal))
            return "The text has no {{details}}: the receipt would not say what became of each number.";
        try
        {
            var empty = new Dictionary<string, object>();
            Engine.Compile(response.Subject)(empty);
            Engine.Compile(response.Text)(empty);
            return null;
        }
        catch (HandlebarsException fault)
        {
            return $"It is no template: {fault.Message}";
        }
    }

    /// <summary>A template with its values.</summary>
    internal string Fill(string template, IReadOnlyDictionary<string, object> values)
    {
        if (_compiled.Count > MaxCompiled)
            _compiled.Clear();
        return _compiled.GetOrAdd(template, t => Engine.Compile(t))(values);
    }
}
