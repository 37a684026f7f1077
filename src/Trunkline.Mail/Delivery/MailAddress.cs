namespace Trunkline.Mail.Delivery;

/// <summary>Takes an envelope address apart.</summary>
internal static class MailAddress
{
    /// <summary>The domain in lower case, or null when there is none.</summary>
    public static string? DomainOf(string address)
    {
        var at = address.LastIndexOf('@');
        return at < 1 || at == address.Length - 1 ? null : address[(at + 1)..].ToLowerInvariant();
    }
}
