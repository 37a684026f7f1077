using System.Globalization;
using System.Security.Cryptography;
using Trunkline.Telephony.Media;

namespace Trunkline.Telephony.Sdp;

/// <summary>A crypto attribute (RFC 4568 section 4).</summary>
/// <param name="Tag">By which an answer names the line of the offer that it took.</param>
public sealed record SdpCrypto(int Tag, SrtpKey Key)
{
    private const int KeyBytes = 30;
    private static readonly string[] Names = ["AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"];

    /// <summary>A line with a fresh key.</summary>
    internal static SdpCrypto New(int tag, SrtpSuite suite) =>
        new(tag, new SrtpKey(suite, Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))));

    /// <summary>Reads the value; null for suites and parameters that we do not know, since a packet would be read wrongly then.</summary>
    public static SdpCrypto? Read(string? value)
    {
        var words = value?.Split(' ', 8, StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (words.Length < 3 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var tag))
            return null;
        var suite = Array.FindIndex(Names, n => n.Equals(words[1], StringComparison.OrdinalIgnoreCase));
        // A window for replays is ours to choose; every other parameter changes the packets (section 6.3).
        if (suite < 0 || words.Skip(3).Any(w => !w.StartsWith("WSH=", StringComparison.OrdinalIgnoreCase))
            || !words[2].StartsWith("inline:", StringComparison.OrdinalIgnoreCase))
            return null;
        var parts = words[2]["inline:".Length..].Split('|', 4);
        // A lifetime may follow; a master key identifier would stand in each packet. Several keys (;) need one.
        if (parts.Skip(1).Any(p => p.Contains(':', StringComparison.Ordinal)) || parts[0].Length != 4 * KeyBytes / 3)
            return null;
        Span<byte> key = stackalloc byte[KeyBytes];
        return Convert.TryFromBase64String(parts[0], key, out var length) && length == KeyBytes
            ? new SdpCrypto(tag, new SrtpKey((SrtpSuite)suite, parts[0]))
            : null;
    }

    internal SdpAttribute Write() =>
        new("crypto", string.Create(CultureInfo.InvariantCulture, $"{Tag} {Names[(int)Key.Suite]} inline:{Key.Inline}"));
}
