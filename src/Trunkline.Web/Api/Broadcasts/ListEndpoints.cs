using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using System.Text.RegularExpressions;
using Trunkline.Core;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web.Api.Broadcasts;

/// <summary>A list that is kept.</summary>
public sealed record ListView(string Name, int Rows, DateTimeOffset CreatedAt);

/// <summary>A number that broadcasts do not call.</summary>
public sealed record DoNotCallView(string Number, string Source, DateTimeOffset AddedAt);

/// <summary>Numbers that are not to be called.</summary>
/// <param name="Numbers">At most 1000; more by <c>POST /v1/do-not-call/import</c>.</param>
/// <param name="Source">Who asked for it; <c>opt-out</c> when left out.</param>
public sealed record NewDoNotCall(IReadOnlyList<PhoneNumber> Numbers, string? Source = null);

/// <summary>How many were new.</summary>
public sealed record AddedView(int Added, int Known);

/// <summary><c>/v1/lists</c> and <c>/v1/do-not-call</c>. An operator names whose; numbers of nobody's are those that nobody's broadcasts call.</summary>
public static partial class ListEndpoints
{
    private const int MaxNumbers = 1000;
    private const int MaxSourceLength = 100;

    public static void MapListEndpoints(this RouteGroupBuilder api, long maxListBytes)
    {
        var lists = api.MapGroup("/lists").WithTags("lists");
        api.MapGet("/lists", ListAsync).WithTags("lists").ForCustomers().Produces<Page<ListView>>().WithName("listLists").WithSummary("The caller's lists.");
        lists.MapPut("/{name}", PutAsync).ForCustomers().WithBodyLimit(maxListBytes).Accepts<string>("text/csv").Produces<ListView>().WithName("putList")
            .WithSummary("Keeps a list (CSV with a head row), in place of one of this name. A list with a bad row is refused whole.");
        lists.MapDelete("/{name}", DeleteAsync).ForCustomers().Produces(StatusCodes.Status204NoContent).WithName("deleteList").WithSummary("Removes a list.");

        var numbers = api.MapGroup("/do-not-call").WithTags("do-not-call");
        api.MapGet("/do-not-call", NumbersAsync).WithTags("do-not-call").ForCustomers().Produces<Page<DoNotCallView>>().WithName("listDoNotCall").WithSummary("Numbers that broadcasts do not call.");
        api.MapPost("/do-not-call", AddAsync).WithTags("do-not-call").ForCustomers().Produces<AddedView>().WithName("addDoNotCall").WithSummary("Somebody asked not to be called.");
        numbers.MapPost("/import", ImportAsync).ForCustomers().WithBodyLimit(maxListBytes).Accepts<string>("text/csv").Produces<AddedView>().WithName("importDoNotCall")
            .WithSummary("Numbers from CSV with a head row; those that are there stay.");
        numbers.MapDelete("/{number}", RemoveAsync).ForCustomers().Produces(StatusCodes.Status204NoContent).WithName("removeDoNotCall")
            .WithSummary("A number may be called again.");
    }

    private static async Task<IResult> ListAsync(ApiCaller caller, [FromQuery] string? customer, CustomerDirectory customers, IBroadcastListStore store,
        [AsParameters] PageQuery page, CancellationToken cancellationToken)
    {
        if ((FilterEndpoints.OwnerOf(caller, customer, customers, out var owner) ?? page.Refusal()) is { } refusal)
            return refusal;
        var all = await store.ListAsync(owner.Key, cancellationToken);
        var from = all.Where(l => page.After is null || string.Compare(l.Name, page.After, StringComparison.OrdinalIgnoreCase) > 0).Take(page.Size + 1);
        return Results.Ok(page.Cut([.. from.Select(View)], v => v.Name));
    }

    private static async Task<IResult> PutAsync(ApiCaller caller, string name, [FromQuery] string? customer, CustomerDirectory customers, HttpRequest request,
        ListUpload upload, IBroadcastListStore store, MessageIdSource ids, TimeProvider time, CancellationToken cancellationToken)
    {
        if (FilterEndpoints.OwnerOf(caller, customer, customers, out var owner) is { } refusal)
            return refusal;
        if (!Names().IsMatch(name))
            return ApiProblem.Refused("name", "The name of a list has up to 40 small letters, digits and dashes.");
        var (rows, problem) = await upload.ReadAsync(request.Body, "list", owner.Country, cancellationToken);
        if (rows is null)
            return problem!;
        var now = time.GetUtcNow();
        await store.SaveAsync(ids.Next().Value, owner.Key, name, rows, now, CancellationToken.None);
        return Results.Ok(new ListView(name, rows.Count, now));
    }

    private static async Task<IResult> DeleteAsync(ApiCaller caller, string name, [FromQuery] string? customer, CustomerDirectory customers, IBroadcastListStore store,
        TimeProvider time, CancellationToken cancellationToken) =>
        FilterEndpoints.OwnerOf(caller, customer, customers, out var owner) ?? (await store.RemoveAsync(owner.Key, name, time.GetUtcNow(), cancellationToken)
            ? Results.NoContent()
            : ApiProblem.NotFound($"list \"{name}\""));

    private static async Task<IResult> NumbersAsync(ApiCaller caller, [FromQuery] string? customer, CustomerDirectory customers, IBroadcastListStore store,
        [AsParameters] PageQuery page, CancellationToken cancellationToken)
    {
        if ((OwnerOf(caller, customer, customers, out var owner) ?? page.Refusal()) is { } refusal)
            return refusal;
        var rows = await store.DoNotCallAsync(owner?.Key ?? 0, page.After, page.Size + 1, cancellationToken);
        return Results.Ok(page.Cut([.. rows.Select(r => new DoNotCallView(r.Number, r.Source, r.AddedAt))], v => v.Number));
    }

    private static async Task<IResult> AddAsync(ApiCaller caller, [FromQuery] string? customer, CustomerDirectory customers, NewDoNotCall asked,
        IBroadcastListStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (OwnerOf(caller, customer, customers, out var owner) is { } refusal)
            return refusal;
        if (asked.Numbers.Count is 0 or > MaxNumbers)
            return ApiProblem.Refused("numbers", $"1 to {MaxNumbers} numbers are taken at once.");
        if (asked.Source is { } source && (source.Length is 0 or > MaxSourceLength || source.Any(char.IsControl)))
            return ApiProblem.Refused("source", $"A source is a line of at most {MaxSourceLength} characters.");
        var added = await store.AddDoNotCallAsync(owner?.Key ?? 0, asked.Numbers, asked.Source ?? "opt-out", time.GetUtcNow(), cancellationToken);
        return Results.Ok(new AddedView(added, asked.Numbers.Count - added));
    }

    private static async Task<IResult> ImportAsync(ApiCaller caller, [FromQuery] string? customer, CustomerDirectory customers, HttpRequest request,
        ListUpload upload, IBroadcastListStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (OwnerOf(caller, customer, customers, out var owner) is { } refusal)
            return refusal;
        var (rows, problem) = await upload.ReadAsync(request.Body, "list", owner?.Country ?? "US", cancellationToken);
        if (rows is null)
            return problem!;
        var added = await store.AddDoNotCallAsync(owner?.Key ?? 0, [.. rows.Select(r => r.Number)], "import", time.GetUtcNow(), CancellationToken.None);
        return Results.Ok(new AddedView(added, rows.Count - added));
    }

    private static async Task<IResult> RemoveAsync(ApiCaller caller, string number, [FromQuery] string? customer, CustomerDirectory customers,
        IBroadcastListStore store, CancellationToken cancellationToken) =>
        OwnerOf(caller, customer, customers, out var owner)
            ?? (PhoneNumber.TryParse(number, "US", out var parsed) && await store.RemoveDoNotCallAsync(owner?.Key ?? 0, parsed, cancellationToken)
                ? Results.NoContent()
                : ApiProblem.NotFound($"number {number}"));

    // An operator who names nobody means everybody's numbers, also with a key of the demonstration, which is a customer's as well.
    private static IResult? OwnerOf(ApiCaller caller, string? address, CustomerDirectory customers, out Customer? owner)
    {
        owner = null;
        if (address is null && caller.OnlyCustomer is null)
            return null;
        var problem = FilterEndpoints.OwnerOf(caller, address, customers, out var named);
        owner = named;
        return problem;
    }

    private static ListView View(BroadcastList list) => new(list.Name, list.Rows, list.CreatedAt);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$")]
    private static partial Regex Names();
}
