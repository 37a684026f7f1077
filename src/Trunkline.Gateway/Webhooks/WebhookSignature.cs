using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Trunkline.Gateway.Webhooks;

/// <summary>
/// The signature of the Standard Webhooks specification, 1.0: HMAC-SHA256 over <c>id.timestamp.body</c> with the secret's bytes, in base 64 behind
/// <c>v1,</c>.
/// </summary>
public static class WebhookSignature
{
    private const string Prefix = "whsec_";
    private const int SecretBytes = 32;

    /// <summary>A new secret: 256 random bits in base 64.</summary>
    public static string MakeSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The header <c>webhook-signature</c>.</summary>
    public static string Of(string secret, string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(secret[Prefix.Length..]));
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{unixSeconds}.")));
        hash.AppendData(body);
        return "v1," + Convert.ToBase64String(hash.GetHashAndReset());
    }
}
