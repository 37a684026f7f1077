using System.Text.Json.Nodes;

namespace Trunkline.Commands;

/// <summary>
/// Fields as they are written on the command line, <c>limits.daySpend=25</c>, as the interface's JSON. An empty value takes a field away. What is not known
/// is passed on, and the server says so.
/// </summary>
internal static class FieldArguments
{
    private static readonly string[] Lists = ["trustedNetworks", "limits.countries"];
    private static readonly string[] Amounts = ["limits.credit", "limits.messagePrice", "limits.daySpend", "limits.monthSpend"];
    private static readonly string[] Numbers = ["limits.hourMessages"];
    private static readonly string[] Switches = ["limits.premium", "limits.satellite"];

    /// <param name="fields"><c>name=value</c> each.</param>
    /// <param name="currency">Of amounts, which are written as digits alone.</param>
    public static JsonObject Read(IEnumerable<string> fields, string currency)
    {
        var body = new JsonObject();
        foreach (var field in fields)
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new ApiFailure(ExitCode.Refused, $"\"{field}\": a field is written as name=value.");
            Put(body, field[..equals], field[(equals + 1)..], currency);
        }
        return body;
    }

    private static void Put(JsonObject body, string name, string value, string currency)
    {
        var into = body;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0)
        {
            if (body[name[..dot]] is not JsonObject below)
                body[name[..dot]] = below = [];
            into = below;
        }
        into[name[(dot + 1)..]] = value.Length == 0 ? null : ValueOf(name, value, currency);
    }

    private static JsonNode ValueOf(string name, string value, string currency)
    {
        if (Lists.Contains(name))
            return new JsonArray([.. value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(v => (JsonNode)v)]);
        if (Amounts.Contains(name))
            return new JsonObject { ["amount"] = value, ["currency"] = currency };
        if (Numbers.Contains(name) && int.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number))
            return number;
        if (Switches.Contains(name) && value is "yes" or "true" or "no" or "false")
            return value is "yes" or "true";
        return value;
    }
}
