using System.Globalization;
using System.Security.Cryptography;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip.Digest;

/// <summary>
/// Answers the challenges of one call (RFC 3261 section 22, RFC 8760). Once challenged, later requests carry credentials at once, which
/// saves a round trip for every re-INVITE and BYE. Used inside the endpoint's lock.
/// </summary>
internal sealed class DigestClient(SipCredentials? credentials)
{
    /// <summary>A proxy and the far end may each ask once, and each nonce may run out once; more is a loop.</summary>
    private const int MaxChallenges = 4;

    /// <summary>Characters of a challenge. What it says comes back in our answer, which must fit a header; real ones have a few hundred.</summary>
    private const int MaxChallengeLength = 2_000;

    private readonly List<Challenge> _challenges = [];

    /// <summary>
    /// Learns the challenges of a 401 or 407. False when sending the request again is pointless: no credentials, none that we can compute, or
    /// refused although it had them and the nonce was not stale.
    /// </summary>
    /// <param name="round">How often this request was challenged before.</param>
    public bool TryLearn(SipMessage response, SipMessage request, int round)
    {
        var isProxy = response.StatusCode == 407;
        if (credentials is null || round >= MaxChallenges || response.StatusCode is not (401 or 407))
            return false;
        var learned = false;
        var offered = response.Headers.All(isProxy ? SipHeaderName.ProxyAuthenticate : SipHeaderName.WwwAuthenticate)
            .Select(h => Read(h, isProxy)).OfType<Challenge>()
            // The strongest for each realm; a client answers one of them (RFC 8760 section 2.4).
            .GroupBy(c => c.Realm).Select(g => g.MaxBy(c => c.Algorithm)!);
        foreach (var challenge in offered)
        {
            var known = _challenges.FindIndex(c => c.IsProxy == isProxy && c.Realm == challenge.Realm);
            // After the first round the request had credentials for this realm: refused again means that they are wrong.
            if (known >= 0 && round > 0 && !challenge.IsStale && HasCredentials(request, isProxy))
                continue;
            if (known >= 0)
                _challenges.RemoveAt(known);
            _challenges.Add(challenge);
            learned = true;
        }
        return learned;
    }

    /// <summary>Gives the request credentials for every challenge of this call so far.</summary>
    public void Authorize(SipMessage request)
    {
        request.Headers.Remove(SipHeaderName.Authorization);
        request.Headers.Remove(SipHeaderName.ProxyAuthorization);
        if (credentials is null)
            return;
        foreach (var challenge in _challenges)
            request.Headers.Add(challenge.IsProxy ? SipHeaderName.ProxyAuthorization : SipHeaderName.Authorization, Answer(challenge, request));
    }

    private static bool HasCredentials(SipMessage request, bool isProxy) =>
        request.Headers[isProxy ? SipHeaderName.ProxyAuthorization : SipHeaderName.Authorization] is not null;

    private static Challenge? Read(string header, bool isProxy)
    {
        if (header.Length > MaxChallengeLength || DigestParameters.Parse(header) is not { } p || p["nonce"] is not { } nonce || SipDigest.Parse(p["algorithm"]) is not { } algorithm)
            return null;
        var qop = p["qop"];
        var hasAuth = qop is not null && qop.Split(',', StringSplitOptions.TrimEntries).Contains("auth", StringComparer.OrdinalIgnoreCase);
        if (qop is { Length: > 0 } && !hasAuth)
            return null;
        return new Challenge(isProxy, p["realm"] ?? "", nonce, algorithm, hasAuth, p["opaque"],
            p["algorithm"] is not null, "true".Equals(p["stale"], StringComparison.OrdinalIgnoreCase));
    }

    private string Answer(Challenge challenge, SipMessage request)
    {
        challenge.Count++;
        var nc = challenge.Count.ToString("x8", CultureInfo.InvariantCulture);
        var cnonce = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var qop = challenge.HasAuthQop ? "auth" : null;
        var response = SipDigest.Response(challenge.Algorithm, credentials!.UserName, challenge.Realm, credentials.Password, request.Method,
            request.RequestUri, challenge.Nonce, qop, nc, cnonce);
        var value = $"Digest username={SipText.Quote(credentials.UserName)}, realm={SipText.Quote(challenge.Realm)}, "
            + $"nonce={SipText.Quote(challenge.Nonce)}, uri={SipText.Quote(request.RequestUri)}, response=\"{response}\"";
        if (challenge.NamesAlgorithm)
            value += ", algorithm=" + challenge.Algorithm.Name();
        if (qop is not null)
            value += $", qop={qop}, nc={nc}, cnonce=\"{cnonce}\"";
        if (challenge.Opaque is { } opaque)
            value += ", opaque=" + SipText.Quote(opaque);
        return value;
    }

    private sealed record Challenge(
        bool IsProxy, string Realm, string Nonce, SipDigestAlgorithm Algorithm, bool HasAuthQop, string? Opaque, bool NamesAlgorithm, bool IsStale)
    {
        public int Count { get; set; }
    }
}
