using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Routing;

namespace Trunkline.Web.Api;

/// <summary>A deck of rates.</summary>
/// <param name="Resource">The name of the resource of a cost deck.</param>
/// <param name="Plan">The price plan of a price deck.</param>
/// <param name="State"><c>current</c>, <c>coming</c> or <c>replaced</c>.</param>
public sealed record RateDeckView(
    long Id, RateDeckKind Kind, string? Resource, string? Plan, MessageType Type, string Currency, string TimeZone, DateTimeOffset Effective,
    DateTimeOffset ImportedAt, string Source, int RateCount, string State);

/// <summary>A customer's rule for a resource.</summary>
public sealed record RouteRuleView(string Customer, string Resource, RouteRule Rule);

/// <summary>What a rule is to be; left out or null to take it away.</summary>
public sealed record RouteRuleChange(string Customer, string Resource, RouteRule? Rule = null);

/// <summary><c>/v1/rates</c>: decks, and why a number goes the way that it goes.</summary>
public static class RatesEndpoints
{
    // A million rows of a hundred characters, and some more.
    private const long MaxFile = 256L * 1024 * 1024;

    public static void MapRatesEndpoints(this RouteGroupBuilder api)
    {
        var rates = api.MapGroup("").WithTags("rates");
        rates.MapGet("/rates", ListAsync).Produces<Page<RateDeckView>>().WithName("listRateDecks").WithSummary("The decks, newest first.");
        rates.MapPost("/rates", ImportAsync).Accepts<string>("text/csv").WithBodyLimit(MaxFile).Produces<RateDeckView>(StatusCodes.Status201Created)
            .WithName("importRateDeck").WithSummary("Imports a rate file: whole, or not at all. Faults are named by line and column.");
        rates.MapDelete("/rates/{id}", RemoveAsync).Produces(StatusCodes.Status204NoContent).WithName("removeRateDeck")
            .WithSummary("Removes a deck; the one before it counts again.");
        rates.MapGet("/rates/explain", ExplainAsync).Produces<RouteExplanationView>().WithName("explainRoute")
            .WithSummary("Which resource would carry a message to a number now, at what cost and price, and why.");
        rates.MapGet("/rates/rules", RulesAsync).Produces<IReadOnlyList<RouteRuleView>>().WithName("listRouteRules").WithSummary("Which resources customers may use.");
        rates.MapPut("/rates/rules", SetRuleAsync).Produces(StatusCodes.Status204NoContent).WithName("setRouteRule")
            .WithSummary("Allows or denies a customer a resource; without a rule it may use every one.");
    }

    private static async Task<IResult> ListAsync(
        [AsParameters] PageQuery page, string? resource, string? plan, string? type, IRateStore store, ResourceRegistry resources, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (page.Refusal() is { } refusal)
            return refusal;
        long before = long.MaxValue;
        if (page.After is not null && !long.TryParse(page.After, out before))
            return PageQuery.UnknownCursor();
        if (!TryType(type, out var kind))
            return UnknownType();
        var all = await store.ListAsync(cancellationToken);
        var shown = all.Where(d => d.Id < before && (plan is null || d.PricePlan == plan) && (kind is null || d.Type == kind)
                && (resource is null || NameOf(resources, d.ResourceId) == resource))
            .OrderByDescending(d => d.Id).Take(page.Size + 1).Select(d => View(d, all, resources, time.GetUtcNow())).ToList();
        return Results.Ok(page.Cut(shown, d => d.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static async Task<IResult> ImportAsync(
        Stream body, string currency, string? resource, string? plan, string? type, string? effective, string? timeZone, string? source,
        RateImporter importer, IRateStore store, ResourceRegistry resources, CurrencyTable currencies, TimeProvider time, CancellationToken cancellationToken)
    {
        if (resource is null == plan is null)
            return ApiProblem.Refused("resource", "A deck is a resource's or a price plan's: give one of the two.");
        if (currencies.Fault(currency) is { } fault)
            return ApiProblem.Refused("currency", fault);
        if (!TryType(type, out var kind))
            return UnknownType();
        var now = time.GetUtcNow();
        var at = now;
        if (effective is not null && !ApiTime.TryRead(effective, out at))
            return ApiProblem.Malformed("effective", ApiTime.Expected);
        if (source?.Length > 200 || plan?.Length is 0 or > 100)
            return ApiProblem.Refused(plan?.Length is 0 or > 100 ? "plan" : "source", "A name of 1 to 100 characters, a source of up to 200.");
        var owner = resource is null ? null : resources.All.FirstOrDefault(r => r.Model.Name == resource);
        if (resource is not null && owner is null)
            return ApiProblem.Refused("resource", $"There is no resource {resource}.");
        var result = await importer.ImportAsync(body, new RateDeckInfo
        {
            Kind = owner is null ? RateDeckKind.Price : RateDeckKind.Cost,
            ResourceId = owner?.Model.Id,
            PricePlan = plan,
            Type = kind ?? owner?.Model.Type ?? MessageType.Fax,
            Currency = currency,
            TimeZone = timeZone ?? "UTC",
            Effective = at,
            Source = source ?? "",
        }, null, cancellationToken);
        if (result.Deck is not { } deck)
            return ApiProblem.Refused(Errors(result.Faults));
        return Results.Created($"/v1/rates/{deck.Id}", View(deck, await store.ListAsync(cancellationToken), resources, now));
    }

    private static async Task<IResult> RemoveAsync(long id, IRateStore store, RateKeeper keeper, CancellationToken cancellationToken)
    {
        if (!await store.RemoveAsync(id, cancellationToken))
            return ApiProblem.NotFound($"deck {id}");
        await keeper.ReloadAsync(cancellationToken);
        keeper.WakeSweep();
        return Results.NoContent();
    }

    private static IResult ExplainAsync(
        string number, int? pages, int? seconds, string? customer, string? type, string? resolution,
        ResourceRouter router, CustomerDirectory customers, BillingDesk billing, Microsoft.Extensions.Options.IOptions<GatewayOptions> options)
    {
        if (pages is < 0 or > 10_000)
            return ApiProblem.Refused("pages", "Pages are 0 to 10000.");
        if (seconds is < 0 or > 604_800)
            return ApiProblem.Refused("seconds", "Seconds are 0 to 604800, a week.");
        var payer = customer is null ? null : customers.Find(customer);
        if (customer is not null && payer is null)
            return ApiProblem.Refused("customer", $"There is no customer {customer}.");
        if (!QueryNumber.TryRead(number, payer?.Country ?? "US", out var destination))
            return ApiProblem.Refused("number", $"\"{(number.Length > 60 ? number[..60] : number)}\" is no telephone number. Write it as +12025550100.");
        if (!TryType(type, out var asked))
            return UnknownType();
        var fine = options.Value.Resolution;
        if (resolution is not null && (!Enum.TryParse(resolution, ignoreCase: true, out fine) || !resolution.All(char.IsAsciiLetter)))
            return ApiProblem.Malformed("resolution", "A resolution is standard, fine or superfine.");
        var kind = asked ?? MessageType.Fax;
        var usage = options.Value.Routing.Expect(kind, pages ?? 1, fine);
        if (seconds is { } given)
            usage = usage with { Duration = TimeSpan.FromSeconds(given) };
        var told = router.Explain(new RouteQuestion(kind, payer, destination.E164, usage, []));
        return Results.Ok(RouteExplanationView.Of(told, payer is null ? null : Refusal(new Sender(payer, null), kind, destination, told.End, billing)));
    }

    // What stops a message at intake comes before any route. Where there is no price, the explanation says why, which a refusal does not.
    private static string? Refusal(Sender sender, MessageType type, PhoneNumber number, RouteEnd end, BillingDesk billing) =>
        CustomerGate.Check(sender, number)?.Reason ?? (end == RouteEnd.NoPrice ? null : billing.Refusal(sender, type, number)?.Reason);

    private static async Task<IResult> RulesAsync(
        string? customer, IRouteStore store, CustomerDirectory customers, ResourceRegistry resources, CancellationToken cancellationToken) =>
        Results.Ok((await store.RulesAsync(cancellationToken))
            .Select(r => new RouteRuleView(customers.Find(r.CustomerKey)?.EmailAddress ?? "", NameOf(resources, r.ResourceId) ?? "", r.Rule))
            .Where(r => customer is null || r.Customer.Equals(customer, StringComparison.OrdinalIgnoreCase)).ToList());

    private static async Task<IResult> SetRuleAsync(
        RouteRuleChange change, IRouteStore store, RouteRules rules, CustomerDirectory customers, ResourceRegistry resources, CancellationToken cancellationToken)
    {
        if (customers.Find(change.Customer) is not { } customer)
            return ApiProblem.Refused("customer", $"There is no customer {change.Customer}.");
        if (resources.All.FirstOrDefault(r => r.Model.Name == change.Resource) is not { } resource)
            return ApiProblem.Refused("resource", $"There is no resource {change.Resource}.");
        await store.SetRuleAsync(customer.Key, resource.Model.Id, change.Rule, cancellationToken);
        await rules.ReloadAsync(cancellationToken);
        return Results.NoContent();
    }

    // In either case, as in the address of a mail; the framework reads the words of an enumeration only as the code writes them.
    private static bool TryType(string? text, out MessageType? type)
    {
        type = null;
        if (text is null)
            return true;
        if (!text.All(char.IsAsciiLetter) || !Enum.TryParse<MessageType>(text, ignoreCase: true, out var read))
            return false;
        type = read;
        return true;
    }

    private static IResult UnknownType() => ApiProblem.Malformed("type", "A type is fax, voice, notification or video.");

    private static RateDeckView View(RateDeckInfo deck, IReadOnlyList<RateDeckInfo> all, ResourceRegistry resources, DateTimeOffset now) => new(
        deck.Id, deck.Kind, deck.ResourceId is { } id ? NameOf(resources, id) ?? $"{id}" : null, deck.PricePlan, deck.Type, deck.Currency, deck.TimeZone,
        deck.Effective, deck.ImportedAt, deck.Source, deck.RateCount, deck.StateAmong(all, now).ToString().ToLowerInvariant());

    private static string? NameOf(ResourceRegistry resources, long? id) => id is { } known ? resources.Find(known)?.Model.Name : null;

    private static Dictionary<string, IReadOnlyList<string>> Errors(IReadOnlyList<RateFileFault> faults) => faults
        .GroupBy(f => f.Place).ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.Select(f => f.Reason)], StringComparer.Ordinal);
}
