using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Trunkline.Web.Api;

/// <summary>Why a request could not be read, with the field that is to blame.</summary>
internal static partial class UnreadableRequest
{
    /// <summary>The problem for a fault in binding parameters or in reading the body.</summary>
    public static IResult Explain(BadHttpRequestException fault)
    {
        if (fault.InnerException is JsonException json)
            return Explain(json);
        if (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
            return ApiProblem.Of(fault.StatusCode, "The body is too large for this endpoint.");
        if (fault.StatusCode == StatusCodes.Status415UnsupportedMediaType)
            return ApiProblem.Of(fault.StatusCode, "The body is not of a kind that is read here: send application/json.");
        var parameter = Unbound().Match(fault.Message);
        if (parameter.Success)
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Groups["name"].Value);
            return ApiProblem.Malformed(name, $"\"{Shown(parameter.Groups["value"].Value)}\" cannot be read as {name}.");
        }
        var missing = Missing().Match(fault.Message);
        return missing.Success
            ? ApiProblem.Malformed(JsonNamingPolicy.CamelCase.ConvertName(missing.Groups["name"].Value), "This parameter is needed.")
            : ApiProblem.Of(fault.StatusCode, fault.Message.StartsWith("Implicit body", StringComparison.Ordinal) ? "A body of JSON is needed." : fault.Message);
    }

    /// <summary>The problem for a body that is no JSON, or not the JSON that is expected.</summary>
    public static IResult Explain(JsonException fault)
    {
        var missing = MissingMembers().Match(fault.Message);
        if (missing.Success)
        {
            var at = Field(fault.Path);
            var names = Name().Matches(missing.Groups["names"].Value).Select(m => at.Length == 0 ? m.Groups[1].Value : $"{at}.{m.Groups[1].Value}");
            return ApiProblem.Answer(StatusCodes.Status400BadRequest, "Something that is needed is missing.",
                names.ToDictionary(n => n, _ => (IReadOnlyList<string>)["This is needed."], StringComparer.Ordinal));
        }
        var field = Field(fault.Path);
        var text = fault is ApiJsonException ? fault.Message
            : fault.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "This member is not known here."
            : fault.Message.StartsWith("Duplicate property", StringComparison.Ordinal) ? "This member is given more than once."
            : fault.Message.Contains("doesn't allow null", StringComparison.Ordinal) ? "This must not be null."
            : fault.Message.Contains("could not be converted", StringComparison.Ordinal) ? NotOfType(fault.Message, field)
            : string.Create(CultureInfo.InvariantCulture, $"This is no JSON: line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.");
        return field.Length == 0 ? ApiProblem.Of(StatusCodes.Status400BadRequest, text) : ApiProblem.Malformed(field, text);
    }

    /// <summary>The problem for a body that says it is larger than it may be.</summary>
    public static IResult TooLarge(long limit) => ApiProblem.Of(StatusCodes.Status413PayloadTooLarge,
        string.Create(CultureInfo.InvariantCulture, $"The body is too large: at most {limit} bytes are read here."));

    // The message names the type by its full name: that of the value, or of the record that has it as a member. Which assembly has it, it does not say.
    private static string NotOfType(string message, string field)
    {
        var name = OwnType().Match(message).Value;
        var type = name.Length == 0 ? null : AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetType(name)).FirstOrDefault(t => t is not null);
        if (type is { IsEnum: false })
        {
            var member = type.GetProperties().FirstOrDefault(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == field[(field.LastIndexOf('.') + 1)..])?.PropertyType;
            type = member is null ? null : Nullable.GetUnderlyingType(member) ?? member;
        }
        return type is { IsEnum: true } words ? $"This is one of: {string.Join(", ", Enum.GetNames(words).Select(JsonNamingPolicy.CamelCase.ConvertName))}."
            : "This is not of the type that is expected here.";
    }

    private static string Field(string? path) => path is ['$', '.', .. var rest] ? rest : path is ['$', .. var other] ? other : "";

    private static string Shown(string text) => new([.. (text.Length > 60 ? text[..60] + "…" : text).Where(c => !char.IsControl(c))]);

    // The framework's own words; the tests of the gate see when they change.
    [GeneratedRegex("""^Failed to bind parameter "\S+ (?<name>\w+)" from "(?<value>.*)"\.$""", RegexOptions.Singleline)]
    private static partial Regex Unbound();

    [GeneratedRegex("""^Required parameter "\S+ (?<name>\w+)" was not provided""")]
    private static partial Regex Missing();

    [GeneratedRegex("missing required properties including: (?<names>.*?)\\.?$", RegexOptions.Singleline)]
    private static partial Regex MissingMembers();

    [GeneratedRegex(@"\bTrunkline\.[\w.+]*\w")]
    private static partial Regex OwnType();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Name();
}
