using System.Text.Json;

namespace Trunkline.SystemTests.Running;

/// <summary>One call as the test line recorded it in its <c>.json</c>.</summary>
internal sealed record ReceivedCall
{
    private const int AttemptParts = 3;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public required string Call { get; init; }
    public required string Number { get; init; }
    public required string Why { get; init; }
    public bool Complete { get; init; }
    public int Pages { get; init; }
    public bool T38 { get; init; }
    public required DateTimeOffset Began { get; init; }
    public DateTimeOffset? Answered { get; init; }
    public required DateTimeOffset Ended { get; init; }
    public string? File { get; init; }

    /// <summary>The message and the number of the attempt: the gateway's id for it stands in the Call-ID, and that in the file's name.</summary>
    public (string Message, int Attempt)? Id
    {
        get
        {
            var parts = Call.Split('-');
            return parts.Length > AttemptParts - 1 && int.TryParse(parts[2], out var attempt) ? (parts[1], attempt) : null;
        }
    }

    /// <summary>The calls to a number so far, the oldest first.</summary>
    public static IReadOnlyList<ReceivedCall> All(string data, string number)
    {
        var directory = Path.Combine(data, "testline", number);
        if (!Directory.Exists(directory))
            return [];
        return [.. Directory.EnumerateFiles(directory, "*.json").Where(f => Path.GetFileName(f)[0] != '.').Order(StringComparer.Ordinal)
            .Select(f => JsonSerializer.Deserialize<ReceivedCall>(System.IO.File.ReadAllBytes(f), Json)!)];
    }

    /// <summary>The calls to every number.</summary>
    public static IReadOnlyList<ReceivedCall> All(string data)
    {
        var directory = Path.Combine(data, "testline");
        return Directory.Exists(directory) ? [.. Directory.EnumerateDirectories(directory).SelectMany(d => All(data, Path.GetFileName(d)))] : [];
    }
}
