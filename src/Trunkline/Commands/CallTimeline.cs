using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Trunkline.Commands;

/// <summary>What happened in the calls of a message, for a person to read from top to bottom.</summary>
internal static class CallTimeline
{
    private const string Member = "calls";
    private const string NotReached = "notReached";

    /// <summary>The answer about a message with the records of its calls in it.</summary>
    public static JsonElement Join(JsonElement detail, JsonElement calls)
    {
        var joined = JsonSerializer.SerializeToNode(detail)!.AsObject();
        joined[Member] = JsonSerializer.SerializeToNode(calls.GetProperty("items"));
        joined[NotReached] = JsonSerializer.SerializeToNode(calls.GetProperty(NotReached));
        return JsonSerializer.SerializeToElement<JsonNode>(joined);
    }

    /// <summary>Prints each call: what came of it in a line, its pages, and its events.</summary>
    public static void Print(JsonElement detail)
    {
        foreach (var call in detail.GetProperty(Member).EnumerateArray())
        {
            foreach (var line in Head(call))
                AnsiConsole.WriteLine(line);
            Rows.Print(Lines(call), "time", "after", "layer", "what happened");
        }
        foreach (var resource in detail.GetProperty(NotReached).EnumerateArray())
            AnsiConsole.WriteLine($"The resource {resource.GetString()} could not be asked for the records of its calls.");
    }

    /// <summary>The lines above the events.</summary>
    internal static IEnumerable<string> Head(JsonElement call)
    {
        yield return $"Call {Rows.Text(call, "id")} to {Rows.Text(call, "to")}, {Rows.Text(call, "begunAt")} to {Rows.Text(call, "endedAt")}: {Rows.Text(call, "outcome")}";
        yield return $"  {Rows.Text(call, "cause")}";
        if (Rows.Text(call, "way") is { Length: > 0 } way)
            yield return $"  tried by {way}; {Went(call)}; {Rows.Text(call, "pagesConfirmed")} of {Rows.Text(call, "pages")} pages confirmed, from page {Rows.Text(call, "firstPage")} on";
        if (call.TryGetProperty("media", out var media) && media.ValueKind == JsonValueKind.Object)
            yield return $"  packets: {Rows.Text(media, "received")} came, {Rows.Text(media, "lost")} were lost, {Rows.Text(media, "repaired")} repaired; {Rows.Text(media, "ecmRetries")} parts of pages sent anew";
    }

    /// <summary>Events, and when each page was through, in the order of time.</summary>
    internal static IEnumerable<IReadOnlyList<string>> Lines(JsonElement call)
    {
        var begun = call.GetProperty("begunAt").GetDateTimeOffset();
        var events = call.GetProperty("events").EnumerateArray()
            .Select(e => (At: e.GetProperty("at").GetDouble(), Layer: Rows.Text(e, "layer"), What: Rows.Text(e, "text")));
        var pages = call.GetProperty("pageTimes").EnumerateArray()
            .Select(p => (At: p.GetProperty("at").GetDouble(), Layer: "page", What: Page(p)));
        return events.Concat(pages).OrderBy(line => line.At).Select(line => (IReadOnlyList<string>)
            [
                (begun + TimeSpan.FromSeconds(line.At)).UtcDateTime.ToString("HH:mm:ss.f", CultureInfo.InvariantCulture),
                line.At.ToString("0.000", CultureInfo.InvariantCulture).PadLeft(8) + " s",
                line.Layer,
                line.What,
            ]);
    }

    private static string Page(JsonElement page) => string.Create(CultureInfo.InvariantCulture,
        $"page {page.GetProperty("page").GetInt32()} through after {page.GetProperty("seconds").GetDouble():0.0} s");

    private static string Went(JsonElement call)
    {
        var rates = call.GetProperty("rates").EnumerateArray().ToList();
        if (rates.Count == 0)
            return "no page was begun";
        var speeds = string.Join(", then ", rates.Select(r => Rows.Text(r, "bitRate")).Aggregate(new List<string>(), (list, rate) =>
        {
            if (list.LastOrDefault() != rate)
                list.Add(rate);
            return list;
        }));
        // The rate is what T.30 agreed on; between Internet-aware ends the pages did not keep to it.
        var aware = call.TryGetProperty("internetAware", out var value) && value.ValueKind == JsonValueKind.True ? ", both ends Internet-aware: faster than" : " at";
        return $"went by {Rows.Text(call, "transport")}{aware} {speeds} bit/s {(rates[^1].GetProperty("ecm").GetBoolean() ? "with" : "without")} ECM";
    }
}
