using System.Security.Cryptography;
using System.Text;

namespace Trunkline.Gateway.Customers;

/// <summary>A key of the HTTP interface, as it is kept. The key itself is shown once, when it is made.</summary>
/// <param name="Id">Names it, to take it away again.</param>
/// <param name="Hash"><see cref="HashOf"/> the key.</param>
/// <param name="CustomerKey">Whose it is.</param>
/// <param name="Name">What its customer calls it.</param>
public sealed record BearerKey(long Id, string Hash, long CustomerKey, KeyScope Scope, string Name, DateTimeOffset CreatedAt)
{
    /// <summary>No text longer than this is looked at.</summary>
    public const int MaxLength = 200;

    private const string Prefix = "tlk_";
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int RandomCharacters = 32;

    /// <summary>A new key: 160 random bits.</summary>
    public static string Make() => Prefix + RandomNumberGenerator.GetString(Alphabet, RandomCharacters);

    /// <summary>
    /// SHA-256 of a key, hex. Quick, because what we make cannot be guessed; passwords that people choose go through
    /// <see cref="CustomerKeyHash"/>, and are no keys of the HTTP interface.
    /// </summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
