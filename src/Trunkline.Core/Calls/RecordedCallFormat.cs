using System.Text.Encodings.Web;
using System.Text.Json;

namespace Trunkline.Core.Calls;

/// <summary>Reads and writes the file of a <see cref="RecordedCall"/>.</summary>
public static class RecordedCallFormat
{
    /// <summary>A thousand events of 200 characters, and two thousand pages, stay below.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    /// <summary>The last part of the address at which a resource gives a record out.</summary>
    public const string LastSegment = "/call-record";

    /// <summary>Of what it gives out.</summary>
    public const string ContentType = "application/json";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // Plus signs stay plus signs: the file is for people, and stands in no page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
    };

    /// <summary>The file's bytes.</summary>
    public static byte[] Write(RecordedCall call) => JsonSerializer.SerializeToUtf8Bytes(call, Options);

    /// <summary>
    /// Reads what another machine gave out: it is shown to people on terminals, so every text is one line without control characters, and there are no more
    /// events than we would write.
    /// </summary>
    public static bool TryReadForeign(ReadOnlySpan<byte> bytes, out RecordedCall call)
    {
        const int maxEvents = 1_000;
        if (!TryRead(bytes, out call))
            return false;
        call = call with
        {
            To = OneLine(call.To),
            Outcome = OneLine(call.Outcome),
            Sentence = OneLine(call.Sentence),
            Cause = OneLine(call.Cause),
            Way = OneLine(call.Way),
            Transport = OneLine(call.Transport),
            RemoteId = OneLine(call.RemoteId),
            Events = [.. call.Events.Take(maxEvents).Select(e => new RecordedEvent(e.At, OneLine(e.Layer), OneLine(e.Text)))],
        };
        return true;
    }

    private static string OneLine(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;

    /// <summary>Reads them; false for what is no call record.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out RecordedCall call)
    {
        call = null!;
        if (bytes.Length > MaxBytes)
            return false;
        try
        {
            if (JsonSerializer.Deserialize<RecordedCall>(bytes, Options) is not { } read)
                return false;
            call = read;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
