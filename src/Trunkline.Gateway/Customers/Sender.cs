namespace Trunkline.Gateway.Customers;

/// <summary>Who sends: a customer, or one of its users at its cost.</summary>
/// <param name="User">Null for the customer itself.</param>
public sealed record Sender(Customer Customer, CustomerUser? User)
{
    /// <summary>The address that this sender is known by.</summary>
    public string EmailAddress => User?.EmailAddress ?? Customer.EmailAddress;

    /// <summary>ISO 639.</summary>
    public string Language => User?.Language ?? Customer.Language;

    /// <summary>At the head of each fax page; null for the gateway's own.</summary>
    public string? HeaderLine => User?.HeaderLine ?? Customer.HeaderLine;

    /// <summary>The identification that fax machines see; null for the gateway's own.</summary>
    public string? SourceCsid => User?.SourceCsid ?? Customer.SourceCsid;

    /// <summary>Active only when both are.</summary>
    public CustomerStatus Status => User is { } user && user.Status > Customer.Status ? user.Status : Customer.Status;
}
