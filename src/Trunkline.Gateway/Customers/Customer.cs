using System.Net;

namespace Trunkline.Gateway.Customers;

/// <summary>Whether a customer may send.</summary>
public enum CustomerStatus
{
    Active,
    Suspended,
    Closed,
}

/// <summary>A customer as the gateway needs it; the database holds the rest of Table 3.</summary>
public sealed record Customer
{
    public required long Key { get; init; }

    /// <summary>The address that identifies the customer: sender of its mail, name for SMTP AUTH.</summary>
    public required string EmailAddress { get; init; }

    public required CustomerStatus Status { get; init; }

    /// <summary>ISO 3166; numbers without a country code are dialled from here.</summary>
    public required string Country { get; init; }

    /// <summary>ISO 639.</summary>
    public required string Language { get; init; }

    /// <summary>Mail from the customer's address is believed, without AUTH, when it comes from one of these.</summary>
    public required IReadOnlyList<IPNetwork> TrustedNetworks { get; init; }

    /// <summary>What proves its From address when nobody logged in and the network is not trusted.</summary>
    public TrustFrom TrustFrom { get; init; }

    /// <summary>At the head of each fax page; null for the gateway's own.</summary>
    public string? HeaderLine { get; init; }

    /// <summary>The identification that fax machines see; null for the gateway's own.</summary>
    public string? SourceCsid { get; init; }

    /// <summary>How it pays.</summary>
    public BillType BillType { get; init; } = BillType.Free;

    /// <summary>What it pays in: ISO 4217.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>The price decks that it pays by.</summary>
    public string PricePlan { get; init; } = "standard";

    /// <summary>IANA; its receipts and its days are told in it.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>When the numbers that it writes to are not called, in the recipient's time; null for the operator's, <c>none</c> for none.</summary>
    public string? QuietHours { get; init; }

    /// <summary>Options of its messages where they say nothing, as in an address: <c>priority=low/cover=classic</c>. Null for none.</summary>
    public string? MessageOptions { get; init; }

    /// <summary>What it may do.</summary>
    public CustomerLimits Limits { get; init; } = new();

    /// <summary>True when mail from this address is believed to be the customer's.</summary>
    public bool Trusts(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in TrustedNetworks)
        {
            if (network.Contains(plain))
                return true;
        }
        return false;
    }
}
