using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Trunkline.Core;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;

namespace Trunkline.Web.Api;

/// <summary>Makes customers and users of what was written; every field that is refused is named, all at once.</summary>
internal sealed partial class CustomerReader
{
    private const int MaxText = 200;
    private const int MaxHeaderLine = 50;
    private const int MaxNetworks = 100;
    private readonly Dictionary<string, IReadOnlyList<string>> _errors = new(StringComparer.Ordinal);

    /// <summary>A problem that names every field, or null when all is well.</summary>
    public IResult? Problem => _errors.Count == 0 ? null : ApiProblem.Refused(_errors);

    /// <summary>The customer that a body describes, on top of what only the server knows.</summary>
    public (Customer Customer, CustomerDetails Details) Customer(CustomerBody body, long key, CustomerStatus status)
    {
        var currency = body.Currency ?? "USD";
        var country = Needed("country", body.Country)?.ToUpperInvariant() ?? "";
        Check("country", country.Length == 0 || NumberPlan.IsCountry(country), "A country is two letters of ISO 3166: US.");
        var limits = body.Limits ?? new LimitsBody();
        var customer = new Customer
        {
            Key = key,
            EmailAddress = Address("email", body.Email),
            Status = status,
            Country = country,
            Language = Language(body.Language) ?? "en",
            Currency = currency,
            BillType = body.BillType ?? BillType.Prepaid,
            PricePlan = Matching("pricePlan", body.PricePlan, Plan(), "The name of a price plan is of letters, digits, points and dashes, at most 64.") ?? "standard",
            TimeZone = TimeZone(body.TimeZone) ?? "UTC",
            QuietHours = QuietHours(body.QuietHours),
            TrustedNetworks = Networks(body.TrustedNetworks ?? []),
            TrustFrom = body.TrustFrom ?? TrustFrom.None,
            HeaderLine = Text("headerLine", body.HeaderLine, MaxHeaderLine),
            SourceCsid = Csid(body.SourceCsid),
            MessageOptions = Options(body.MessageOptions),
            Limits = new CustomerLimits
            {
                Credit = Amount("limits.credit", limits.Credit, currency),
                MessagePrice = Amount("limits.messagePrice", limits.MessagePrice, currency),
                DaySpend = Amount("limits.daySpend", limits.DaySpend, currency),
                MonthSpend = Amount("limits.monthSpend", limits.MonthSpend, currency),
                HourMessages = Hour(limits.HourMessages),
                Countries = Countries(limits.Countries),
                AllowsPremium = limits.Premium ?? false,
                AllowsSatellite = limits.Satellite ?? false,
            },
        };
        return (customer, new CustomerDetails
        {
            FirstName = Text("firstName", body.FirstName),
            LastName = Text("lastName", body.LastName),
            Company = Text("company", body.Company),
            AddressLine1 = Text("addressLine1", body.AddressLine1),
            AddressLine2 = Text("addressLine2", body.AddressLine2),
            City = Text("city", body.City),
            MailRegion = Text("region", body.Region),
            MailCode = Text("postalCode", body.PostalCode),
            WorkNumber = Text("workNumber", body.WorkNumber),
            HomeNumber = Text("homeNumber", body.HomeNumber),
            CollectionMethod = Text("collectionMethod", body.CollectionMethod),
        });
    }

    /// <summary>The user that a body describes.</summary>
    public CustomerUser User(UserBody body, Customer customer, long key)
    {
        var limits = body.Limits ?? new LimitsBody();
        Check("limits.credit", limits.Credit is null, "Credit is the customer's, not a user's.");
        return new CustomerUser
        {
            Key = key,
            CustomerKey = customer.Key,
            EmailAddress = Address("email", body.Email),
            Name = Text("name", body.Name),
            Status = body.Status ?? CustomerStatus.Active,
            Language = Language(body.Language),
            HeaderLine = Text("headerLine", body.HeaderLine, MaxHeaderLine),
            SourceCsid = Csid(body.SourceCsid),
            CoverPage = Text("coverPage", body.CoverPage),
            Limits = new UserLimits
            {
                MessagePrice = Amount("limits.messagePrice", limits.MessagePrice, customer.Currency),
                DaySpend = Amount("limits.daySpend", limits.DaySpend, customer.Currency),
                MonthSpend = Amount("limits.monthSpend", limits.MonthSpend, customer.Currency),
                HourMessages = Hour(limits.HourMessages),
                Countries = Countries(limits.Countries),
                AllowsPremium = limits.Premium ?? true,
                AllowsSatellite = limits.Satellite ?? true,
            },
        };
    }

    /// <summary>A line of text, or null; empty is null.</summary>
    public string? Text(string field, string? text, int most = MaxText)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        Check(field, text.Length <= most && !text.Any(char.IsControl), $"This is one line of at most {most} characters.");
        return text.Trim();
    }

    /// <summary>Notes a field that is refused.</summary>
    public void Check(string field, bool isRight, string text)
    {
        if (!isRight)
            _errors.TryAdd(field, [text]);
    }

    private string? Needed(string field, string? text)
    {
        Check(field, !string.IsNullOrWhiteSpace(text), "This is needed.");
        return text?.Trim();
    }

    private string Address(string field, string? text)
    {
        var address = "";
        if (Needed(field, text) is { Length: > 0 } given)
            Check(field, CustomerAddress.TryNormalize(given, out address) && !CustomerAddress.IsDomain(address), $"\"{Shown(given)}\" is no e-mail address.");
        return address ?? "";
    }

    private string? Language(string? text) => Matching("language", text, TwoLetters(), "A language is two small letters of ISO 639: en.");

    private string? Csid(string? text) => Matching("sourceCsid", text, CsidText(), "An identification is of digits, plus signs and spaces, 20 at most.");

    private string? Matching(string field, string? text, Regex pattern, string expected)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        Check(field, pattern.IsMatch(text), expected);
        return text;
    }

    private string? TimeZone(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        Check("timeZone", text.Length <= 64 && TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) && zone.HasIanaId, "A time zone is a name of IANA: Europe/Berlin.");
        return text;
    }

    private string? QuietHours(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        Check("quietHours", QuietHoursRule.IsReadable(text), "Quiet hours are hours of a day and days that are quiet as a whole: \"21:00-08:00 sat sun\", or \"none\".");
        return text;
    }

    private string? Options(string? text)
    {
        if (Text("messageOptions", text) is not { } written)
            return null;
        Check("messageOptions", OptionReader.TryReadDefaults(written, out _, out var fault), fault);
        return written;
    }

    private List<IPNetwork> Networks(IReadOnlyList<string> texts)
    {
        Check("trustedNetworks", texts.Count <= MaxNetworks, $"At most {MaxNetworks} networks.");
        var networks = new List<IPNetwork>();
        for (var i = 0; i < Math.Min(texts.Count, MaxNetworks); i++)
        {
            // The whole Internet is no network of anybody's: that is what trustFrom "from" says, by its name.
            var isNetwork = IPNetwork.TryParse(AsNetwork(texts[i]), out var network) && network.PrefixLength > 0;
            Check($"trustedNetworks[{i}]", isNetwork,
                $"\"{Shown(texts[i])}\" is no network: write it as 192.0.2.0/24, with nothing but zeros behind its length, and a length of 1 at least; or as one address.");
            if (isNetwork)
                networks.Add(network);
        }
        return networks;
    }

    // IPAddress reads "1" as an address too, which nobody means.
    private static string AsNetwork(string text) =>
        text.AsSpan().IndexOfAny('.', ':') >= 0 && IPAddress.TryParse(text, out var one) ? $"{one}/{(one.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)}" : text;

    private Money? Amount(string field, Money? amount, string currency)
    {
        if (amount is { } given)
            Check(field, given.MicroUnits >= 0 && given.Currency == currency, $"This is an amount of {Shown(currency)}, not below zero.");
        return amount;
    }

    private int? Hour(int? messages)
    {
        Check("limits.hourMessages", messages is null or >= 0, "This is a number of messages, not below zero.");
        return messages;
    }

    private string[] Countries(IReadOnlyList<string>? codes)
    {
        if (codes is null or [])
            return [];
        if (codes is ["*"])
            return ["*"];
        for (var i = 0; i < codes.Count; i++)
            Check($"limits.countries[{i}]", NumberPlan.IsCountry(codes[i].ToUpperInvariant()), $"\"{Shown(codes[i])}\" is no country of ISO 3166. \"*\" stands alone, for all.");
        return [.. codes.Select(c => c.ToUpperInvariant()).Distinct()];
    }

    private static string Shown(string text) => new([.. text.Take(60).Where(c => !char.IsControl(c))]);

    [GeneratedRegex("^[a-z]{2}$")]
    private static partial Regex TwoLetters();

    [GeneratedRegex("^[0-9+ ]{1,20}$")]
    private static partial Regex CsidText();

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}$")]
    private static partial Regex Plan();
}
