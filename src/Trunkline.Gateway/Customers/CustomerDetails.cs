namespace Trunkline.Gateway.Customers;

/// <summary>The columns of Table 3 that the gateway itself does not ask for.</summary>
public sealed record CustomerDetails
{
    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Company { get; init; }

    public string? AddressLine1 { get; init; }

    public string? AddressLine2 { get; init; }

    public string? City { get; init; }

    /// <summary>State, or what is like it.</summary>
    public string? MailRegion { get; init; }

    /// <summary>Postal code.</summary>
    public string? MailCode { get; init; }

    public string? WorkNumber { get; init; }

    public string? HomeNumber { get; init; }

    /// <summary>How its bills are collected: credit card, debit, …; in the operator's own words.</summary>
    public string? CollectionMethod { get; init; }
}
