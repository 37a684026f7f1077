namespace Trunkline.Gateway.Customers;

/// <summary>Somebody who sends at a customer's cost, with an address, keys and perhaps limits of its own. Its messages belong to the customer.</summary>
public sealed record CustomerUser
{
    public required long Key { get; init; }

    public required long CustomerKey { get; init; }

    /// <summary>Sender of its mail, name for SMTP AUTH; in lower case.</summary>
    public required string EmailAddress { get; init; }

    /// <summary>For people.</summary>
    public string? Name { get; init; }

    /// <summary>A user of a customer that may not send may not either.</summary>
    public CustomerStatus Status { get; init; } = CustomerStatus.Active;

    /// <summary>ISO 639; null for the customer's.</summary>
    public string? Language { get; init; }

    /// <summary>At the head of each page; null for the customer's.</summary>
    public string? HeaderLine { get; init; }

    /// <summary>The identification that fax machines see; null for the customer's.</summary>
    public string? SourceCsid { get; init; }

    /// <summary>The name of its cover page; null for the customer's.</summary>
    public string? CoverPage { get; init; }

    /// <summary>Within the customer's.</summary>
    public UserLimits Limits { get; init; } = new();
}
