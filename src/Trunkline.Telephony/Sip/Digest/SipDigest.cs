using System.Security.Cryptography;
using System.Text;

namespace Trunkline.Telephony.Sip.Digest;

/// <summary>The hash of a digest (RFC 8760).</summary>
public enum SipDigestAlgorithm
{
    Md5,
    Sha256,
}

/// <summary>The arithmetic of digest authentication (RFC 7616 section 3.4.1), for both ends.</summary>
internal static class SipDigest
{
    public static string Name(this SipDigestAlgorithm algorithm) => algorithm switch
    {
        SipDigestAlgorithm.Md5 => "MD5",
        SipDigestAlgorithm.Sha256 => "SHA-256",
    };

    /// <summary>The algorithm by its name; a challenge without one means MD5. Null for others, such as the -sess ones.</summary>
    public static SipDigestAlgorithm? Parse(string? name) =>
        name is null || name.Equals("MD5", StringComparison.OrdinalIgnoreCase) ? SipDigestAlgorithm.Md5
        : name.Equals("SHA-256", StringComparison.OrdinalIgnoreCase) ? SipDigestAlgorithm.Sha256
        : null;

    /// <param name="qop"><c>auth</c>, or null for the form of RFC 2069 that old servers ask for.</param>
    public static string Response(
        SipDigestAlgorithm algorithm, string user, string realm, string password, string method, string uri, string nonce, string? qop, string nc,
        string cnonce)
    {
        var secret = Hash(algorithm, $"{user}:{realm}:{password}");
        var request = Hash(algorithm, $"{method}:{uri}");
        return Hash(algorithm, qop is null ? $"{secret}:{nonce}:{request}" : $"{secret}:{nonce}:{nc}:{cnonce}:{qop}:{request}");
    }

    private static string Hash(SipDigestAlgorithm algorithm, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(algorithm == SipDigestAlgorithm.Md5 ? MD5.HashData(bytes) : SHA256.HashData(bytes));
    }
}
