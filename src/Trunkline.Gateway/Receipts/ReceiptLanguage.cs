using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Trunkline.Core;

namespace Trunkline.Gateway.Receipts;

/// <summary>The words that receipts are made of, in one language, as they are shipped: a file of <c>Receipts/Texts</c> each.</summary>
public sealed class ReceiptLanguage
{
    private const string Folder = "Trunkline.Gateway.Receipts.Texts.";
    private readonly FrozenDictionary<string, string> _words;
    private readonly FrozenDictionary<CallOutcome, (string Sentence, string Advice)> _outcomes;

    private ReceiptLanguage(string code, TextFile file)
    {
        Code = code;
        _words = file.Words.ToFrozenDictionary(StringComparer.Ordinal);
        _outcomes = Enum.GetValues<CallOutcome>().Where(o => file.Outcomes.ContainsKey(o.Code()))
            .ToFrozenDictionary(o => o, o => (file.Outcomes[o.Code()][0], file.Outcomes[o.Code()][1]));
        Responses = Enum.GetValues<ResponseKind>().ToFrozenDictionary(
            k => k, k => new Response(code, k, file.Responses[k.Code()].Subject, file.Responses[k.Code()].Text));
    }

    /// <summary>The shipped languages, by ISO 639 code.</summary>
    public static FrozenDictionary<string, ReceiptLanguage> Shipped { get; } = Read();

    /// <summary>What every language falls back to.</summary>
    public static ReceiptLanguage English => Shipped["en"];

    /// <summary>ISO 639.</summary>
    public string Code { get; }

    /// <summary>The shipped texts of each kind.</summary>
    public FrozenDictionary<ResponseKind, Response> Responses { get; }

    /// <summary>The keys of the words, for whoever checks that every language has them all.</summary>
    public IEnumerable<string> Keys => _words.Keys;

    /// <summary>The language of a customer: <c>de-AT</c> is German, one that is not shipped is English.</summary>
    public static ReceiptLanguage Of(string code)
    {
        var dash = code.IndexOf('-', StringComparison.Ordinal);
        return Shipped.GetValueOrDefault((dash < 0 ? code : code[..dash]).ToLowerInvariant()) ?? English;
    }

    /// <summary>A word by its key.</summary>
    public string Word(string key) => _words[key];

    /// <summary>A word with numbers or texts in its braces.</summary>
    public string Word(string key, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var text = _words[key];
        foreach (var (name, value) in values)
            text = text.Replace("{" + name + "}", Convert.ToString(value, CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return text;
    }

    /// <summary>What happened, as a sentence.</summary>
    public string Sentence(CallOutcome outcome) => _outcomes.TryGetValue(outcome, out var words) ? words.Sentence : CallOutcomes.Of(outcome).Sentence;

    /// <summary>What the sender can do, as a sentence.</summary>
    public string Advice(CallOutcome outcome) => _outcomes.TryGetValue(outcome, out var words) ? words.Advice : CallOutcomes.Of(outcome).Advice;

    /// <summary>A cause for people: the outcome's sentence in this language, and what was noted besides as it was noted.</summary>
    public string Cause(CallOutcome outcome, string noted)
    {
        var english = CallOutcomes.Of(outcome).Sentence;
        if (Code == "en" || noted.Length == 0)
            return noted.Length > 0 ? noted : english;
        var rest = (noted.StartsWith(english, StringComparison.Ordinal) ? noted[english.Length..] : noted).Trim();
        return rest.Length == 0 ? Sentence(outcome) : $"{Sentence(outcome)} ({rest})";
    }

    private static FrozenDictionary<string, ReceiptLanguage> Read()
    {
        var assembly = typeof(ReceiptLanguage).Assembly;
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).Select(name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var file = JsonSerializer.Deserialize<TextFile>(stream, JsonSerializerOptions.Web) ?? throw new InvalidDataException($"{name} is empty.");
            return new ReceiptLanguage(name[Folder.Length..^".json".Length], file);
        }).ToFrozenDictionary(l => l.Code, StringComparer.Ordinal);
    }

    private sealed record TextFile(Dictionary<string, Template> Responses, Dictionary<string, string> Words, Dictionary<string, string[]> Outcomes);

    private sealed record Template(string Subject, string Text);
}
