using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Trunkline.Web.Api;

/// <summary>Changes by RFC 7396: what is there is changed, <c>null</c> takes away, all else stays. A list is replaced whole.</summary>
internal static class MergePatch
{
    /// <summary>
    /// What <paramref name="patch"/> makes of a body. Throws <see cref="BadHttpRequestException"/>, which the gate explains, for members that are not known
    /// or of another type.
    /// </summary>
    public static T Apply<T>(T before, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
            throw new BadHttpRequestException("A body of JSON is needed: an object.");
        try
        {
            // Read by itself first, so that a mistake is found where it stands, and in no field that was right before.
            _ = patch.Deserialize<T>(ApiJson.Options);
            var whole = JsonSerializer.SerializeToNode(before, ApiJson.Options)!.AsObject();
            Merge(whole, patch);
            return whole.Deserialize<T>(ApiJson.Options)!;
        }
        catch (JsonException fault)
        {
            throw new BadHttpRequestException("The body cannot be read.", fault);
        }
    }

    private static void Merge(JsonObject into, JsonElement patch)
    {
        foreach (var member in patch.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
                into.Remove(member.Name);
            else if (member.Value.ValueKind == JsonValueKind.Object && !member.Value.TryGetProperty("amount", out _))
            {
                if (into[member.Name] is not JsonObject below)
                    into[member.Name] = below = [];
                Merge(below, member.Value);
            }
            else
                into[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        }
    }
}
