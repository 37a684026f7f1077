using Trunkline.Core;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web.Api;

/// <summary>A customer as it is shown: all that can be written, and what the server knows besides.</summary>
/// <param name="StatusReason">Why it is suspended or closed.</param>
public sealed record CustomerView(long Id, CustomerStatus Status, string? StatusReason, DateTimeOffset CreatedAt, CustomerBody Customer)
{
    internal static CustomerView Of(CustomerRecord r) => new(r.Customer.Key, r.Customer.Status, r.StatusReason, r.CreatedAt, BodyOf(r));

    internal static CustomerBody BodyOf(CustomerRecord r) => new()
    {
        Email = r.Customer.EmailAddress,
        FirstName = r.Details.FirstName,
        LastName = r.Details.LastName,
        Company = r.Details.Company,
        AddressLine1 = r.Details.AddressLine1,
        AddressLine2 = r.Details.AddressLine2,
        City = r.Details.City,
        Region = r.Details.MailRegion,
        PostalCode = r.Details.MailCode,
        Country = r.Customer.Country,
        WorkNumber = r.Details.WorkNumber,
        HomeNumber = r.Details.HomeNumber,
        CollectionMethod = r.Details.CollectionMethod,
        BillType = r.Customer.BillType,
        Language = r.Customer.Language,
        Currency = r.Customer.Currency,
        PricePlan = r.Customer.PricePlan,
        TimeZone = r.Customer.TimeZone,
        QuietHours = r.Customer.QuietHours,
        TrustedNetworks = [.. r.Customer.TrustedNetworks.Select(n => n.ToString())],
        TrustFrom = r.Customer.TrustFrom,
        HeaderLine = r.Customer.HeaderLine,
        SourceCsid = r.Customer.SourceCsid,
        MessageOptions = r.Customer.MessageOptions,
        Limits = new LimitsBody
        {
            Credit = r.Customer.Limits.Credit,
            MessagePrice = r.Customer.Limits.MessagePrice,
            DaySpend = r.Customer.Limits.DaySpend,
            MonthSpend = r.Customer.Limits.MonthSpend,
            HourMessages = r.Customer.Limits.HourMessages,
            Countries = r.Customer.Limits.Countries,
            Premium = r.Customer.Limits.AllowsPremium,
            Satellite = r.Customer.Limits.AllowsSatellite,
        },
    };
}

/// <summary>A user as it is shown.</summary>
public sealed record UserView(long Id, UserBody User)
{
    internal static UserView Of(CustomerUser u) => new(u.Key, BodyOf(u));

    internal static UserBody BodyOf(CustomerUser u) => new()
    {
        Email = u.EmailAddress,
        Name = u.Name,
        Status = u.Status,
        Language = u.Language,
        HeaderLine = u.HeaderLine,
        SourceCsid = u.SourceCsid,
        CoverPage = u.CoverPage,
        Limits = new LimitsBody
        {
            MessagePrice = u.Limits.MessagePrice,
            DaySpend = u.Limits.DaySpend,
            MonthSpend = u.Limits.MonthSpend,
            HourMessages = u.Limits.HourMessages,
            Countries = u.Limits.Countries.Count == 0 ? null : u.Limits.Countries,
            Premium = u.Limits.AllowsPremium,
            Satellite = u.Limits.AllowsSatellite,
        },
    };
}

/// <summary>An address as it is shown.</summary>
/// <param name="User">The address of the user that it means; left out for the customer itself.</param>
public sealed record AddressView(string Address, CustomerAddressKind Kind, string? User);

/// <summary>A key or password as it is shown; never the secret.</summary>
/// <param name="User">The address of the user whose it is; left out for the customer itself.</param>
public sealed record KeyView(
    long Id, SecretKind Kind, KeyScope Scope, string Name, string? User, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);

/// <summary>A key that was made just now: the only time that it is shown.</summary>
/// <param name="Key">Left out for a password, which its owner knows.</param>
public sealed record MadeKey(long Id, SecretKind Kind, KeyScope Scope, string Name, string? Key);
