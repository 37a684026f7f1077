using Trunkline.Core;

namespace Trunkline.Resource.Instant;

/// <summary>What comes of which number, by its last digits.</summary>
internal sealed class InstantOutcomes
{
    private readonly (string Ending, CallOutcome Outcome)[] _rules;

    private InstantOutcomes(IEnumerable<(string, CallOutcome)> rules) => _rules = [.. rules.OrderByDescending(r => r.Item1.Length)];

    /// <summary>Reads <c>02=busy,*=congestion</c>; false with a sentence for anything else.</summary>
    public static bool TryParse(string text, out InstantOutcomes outcomes, out string error)
    {
        outcomes = null!;
        var rules = new List<(string, CallOutcome)>();
        foreach (var rule in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var sign = rule.IndexOf('=', StringComparison.Ordinal);
            var ending = sign < 0 ? "" : rule[..sign] == "*" ? "" : rule[..sign];
            if (sign < 1 || !ending.All(char.IsAsciiDigit) || !CallOutcomes.TryParse(rule[(sign + 1)..], out var outcome))
            {
                error = $"\"{rule}\" is not last digits, or *, then = and an outcome such as busy.";
                return false;
            }
            rules.Add((ending, outcome));
        }
        outcomes = new InstantOutcomes(rules);
        error = "";
        return true;
    }

    /// <summary>What comes of a number.</summary>
    public CallOutcome Of(string number)
    {
        foreach (var (ending, outcome) in _rules)
        {
            if (number.EndsWith(ending, StringComparison.Ordinal))
                return outcome;
        }
        return CallOutcome.Delivered;
    }
}
