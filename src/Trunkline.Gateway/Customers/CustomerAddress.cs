using System.Diagnostics.CodeAnalysis;
using Trunkline.Core.Mail;

namespace Trunkline.Gateway.Customers;

/// <summary>What an address is to its customer.</summary>
public enum CustomerAddressKind
{
    /// <summary>The customer's own: its name for SMTP AUTH.</summary>
    Primary,

    /// <summary>A user's own.</summary>
    User,

    /// <summary>One more that may send, and that mail to the customer may go to.</summary>
    Sender,

    /// <summary>A whole domain that may send: <c>@example.org</c>. A subdomain is another domain.</summary>
    Domain,
}

/// <summary>An address, or a whole domain, that means a customer; it means no other.</summary>
/// <param name="Address">In lower case; <c>@example.org</c> for a domain.</param>
/// <param name="UserKey">The user that it means, or null for the customer itself.</param>
public sealed record CustomerAddress(string Address, CustomerAddressKind Kind, long? UserKey)
{
    private const int MaxLength = 254;

    /// <summary>
    /// Writes an address or a domain rule in the one way in which it is kept: lower case, the domain in ASCII. False for what is neither.
    /// </summary>
    public static bool TryNormalize(string? text, [NotNullWhen(true)] out string? address)
    {
        address = null;
        var trimmed = text?.Trim();
        if (trimmed is null || trimmed.Length > MaxLength || trimmed.Any(c => char.IsControl(c) || c is ' ' or '<' or '>' or ',' or ';' or '"' or '\\'))
            return false;
        var at = trimmed.LastIndexOf('@');
        if (at < 0 || !MailDomain.TryNormalize(trimmed[(at + 1)..], out var domain) || trimmed[..at].Contains('@', StringComparison.Ordinal))
            return false;
        address = trimmed[..at].ToLowerInvariant() + "@" + domain;
        return true;
    }

    /// <summary>True for <c>@example.org</c>.</summary>
    public static bool IsDomain(string address) => address.StartsWith('@');
}
