using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Trunkline.Gateway;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Webhooks;

namespace Trunkline.Web.Api;

/// <summary>A webhook to be added.</summary>
/// <param name="Url">Where events are posted.</param>
/// <param name="Events">Which; left out, all.</param>
public sealed record NewWebhook(string Url, IReadOnlyList<string>? Events = null, string? Description = null);

/// <summary>A webhook.</summary>
public sealed record WebhookView
{
    public required long Id { get; init; }

    /// <summary>Whose events; left out for the operator's, which is told of all.</summary>
    public required string? Customer { get; init; }

    public required string Url { get; init; }
    public required IReadOnlyList<string> Events { get; init; }
    public required string? Description { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when no delivery went well.</summary>
    public required DateTimeOffset? FailingSince { get; init; }

    /// <summary>When it was given up; it is told nothing until it is enabled.</summary>
    public required DateTimeOffset? DisabledAt { get; init; }

    public required string? DisabledReason { get; init; }

    /// <summary>Signs what is sent; shown once, when the webhook is added.</summary>
    public string? Secret { get; init; }
}

/// <summary><c>/v1/webhooks</c>: who is told of events.</summary>
public static class WebhookEndpoints
{
    private const int MaxUrlLength = 2000;
    private const int MaxDescriptionLength = 200;

    public static void MapWebhookEndpoints(this RouteGroupBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").ForCustomers().WithTags("webhooks");
        webhooks.MapPost("", AddAsync).Produces<WebhookView>(StatusCodes.Status201Created).Produces<ApiProblem>(StatusCodes.Status409Conflict, ApiProblem.ContentType)
            .WithName("addWebhook").WithSummary("Be told of events at an address. The answer holds the secret, once.");
        webhooks.MapGet("", List).Produces<Page<WebhookView>>().WithName("listWebhooks").WithSummary("The webhooks, oldest first.");
        webhooks.MapGet("/{id:long}", (long id, ApiCaller caller, WebhookBook book, CustomerDirectory customers) =>
                Find(id, caller, book) is { } webhook ? Results.Ok(View(webhook, customers)) : NotFound(id))
            .Produces<WebhookView>().WithName("getWebhook").WithSummary("A webhook, and how it stands with it.");
        webhooks.MapDelete("/{id:long}", RemoveAsync).Produces(StatusCodes.Status204NoContent).WithName("removeWebhook").WithSummary("Be told no more.");
        webhooks.MapPost("/{id:long}/enable", EnableAsync).Produces<WebhookView>().Produces<ApiProblem>(StatusCodes.Status409Conflict, ApiProblem.ContentType)
            .WithName("enableWebhook").WithSummary("Tell one again that was given up, of events from now on.");
    }

    private static async Task<IResult> AddAsync(NewWebhook body, ApiCaller caller, IWebhookStore store, WebhookBook book, CustomerDirectory customers, TimeProvider time,
        IOptions<GatewayOptions> options, CancellationToken cancellationToken)
    {
        var limits = options.Value.Webhooks;
        if (body.Url.Length > MaxUrlLength || !Uri.TryCreate(body.Url, UriKind.Absolute, out var url))
            return ApiProblem.Refused("url", "An address begins with https://.");
        if (ReachableAddresses.Refusal(url, limits.AllowPrivate) is { } refusal)
            return ApiProblem.Refused("url", refusal);
        if (body.Description is { Length: > MaxDescriptionLength })
            return ApiProblem.Refused("description", $"A description has at most {MaxDescriptionLength} characters.");
        var events = (body.Events ?? Webhook.KnownEvents).Distinct(StringComparer.Ordinal).ToList();
        if (events.Count == 0)
            return ApiProblem.Refused("events", "Name at least one event, or leave the member out for all.");
        if (events.FindIndex(e => !Webhook.KnownEvents.Contains(e)) is >= 0 and var unknown)
            return ApiProblem.Refused($"events[{unknown}]", $"An event is one of {string.Join(", ", Webhook.KnownEvents)}.");
        var added = await store.AddAsync(new Webhook
        {
            Id = 0,
            CustomerKey = caller.OnlyCustomer,
            Url = url,
            Events = events,
            Description = body.Description ?? "",
            Secret = WebhookSignature.MakeSecret(),
            CreatedAt = time.GetUtcNow(),
        }, limits.MaxPerCustomer, cancellationToken);
        if (added is null)
            return ApiProblem.Conflict($"There are {limits.MaxPerCustomer} webhooks already. Remove one first.");
        await book.ReloadAsync(cancellationToken);
        return Results.Created($"{ApiGate.Path}/webhooks/{added.Id}", View(added, customers) with { Secret = added.Secret });
    }

    private static IResult List(ApiCaller caller, WebhookBook book, CustomerDirectory customers, [AsParameters] PageQuery page)
    {
        if (page.Refusal() is { } refusal)
            return refusal;
        long after = 0;
        if (page.After is not null && !long.TryParse(page.After, out after))
            return PageQuery.UnknownCursor();
        var found = book.All.Values.Where(w => w.Id > after && IsOf(w, caller)).OrderBy(w => w.Id).Take(page.Size + 1).Select(w => View(w, customers)).ToList();
        return Results.Ok(page.Cut(found, w => w.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static async Task<IResult> RemoveAsync(long id, ApiCaller caller, IWebhookStore store, WebhookBook book, CancellationToken cancellationToken)
    {
        if (Find(id, caller, book) is null || !await store.RemoveAsync(id, cancellationToken))
            return NotFound(id);
        await book.ReloadAsync(cancellationToken);
        return Results.NoContent();
    }

    private static async Task<IResult> EnableAsync(long id, ApiCaller caller, IWebhookStore store, WebhookBook book, CustomerDirectory customers, CancellationToken cancellationToken)
    {
        if (Find(id, caller, book) is null)
            return NotFound(id);
        if (!await store.EnableAsync(id, cancellationToken))
            return ApiProblem.Conflict("It is enabled.");
        await book.ReloadAsync(cancellationToken);
        return Find(id, caller, book) is { } enabled ? Results.Ok(View(enabled, customers)) : NotFound(id);
    }

    private static Webhook? Find(long id, ApiCaller caller, WebhookBook book) => book.All.GetValueOrDefault(id) is { } webhook && IsOf(webhook, caller) ? webhook : null;

    private static bool IsOf(Webhook webhook, ApiCaller caller) => caller.IsOperator || webhook.CustomerKey == caller.Customer!.Key;

    private static IResult NotFound(long id) => ApiProblem.NotFound($"webhook {id}");

    private static WebhookView View(Webhook webhook, CustomerDirectory customers) => new()
    {
        Id = webhook.Id,
        Customer = webhook.CustomerKey is { } key ? customers.Find(key)?.EmailAddress : null,
        Url = webhook.Url.AbsoluteUri,
        Events = webhook.Events,
        Description = webhook.Description.Length == 0 ? null : webhook.Description,
        CreatedAt = webhook.CreatedAt,
        FailingSince = webhook.FailingSince,
        DisabledAt = webhook.DisabledAt,
        DisabledReason = webhook.DisabledReason,
    };
}
