using System.Globalization;
using System.Text.Json;

namespace Trunkline.TestLine;

/// <summary>The files of one call: written under a temporary name, and renamed when they are whole.</summary>
internal sealed class CallFiles
{
    private const int MaxCallIdLength = 40;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly string _directory;

    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="number">One of our own numbers; it becomes a directory.</param>
    /// <param name="callId">The SIP Call-ID, of which only harmless characters are used.</param>
    /// <param name="began">When the call came: names sort by time.</param>
    public CallFiles(string dataDirectory, string number, string callId, DateTimeOffset began)
    {
        _directory = Path.Combine(dataDirectory, "testline", number);
        Directory.CreateDirectory(_directory);
        var harmless = callId.TakeWhile(c => c != '@').Where(c => char.IsAsciiLetterOrDigit(c) || c is '-');
        var id = new string([.. harmless.Take(MaxCallIdLength)]);
        Call = FormattableString.Invariant($"{began.UtcDateTime:yyyyMMdd'T'HHmmssfff}-{id}");
        for (var n = 2; File.Exists(At(".json")) || File.Exists(At(".tif")); n++)
            Call = string.Create(CultureInfo.InvariantCulture, $"{began.UtcDateTime:yyyyMMdd'T'HHmmssfff}-{id}-{n}");
    }

    /// <summary>The name that the files share.</summary>
    public string Call { get; }

    /// <summary>Where pages are written as they arrive.</summary>
    public string Receiving => Path.Combine(_directory, $".{Call}.tif.receiving");

    /// <summary>Gives the pages their name: whole, or in part; null when there is none.</summary>
    public string? KeepPages(bool complete, int pages)
    {
        if (pages == 0)
        {
            File.Delete(Receiving);
            return null;
        }

        var path = At(complete ? ".tif" : ".part.tif");
        File.Move(Receiving, path, overwrite: true);
        return path;
    }

    /// <summary>Writes what is known of the call, after the pages: who sees the <c>.json</c> sees them too.</summary>
    public async Task WriteAsync(TestLineCall call)
    {
        var temporary = Path.Combine(_directory, $".{Call}.json.writing");
        await File.WriteAllBytesAsync(temporary, JsonSerializer.SerializeToUtf8Bytes(call, Json));
        File.Move(temporary, At(".json"), overwrite: true);
    }

    private string At(string extension) => Path.Combine(_directory, Call + extension);
}
