using System.Globalization;

namespace Trunkline.Web.Api;

/// <summary>Times of the interface: ISO 8601 with an offset in, UTC out.</summary>
public static class ApiTime
{
    /// <summary>For a sentence that says what is wrong.</summary>
    public const string Expected = "A time is written as in ISO 8601 with its offset: \"2026-11-23T12:00:00Z\".";

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>Reads a time that says its offset.</summary>
    public static bool TryRead(string? text, out DateTimeOffset time)
    {
        time = default;
        // Without an offset the reader would have to guess one.
        return text is { Length: > 16 and < 40 } && (text[^1] == 'Z' || text.AsSpan(11).IndexOfAny('+', '-') > 0)
            && DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    /// <summary>With milliseconds, in UTC.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
