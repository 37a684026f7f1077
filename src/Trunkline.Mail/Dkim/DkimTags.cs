using System.Globalization;
using MimeKit;

namespace Trunkline.Mail.Dkim;

/// <summary>The tags of a DKIM-Signature header that decide whether it is worth checking (RFC 6376, 3.5).</summary>
internal sealed class DkimTags
{
    private const int MaxTags = 40;
    private readonly Dictionary<string, string> _tags = new(StringComparer.Ordinal);

    private DkimTags()
    {
    }

    /// <summary>The domain that signed; empty when there is none.</summary>
    public string Domain => _tags.GetValueOrDefault("d", "");

    /// <summary>True when it covers the beginning of the body only: anybody could add pages.</summary>
    public bool HasLength => _tags.ContainsKey("l");

    /// <summary>When it was made; null when it does not say.</summary>
    public DateTimeOffset? MadeAt => Time("t");

    /// <summary>When it ends to count; null for never.</summary>
    public DateTimeOffset? ExpiresAt => Time("x");

    /// <summary>How many headers of a name it covers, from the last one upwards.</summary>
    public int Covered(string header) =>
        _tags.GetValueOrDefault("h", "").Split(':').Count(h => h.Trim().Equals(header, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a header; a tag that stands twice spoils it, as RFC 6376, 3.2 has it.</summary>
    public static DkimTags? Read(Header header)
    {
        var tags = new DkimTags();
        foreach (var part in header.Value.Split(';', StringSplitOptions.RemoveEmptyEntries).Take(MaxTags))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && !tags._tags.TryAdd(part[..equals].Trim(), string.Concat(part[(equals + 1)..].Where(c => !char.IsWhiteSpace(c)))))
                return null;
        }
        return tags;
    }

    private DateTimeOffset? Time(string tag) =>
        long.TryParse(_tags.GetValueOrDefault(tag), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 100_000_000_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
