using System.Text.Encodings.Web;
using System.Text.Json;

namespace Trunkline.Core.Calls;

/// <summary>Reads and writes the file of a <see cref="RecordedCall"/>.</summary>
public static class RecordedCallFormat
{
    /// <summary>A thousand events of 200 characters, and two thousand pages, stay below.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // Plus signs stay plus signs: the file is for people, and stands in no page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
    };

    /// <summary>The file's bytes.</summary>
    public static byte[] Write(RecordedCall call) => JsonSerializer.SerializeToUtf8Bytes(call, Options);

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
