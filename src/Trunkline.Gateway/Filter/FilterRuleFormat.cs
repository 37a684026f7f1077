using System.Text.Json;
using System.Text.Json.Nodes;
using Trunkline.Core;

namespace Trunkline.Gateway.Filter;

/// <summary>
/// Rules as JSON, in files, over the API and in the store: <c>{"name":…,"if":[{"field":…,"op":…,"value":…}],"then":[{"do":"notify","to":…}]}</c>.
/// docs/reference/filters.md describes it. What is wrong is named by its place, <c>rules[2].if[0].value</c>.
/// </summary>
public static class FilterRuleFormat
{
    /// <summary>Rules of a customer: each mail to it is asked against all.</summary>
    public const int MaxRules = 100;

    private const int MaxConditions = 20;
    private const int MaxActions = 10;
    private const int MaxNameLength = 100;
    private const int MaxAddressLength = 320;
    private static readonly Dictionary<string, FilterField> Fields = Enum.GetValues<FilterField>().ToDictionary(f => f.ToString().ToLowerInvariant());
    private static readonly Dictionary<string, FilterOperator> Operators = Enum.GetValues<FilterOperator>().ToDictionary(o => o.ToString().ToLowerInvariant());

    /// <summary>Reads <c>{"rules":[…]}</c>, or the list alone. Any text is allowed, and none throws.</summary>
    /// <param name="country">Where a number without a country code is dialled from.</param>
    public static bool TryRead(string json, string country, out IReadOnlyList<FilterRule> rules, out string error)
    {
        rules = [];
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return TryRead(document.RootElement, country, out rules, out error);
        }
        catch (JsonException fault)
        {
            error = $"This is no JSON: {fault.Message}";
            return false;
        }
    }

    /// <summary>As the other, for JSON that is read already.</summary>
    public static bool TryRead(JsonElement json, string country, out IReadOnlyList<FilterRule> rules, out string error)
    {
        rules = [];
        error = "";
        var list = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("rules", out var inner) ? inner : json;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxRules)
        {
            error = $"rules: a list of at most {MaxRules} rules was expected.";
            return false;
        }
        var read = new List<FilterRule>();
        foreach (var element in list.EnumerateArray())
        {
            if (!TryRule(element, country, out var rule, out error))
            {
                error = $"rules[{read.Count}]{error}";
                return false;
            }
            read.Add(rule);
        }
        rules = read;
        return true;
    }

    /// <summary>Writes a rule as <see cref="TryRead(string, string, out IReadOnlyList{FilterRule}, out string)"/> reads it.</summary>
    public static JsonObject Write(FilterRule rule) => new()
    {
        ["name"] = rule.Name,
        ["active"] = rule.IsActive,
        ["if"] = new JsonArray([.. rule.Conditions.Select(Write)]),
        ["then"] = new JsonArray([.. rule.Actions.Select(Write)]),
        ["continue"] = rule.Continues,
    };

    private static JsonObject Write(FilterCondition condition)
    {
        var json = new JsonObject { ["field"] = condition.Field.ToString().ToLowerInvariant() };
        if (condition.Header is { } header)
            json["header"] = header;
        json["op"] = condition.Operator.ToString().ToLowerInvariant();
        json["value"] = condition.Value;
        if (condition.IsNegated)
            json["not"] = true;
        return json;
    }

    private static JsonObject Write(FilterAction action) => action switch
    {
        FilterAction.Notify notify => new JsonObject { ["do"] = "notify", ["to"] = notify.Pager },
        FilterAction.Keep => new JsonObject { ["do"] = "keep" },
        FilterAction.Deliver deliver => new JsonObject { ["do"] = "deliver", ["to"] = $"{deliver.Type.ToString().ToLowerInvariant()}:{deliver.Number}" },
        FilterAction.Forward forward => new JsonObject { ["do"] = "forward", ["to"] = forward.Address },
        FilterAction.Drop => new JsonObject { ["do"] = "drop" },
        _ => throw new InvalidOperationException("An action of a kind that is not known."),
    };

    private static bool TryRule(JsonElement json, string country, out FilterRule rule, out string error)
    {
        rule = null!;
        if (!HasOnly(json, ["name", "active", "if", "then", "continue"], out error))
            return false;
        if (Text(json, "name") is not { Length: > 0 and <= MaxNameLength } name)
        {
            error = $".name: a name of 1 to {MaxNameLength} characters was expected.";
            return false;
        }
        if (!TryFlag(json, "active", true, out var isActive, out error) || !TryFlag(json, "continue", false, out var continues, out error))
            return false;
        var conditions = new List<FilterCondition>();
        foreach (var element in List(json, "if"))
        {
            if (conditions.Count == MaxConditions || !TryCondition(element, out var condition, out error))
            {
                error = conditions.Count == MaxConditions ? $".if: at most {MaxConditions} conditions." : $".if[{conditions.Count}]{error}";
                return false;
            }
            conditions.Add(condition);
        }
        var actions = new List<FilterAction>();
        foreach (var element in List(json, "then"))
        {
            if (actions.Count == MaxActions || !TryAction(element, country, out var action, out error))
            {
                error = actions.Count == MaxActions ? $".then: at most {MaxActions} actions." : $".then[{actions.Count}]{error}";
                return false;
            }
            actions.Add(action);
        }
        if (actions.Count == 0)
        {
            error = ".then: a list of at least one action was expected.";
            return false;
        }
        rule = new FilterRule { Name = name, IsActive = isActive, Conditions = conditions, Actions = actions, Continues = continues };
        return true;
    }

    private static bool TryCondition(JsonElement json, out FilterCondition condition, out string error)
    {
        condition = null!;
        if (!HasOnly(json, ["field", "header", "op", "value", "not"], out error) || !TryFlag(json, "not", false, out var isNegated, out error))
            return false;
        if (!Fields.TryGetValue(Text(json, "field") ?? "", out var field))
        {
            error = $".field: one of {string.Join(", ", Fields.Keys)} was expected.";
            return false;
        }
        if (!Operators.TryGetValue(Text(json, "op") ?? "", out var comparison))
        {
            error = $".op: one of {string.Join(", ", Operators.Keys)} was expected.";
            return false;
        }
        var value = json.TryGetProperty("value", out var written) && written.ValueKind == JsonValueKind.Number ? written.GetRawText() : Text(json, "value");
        if (value is null)
        {
            error = ".value: a text was expected.";
            return false;
        }
        if (FilterCondition.TryMake(field, comparison, value, Text(json, "header"), isNegated, out condition, out error))
            return true;
        error = $".value: {error}";
        return false;
    }

    private static bool TryAction(JsonElement json, string country, out FilterAction action, out string error)
    {
        action = null!;
        if (!HasOnly(json, ["do", "to"], out error))
            return false;
        var to = Text(json, "to") ?? "";
        switch (Text(json, "do"))
        {
            case "notify" when to.Length is > 0 and <= MaxNameLength:
                action = new FilterAction.Notify(to);
                break;
            case "notify":
                error = ".to: the name of a pager was expected.";
                break;
            case "keep":
                action = new FilterAction.Keep();
                break;
            case "deliver":
                action = TryNumber(to, country, out var type, out var number) ? new FilterAction.Deliver(type, number) : null!;
                error = action is null ? ".to: fax:NUMBER or voice:NUMBER was expected." : "";
                break;
            case "forward" when IsAddress(to):
                action = new FilterAction.Forward(to);
                break;
            case "forward":
                error = ".to: an address was expected.";
                break;
            case "drop":
                action = new FilterAction.Drop();
                break;
            default:
                error = ".do: one of notify, keep, deliver, forward, drop was expected.";
                break;
        }
        return action is not null;
    }

    private static bool TryNumber(string text, string country, out MessageType type, out PhoneNumber number)
    {
        number = default;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        MessageType? known = colon < 0 ? null : text[..colon] switch { "fax" => MessageType.Fax, "voice" => MessageType.Voice, _ => null };
        type = known ?? MessageType.Fax;
        return known is not null && PhoneNumber.TryParse(text[(colon + 1)..], country, out number);
    }

    // Enough to tell an address from a slip; the mail room says what a server makes of it.
    private static bool IsAddress(string text)
    {
        var at = text.LastIndexOf('@');
        return text.Length <= MaxAddressLength && at > 0 && at < text.Length - 1 && text.All(c => c > ' ' && c != 0x7f && c is not ('<' or '>' or ',' or ';'));
    }

    private static bool HasOnly(JsonElement json, ReadOnlySpan<string> names, out string error)
    {
        error = "";
        if (json.ValueKind != JsonValueKind.Object)
        {
            error = ": an object was expected.";
            return false;
        }
        foreach (var property in json.EnumerateObject())
        {
            if (names.Contains(property.Name))
                continue;
            error = $".{(property.Name.Length > 40 ? property.Name[..40] : property.Name)}: not known here. Known are {string.Join(", ", names.ToArray())}.";
            return false;
        }
        return true;
    }

    private static bool TryFlag(JsonElement json, string name, bool otherwise, out bool value, out string error)
    {
        error = "";
        value = otherwise;
        if (!json.TryGetProperty(name, out var flag))
            return true;
        value = flag.ValueKind == JsonValueKind.True;
        if (flag.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return true;
        error = $".{name}: true or false was expected.";
        return false;
    }

    private static IEnumerable<JsonElement> List(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
