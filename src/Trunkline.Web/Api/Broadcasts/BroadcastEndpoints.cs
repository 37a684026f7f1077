using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Trunkline.Core;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web.Api.Broadcasts;

/// <summary><c>/v1/broadcasts</c>.</summary>
public static class BroadcastEndpoints
{
    // As large as a mail may be.
    private const long MaxDocumentBytes = 32 * 1024 * 1024;

    // A list at its longest; the reader of lists has the operator's own limit.
    private const long MaxListBytes = 50_000_000;

    /// <summary>What the endpoints need besides the gateway.</summary>
    public static IServiceCollection AddBroadcastApi(this IServiceCollection services) => services.AddSingleton<ListUpload>().AddSingleton<BroadcastForm>().AddSingleton<BroadcastIntake>();

    public static void MapBroadcastEndpoints(this RouteGroupBuilder api)
    {
        var broadcasts = api.MapGroup("/broadcasts").WithTags("broadcasts");
        api.MapPost("/broadcasts", OrderAsync).WithTags("broadcasts").ForCustomers().WithBodyLimit(MaxDocumentBytes + MaxListBytes).Accepts<IFormFile>("multipart/form-data")
            .Produces<BroadcastView>(StatusCodes.Status202Accepted).Produces<ApiProblem>(StatusCodes.Status409Conflict, ApiProblem.ContentType).WithName("createBroadcast")
            .WithSummary("Sends documents to a list: fields list or listName, files or text, subject, cover and its fields, at, perMinute, atOnce, start.");
        api.MapGet("/broadcasts", ListAsync).WithTags("broadcasts").ForCustomers().Produces<Page<BroadcastView>>().WithName("listBroadcasts").WithSummary("Broadcasts, newest first.");
        broadcasts.MapGet("/{id}", ShowAsync).ForCustomers().Produces<BroadcastView>().WithName("getBroadcast").WithSummary("A broadcast and how far it is.");
        broadcasts.MapGet("/{id}/results.csv", ResultsAsync).ForCustomers().Produces<string>(contentType: "text/csv").WithName("getBroadcastResults")
            .WithSummary("What came of each row of the list.");
        Change(broadcasts, "start", (desk, broadcast, token) => desk.StartAsync(broadcast, token), "Starts one that waits for it, when the whole can be paid now.");
        Change(broadcasts, "pause", (desk, broadcast, token) => desk.PauseAsync(broadcast.Id, token), "Puts no more numbers into the queue, and holds what is there.");
        Change(broadcasts, "resume", (desk, broadcast, token) => desk.ResumeAsync(broadcast.Id, token), "Goes on with one that was paused.");
        Change(broadcasts, "cancel", (desk, broadcast, token) => desk.CancelAsync(broadcast.Id, token), "Ends all that is not on the line.");
        api.MapListEndpoints(MaxListBytes);
    }

    private static void Change(RouteGroupBuilder group, string verb, Func<BroadcastDesk, Broadcast, CancellationToken, Task<bool>> change, string summary) =>
        Change(group, verb, async (desk, broadcast, token) => (await change(desk, broadcast, token), null), summary);

    private static void Change(
        RouteGroupBuilder group, string verb, Func<BroadcastDesk, Broadcast, CancellationToken, Task<(bool IsDone, string? Refusal)>> change, string summary) =>
        group.MapPost($"/{{id}}/{verb}", async (ApiCaller caller, string id, IBroadcastStore store, BroadcastDesk desk, BroadcastPace pace, CustomerDirectory customers,
            TimeProvider time, CancellationToken cancellationToken) =>
        {
            if (await FindAsync(caller, id, store, cancellationToken) is not { } broadcast)
                return ApiProblem.NotFound($"broadcast {id}");
            var (isDone, refused) = await change(desk, broadcast, cancellationToken);
            if (!isDone)
                return ApiProblem.Conflict(refused ?? $"It is {broadcast.State.ToString().ToLowerInvariant()}: it cannot {verb} now.");
            var now = await store.FindAsync(broadcast.Id, cancellationToken) ?? broadcast;
            return Results.Ok(await BroadcastView.OfAsync(now, store, pace, customers, time, cancellationToken));
        }).ForCustomers().Produces<BroadcastView>().WithName(verb + "Broadcast").WithSummary(summary);

    private static async Task<IResult> OrderAsync(HttpContext context, ApiCaller caller, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        BroadcastForm form, BroadcastIntake intake, CancellationToken cancellationToken)
    {
        var (key, malformed) = IdempotencyKey.Read(context.Request);
        if (malformed is not null)
            return malformed;
        var (sender, order, problem) = await form.ReadAsync(context.Request, caller, cancellationToken);
        if (order is null)
            return problem!;
        try
        {
            return await intake.AcceptAsync(context, sender!, order, key, cancellationToken);
        }
        finally
        {
            BroadcastForm.Clean(order);
        }
    }

    private static async Task<IResult> ListAsync(ApiCaller caller, IBroadcastStore store, BroadcastPace pace, CustomerDirectory customers, TimeProvider time,
        [AsParameters] PageQuery page, CancellationToken cancellationToken)
    {
        if (page.Refusal() is { } refusal)
            return refusal;
        MessageId? before = null;
        if (page.After is { } after)
        {
            if (!MessageId.TryParse(after, out var id))
                return PageQuery.UnknownCursor();
            before = id;
        }
        var views = new List<BroadcastView>();
        foreach (var broadcast in await store.ListAsync(caller.OnlyCustomer, before, page.Size + 1, cancellationToken))
            views.Add(await BroadcastView.OfAsync(broadcast, store, pace, customers, time, cancellationToken));
        return Results.Ok(page.Cut(views, v => v.Id.ToString()));
    }

    private static async Task<IResult> ShowAsync(ApiCaller caller, string id, IBroadcastStore store, BroadcastPace pace, CustomerDirectory customers, TimeProvider time,
        CancellationToken cancellationToken) => await FindAsync(caller, id, store, cancellationToken) is { } broadcast
            ? Results.Ok(await BroadcastView.OfAsync(broadcast, store, pace, customers, time, cancellationToken))
            : ApiProblem.NotFound($"broadcast {id}");

    private static async Task<IResult> ResultsAsync(ApiCaller caller, string id, IBroadcastStore store, BroadcastCsv csv, CancellationToken cancellationToken) =>
        await FindAsync(caller, id, store, cancellationToken) is { } broadcast
            ? Results.Stream(stream => csv.WriteAsync(broadcast, stream, cancellationToken), "text/csv; charset=utf-8", $"broadcast-{broadcast.Id}.csv")
            : ApiProblem.NotFound($"broadcast {id}");

    private static async Task<Broadcast?> FindAsync(ApiCaller caller, string id, IBroadcastStore store, CancellationToken cancellationToken) =>
        MessageId.TryParse(id, out var parsed) && await store.FindAsync(parsed, cancellationToken) is { } found && caller.MaySee(found.CustomerKey) ? found : null;
}
