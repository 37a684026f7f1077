using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip.Digest;

/// <summary>
/// Asks callers for credentials (RFC 3261 section 22, RFC 8760). A nonce is a time and its HMAC, so nothing is kept for callers who never
/// answer; it runs out after <see cref="NonceLifetime"/>, within which a request could be replayed by who can read the line.
/// </summary>
/// <param name="realm">What the caller is shown.</param>
/// <param name="passwordOf">The password of a user, or null for nobody.</param>
/// <param name="algorithm">The hash to ask for; old equipment knows MD5 only.</param>
/// <param name="asProxy">Asks with 407 instead of 401.</param>
public sealed class SipDigestGate(
    string realm, Func<string, string?> passwordOf, TimeProvider time, SipDigestAlgorithm algorithm = SipDigestAlgorithm.Md5, bool asProxy = false)
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>How long a nonce is good: longer than the slowest INVITE takes to be sent again, and short for one who listens.</summary>
    public TimeSpan NonceLifetime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The refusal to send, or null when the request may pass.</summary>
    internal SipMessage? Challenge(SipMessage request, string localTag)
    {
        var stale = false;
        var header = asProxy ? SipHeaderName.ProxyAuthorization : SipHeaderName.Authorization;
        foreach (var value in request.Headers.All(header))
        {
            if (DigestParameters.Parse(value) is { } answer && IsRight(answer, request, out stale))
                return null;
        }
        var refusal = asProxy
            ? SipMessage.Reply(request, 407, "Proxy Authentication Required", localTag)
            : SipMessage.Reply(request, 401, "Unauthorized", localTag);
        refusal.Headers.Add(asProxy ? SipHeaderName.ProxyAuthenticate : SipHeaderName.WwwAuthenticate,
            $"Digest realm={SipText.Quote(realm)}, nonce=\"{NewNonce()}\", algorithm={algorithm.Name()}, qop=\"auth\"{(stale ? ", stale=true" : "")}");
        return refusal;
    }

    private bool IsRight(DigestParameters answer, SipMessage request, out bool stale)
    {
        stale = false;
        if (answer["realm"] != realm || answer["username"] is not { } user || answer["nonce"] is not { } nonce || answer["uri"] is not { } uri
            || answer["response"] is not { } response || SipDigest.Parse(answer["algorithm"]) != algorithm || answer["qop"] is not "auth"
            || answer["nc"] is not { } nc || answer["cnonce"] is not { } cnonce || !IsOurs(nonce, out var age))
            return false;
        // The uri is hashed, so it must be the one that is asked for, or a recorded answer would open another number.
        if (uri != request.RequestUri || passwordOf(user) is not { } password)
            return false;
        var expected = SipDigest.Response(algorithm, user, realm, password, request.Method, uri, nonce, "auth", nc, cnonce);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(response)))
            return false;
        stale = age > NonceLifetime;
        return !stale;
    }

    private string NewNonce()
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);
        return at + "." + Seal(at);
    }

    private bool IsOurs(string nonce, out TimeSpan age)
    {
        age = default;
        var dot = nonce.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || !long.TryParse(nonce.AsSpan(0, dot), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var at))
            return false;
        age = TimeSpan.FromMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds() - at);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Seal(nonce[..dot])), Encoding.UTF8.GetBytes(nonce[(dot + 1)..]));
    }

    private string Seal(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
}
