using System.Security.Cryptography;
using System.Text;

namespace Trunkline.Gateway.Customers;

/// <summary>Who made a secret.</summary>
public enum SecretKind
{
    /// <summary>We did, of 160 random bits: for the HTTP interface, and as the password for SMTP.</summary>
    Key,

    /// <summary>A person: for SMTP alone, together with an address.</summary>
    Password,
}

/// <summary>A key or a password, as it is kept. The secret itself is shown once, when it is made.</summary>
/// <param name="Id">Names it, to take it away again.</param>
/// <param name="Hash">A key's <see cref="HashOf"/>, a password's <see cref="CustomerKeyHash.Of"/>.</param>
/// <param name="UserKey">Whose it is; null for the customer itself.</param>
/// <param name="Name">What its owner calls it.</param>
public sealed record CustomerSecret(long Id, SecretKind Kind, string Hash, long CustomerKey, long? UserKey, KeyScope Scope, string Name, DateTimeOffset CreatedAt)
{
    /// <summary>No text longer than this is looked at.</summary>
    public const int MaxLength = 200;

    private const string Prefix = "tlk_";
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int RandomCharacters = 32;

    /// <summary>A new key: 160 random bits.</summary>
    public static string Make() => Prefix + RandomNumberGenerator.GetString(Alphabet, RandomCharacters);

    /// <summary>SHA-256 of a key, hex. Quick, because what we make cannot be guessed.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
