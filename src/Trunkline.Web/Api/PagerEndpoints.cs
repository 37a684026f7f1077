using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Filter;
using Trunkline.Gateway.Text;

namespace Trunkline.Web.Api;

/// <summary>A pager; its PIN is never told.</summary>
public sealed record PagerView(
    string Name, PagerType Type, string? Bbs, string Number, bool HasPin, PagerDisplay Display, int MaxLength, PageFold Fold, string Template, string Code);

/// <summary>The pagers of a customer.</summary>
public sealed record PagerList(string Customer, IReadOnlyList<PagerView> Items);

/// <summary>A pager as it is to be; what is left out is what its type has.</summary>
public sealed record NewPager(
    PagerType Type, string Number, string? Bbs = null, string? Pin = null, PagerDisplay? Display = null, int? MaxLength = null, PageFold? Fold = null,
    string? Template = null, string? Code = null, string? Customer = null);

/// <summary><c>/v1/pagers</c>: a customer's own pagers; an operator's for any customer.</summary>
public static class PagerEndpoints
{
    // Nobody carries more; and each is read into memory.
    private const int MaxPagers = 100;

    public static void MapPagerEndpoints(this RouteGroupBuilder api)
    {
        api.MapGet("/pagers", (ApiCaller caller, [FromQuery] string? customer, CustomerDirectory customers, FilterDirectory filters) =>
                FilterEndpoints.OwnerOf(caller, customer, customers, out var owner)
                ?? Results.Ok(new PagerList(owner.EmailAddress, [.. filters.Of(owner.Key).Pagers.Select(View)])))
            .ForCustomers().Produces<PagerList>().WithTags("pagers").WithName("listPagers").WithSummary("The pagers of a customer.");
        api.MapPut("/pagers/{name}", SaveAsync)
            .ForCustomers().Produces<PagerView>().WithTags("pagers").WithName("savePager").WithSummary("Adds a pager, or changes the one of this name.");
        api.MapDelete("/pagers/{name}", RemoveAsync)
            .ForCustomers().Produces(StatusCodes.Status204NoContent).WithTags("pagers").WithName("removePager").WithSummary("Removes a pager that no rule names.");
    }

    private static async Task<IResult> SaveAsync(
        ApiCaller caller, string name, NewPager body, CustomerDirectory customers, FilterDirectory filters, IFilterStore store, CancellationToken cancellationToken)
    {
        if (FilterEndpoints.OwnerOf(caller, body.Customer, customers, out var owner) is { } problem)
            return problem;
        var format = new PagerFormat(body.Type, body.Number, body.Bbs, body.Pin, body.Display, body.MaxLength, body.Fold, body.Template, body.Code);
        if (!format.TryMake(owner.Key, owner.Country, name, out var pager, out var field, out var error))
            return ApiProblem.Refused(field, error);
        var filter = filters.Of(owner.Key);
        if (filter.Find(name) is null && filter.Pagers.Count >= MaxPagers)
            return ApiProblem.Conflict($"A customer has {MaxPagers} pagers at most.");
        await store.SavePagerAsync(pager, cancellationToken);
        await filters.ReloadAsync(cancellationToken);
        return Results.Ok(View(pager));
    }

    private static async Task<IResult> RemoveAsync(
        ApiCaller caller, string name, [FromQuery] string? customer, CustomerDirectory customers, FilterDirectory filters, IFilterStore store,
        CancellationToken cancellationToken)
    {
        if (FilterEndpoints.OwnerOf(caller, customer, customers, out var owner) is { } problem)
            return problem;
        var used = filters.Of(owner.Key).Rules.FirstOrDefault(r => r.Actions.OfType<FilterAction.Notify>().Any(n => n.Pager.Equals(name, StringComparison.OrdinalIgnoreCase)));
        if (used is not null)
            return ApiProblem.Conflict($"The rule \"{used.Name}\" tells this pager. Change the rule first.");
        if (!await store.RemovePagerAsync(owner.Key, name, cancellationToken))
            return ApiProblem.NotFound($"pager {name}");
        await filters.ReloadAsync(cancellationToken);
        return Results.NoContent();
    }

    private static PagerView View(Pager p) =>
        new(p.Name, p.Type, p.BbsNumber?.E164, p.Number, p.Pin is not null, p.Display, p.MaxLength, p.Fold, p.Template, p.Code);
}
