using Trunkline.Core;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web.Api;

/// <summary>
/// A customer as it is written: to add one, all that is left out has its default; to change one, only what is there is changed, and <c>null</c> takes a value
/// away (RFC 7396).
/// </summary>
public sealed record CustomerBody
{
    /// <summary>Its own address: sender of its mail, and its name for SMTP AUTH. Needed.</summary>
    public string? Email { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Company { get; init; }

    public string? AddressLine1 { get; init; }

    public string? AddressLine2 { get; init; }

    public string? City { get; init; }

    /// <summary>State, or what is like it.</summary>
    public string? Region { get; init; }

    public string? PostalCode { get; init; }

    /// <summary>ISO 3166; numbers without a country code are dialled from here. Needed.</summary>
    public string? Country { get; init; }

    public string? WorkNumber { get; init; }

    public string? HomeNumber { get; init; }

    /// <summary>How bills are collected, in the operator's own words.</summary>
    public string? CollectionMethod { get; init; }

    public BillType? BillType { get; init; }

    /// <summary>ISO 639, two letters.</summary>
    public string? Language { get; init; }

    /// <summary>ISO 4217; it stays for ever.</summary>
    public string? Currency { get; init; }

    public string? PricePlan { get; init; }

    /// <summary>IANA, such as <c>Europe/Berlin</c>.</summary>
    public string? TimeZone { get; init; }

    /// <summary>When numbers are not called, in the recipient's time: <c>21:00-08:00 sun</c>; <c>none</c>; left out for the operator's.</summary>
    public string? QuietHours { get; init; }

    /// <summary>CIDR: mail from the customer's addresses is believed from these.</summary>
    public IReadOnlyList<string>? TrustedNetworks { get; init; }

    /// <summary>What proves its From address from elsewhere.</summary>
    public TrustFrom? TrustFrom { get; init; }

    /// <summary>At the head of each fax page.</summary>
    public string? HeaderLine { get; init; }

    /// <summary>What fax machines see: digits, plus signs and spaces, 20 at most.</summary>
    public string? SourceCsid { get; init; }

    /// <summary>Options of its messages where they say nothing, as in an address: <c>priority=low/resolution=standard/cover=classic/expires=2h</c>.</summary>
    public string? MessageOptions { get; init; }

    public LimitsBody? Limits { get; init; }
}

/// <summary>Limits of a customer, or of a user, where they hold below the customer's. What is left out is not limited, except countries, premium and satellite.</summary>
public sealed record LimitsBody
{
    /// <summary>Of a postpaid customer: how far below zero its balance may go. Not of users.</summary>
    public Money? Credit { get; init; }

    /// <summary>Of one message.</summary>
    public Money? MessagePrice { get; init; }

    public Money? DaySpend { get; init; }

    public Money? MonthSpend { get; init; }

    public int? HourMessages { get; init; }

    /// <summary>ISO 3166, or <c>*</c> alone. Left out: a customer its own country, a user its customer's.</summary>
    public IReadOnlyList<string>? Countries { get; init; }

    /// <summary>Premium-rate, shared-cost and personal numbers. Left out: a customer no, a user as its customer.</summary>
    public bool? Premium { get; init; }

    /// <summary>Satellite and global networks. Left out: a customer no, a user as its customer.</summary>
    public bool? Satellite { get; init; }
}

/// <summary>A user as it is written; see <see cref="CustomerBody"/>.</summary>
public sealed record UserBody
{
    /// <summary>Its own address. Needed.</summary>
    public string? Email { get; init; }

    public string? Name { get; init; }

    public CustomerStatus? Status { get; init; }

    /// <summary>Left out: the customer's.</summary>
    public string? Language { get; init; }

    /// <summary>Left out: the customer's.</summary>
    public string? HeaderLine { get; init; }

    /// <summary>Left out: the customer's.</summary>
    public string? SourceCsid { get; init; }

    /// <summary>The name of its cover page. Left out: the customer's.</summary>
    public string? CoverPage { get; init; }

    public LimitsBody? Limits { get; init; }
}

/// <summary>A status, and why.</summary>
/// <param name="Reason">For the operator; at most 200 characters.</param>
public sealed record StatusBody(string? Reason = null);

/// <summary>A sender address or a domain to be added.</summary>
/// <param name="Address"><c>fax@example.org</c>, or <c>@example.org</c> for a whole domain.</param>
/// <param name="User">The address of the user that it means; left out for the customer itself.</param>
public sealed record AddressBody(string Address, string? User = null);

/// <summary>A key or a password to be made.</summary>
/// <param name="Name">What its owner calls it.</param>
/// <param name="User">The address of the user that it is for; left out for the customer itself.</param>
/// <param name="Password">One that a person chose, for SMTP only; left out, a key is made.</param>
public sealed record KeyBody(string Name, KeyScope Scope = KeyScope.Send, string? User = null, string? Password = null);
