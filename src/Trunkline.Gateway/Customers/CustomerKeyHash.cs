using System.Security.Cryptography;
using System.Text;

namespace Trunkline.Gateway.Customers;

/// <summary>
/// How passwords are kept that a person chose: by PBKDF2 with their owner's address as salt. A key that we make has 160 random bits and needs no slow
/// hash (<see cref="CustomerSecret.HashOf"/>).
/// </summary>
public static class CustomerKeyHash
{
    /// <summary>
    /// OWASP's figure for PBKDF2-HMAC-SHA256 is 600,000; a mail client authenticates once a connection, and what was right is remembered. Only tests,
    /// which have no secrets, set another.
    /// </summary>
    internal static int Iterations { get; set; } = 200_000;

    /// <summary>The hash of a password, as hex.</summary>
    public static string Of(string emailAddress, string key)
    {
        var salt = SHA256.HashData(Encoding.UTF8.GetBytes("trunkline:" + emailAddress.ToLowerInvariant()));
        return Convert.ToHexStringLower(Rfc2898DeriveBytes.Pbkdf2(key, salt, Iterations, HashAlgorithmName.SHA256, 32));
    }
}
