using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trunkline.Core;
using Trunkline.Gateway.Resources;

namespace Trunkline.Web.Api;

/// <summary>A resource as it stands.</summary>
public sealed record ResourceView
{
    public required string Name { get; init; }
    public required MessageType Type { get; init; }
    public required string Address { get; init; }
    public required ResourceMode Mode { get; init; }

    /// <summary>Of two that cost the same the one with the lower number is used.</summary>
    public required int Preference { get; init; }

    /// <summary>Why nothing can be sent to it now; left out when something can.</summary>
    public required string? Unavailable { get; init; }

    /// <summary>Channels that it has, and how many it says are busy.</summary>
    public required int Channels { get; init; }

    public required int Busy { get; init; }

    /// <summary>Messages that it holds.</summary>
    public required int Open { get; init; }

    /// <summary>Messages that wait there for a channel.</summary>
    public required int QueueIn { get; init; }

    /// <summary>Its receipts that are not acknowledged.</summary>
    public required int QueueOut { get; init; }

    public required DateTimeOffset? LastContact { get; init; }

    /// <summary>Attempts that ended since the server began, and how many of them delivered.</summary>
    public required int Ended { get; init; }

    public required int Delivered { get; init; }

    internal static ResourceView Of((ResourceModel Model, ResourceStanding Standing) r) => new()
    {
        Name = r.Model.Name,
        Type = r.Model.Type,
        Address = r.Model.Address.ToString(),
        Mode = r.Standing.Mode,
        Preference = r.Model.Preference,
        Unavailable = r.Standing.Unavailable,
        Channels = r.Standing.Channels,
        Busy = r.Standing.Busy,
        Open = r.Standing.Open,
        QueueIn = r.Standing.QueueIn,
        QueueOut = r.Standing.QueueOut,
        LastContact = r.Standing.LastContact,
        Ended = r.Standing.Ended,
        Delivered = r.Standing.Delivered,
    };
}

/// <summary>A resource to be added.</summary>
/// <param name="Type">Left out for a fax.</param>
/// <param name="Preference">Left out for 100; the lower is preferred.</param>
public sealed record ResourceRequest(string Name, string Address, MessageType? Type = null, string? CertificateSha256 = null, int? Preference = null);

/// <summary>What is to be another of a resource.</summary>
/// <param name="Preference">Of two that cost the same the one with the lower number is used.</param>
public sealed record ResourceChange(int Preference);

/// <summary>A resource that was added. The passwords are shown this once.</summary>
/// <param name="RouterPassword">What we say to it: a line of its file of router passwords.</param>
/// <param name="ResourcePassword">What it says to us.</param>
public sealed record AddedResource(ResourceView Resource, string RouterPassword, string ResourcePassword);

/// <summary><c>/v1/resources</c>: the operator's.</summary>
public static class ResourceEndpoints
{
    public static void MapResourceEndpoints(this RouteGroupBuilder api)
    {
        var resources = api.MapGroup("").WithTags("resources");
        resources.MapGet("/resources", (ResourceDesk desk) => Results.Ok(new Page<ResourceView>([.. desk.List().Select(ResourceView.Of)], null)))
            .Produces<Page<ResourceView>>().WithName("listResources").WithSummary("All resources, as they stand.");
        resources.MapGet("/resources/{name}", (string name, ResourceDesk desk) => Shown(desk, name)).Produces<ResourceView>().WithName("getResource").WithSummary("A resource as it stands.");
        resources.MapPost("/resources", AddAsync).Produces<AddedResource>(StatusCodes.Status201Created).WithName("addResource")
            .WithSummary("Add a resource; the answer holds its passwords, this once.");
        resources.MapPost("/resources/{name}/pause", (string name, ResourceDesk desk, CancellationToken token) => ChangeAsync(desk, name, desk.PauseAsync(name, token)))
            .Produces<ResourceView>().WithName("pauseResource").WithSummary("It takes nothing new until it is resumed.");
        resources.MapPost("/resources/{name}/resume", (string name, ResourceDesk desk, CancellationToken token) => ChangeAsync(desk, name, desk.ResumeAsync(name, token)))
            .Produces<ResourceView>().WithName("resumeResource").WithSummary("It takes messages again.");
        resources.MapPost("/resources/{name}/drain", (string name, ResourceDesk desk, CancellationToken token) => ChangeAsync(desk, name, desk.DrainAsync(name, token)))
            .Produces<ResourceView>().WithName("drainResource").WithSummary("It takes nothing new, finishes what it has, and may then be removed.");
        resources.MapPatch("/resources/{name}", PreferAsync).Produces<ResourceView>().WithName("changeResource")
            .WithSummary("Another preference: of two that cost the same the one with the lower number is used.");
        resources.MapDelete("/resources/{name}", RemoveAsync).Produces(StatusCodes.Status204NoContent).Produces<ApiProblem>(StatusCodes.Status409Conflict, ApiProblem.ContentType)
            .WithName("removeResource").WithSummary("Remove a resource that is drained; force=true: whatever it holds becomes uncertain.");
    }

    private static async Task<IResult> AddAsync(ResourceRequest asked, ResourceDesk desk, CancellationToken cancellationToken)
    {
        var answer = await desk.AddAsync(
            new NewResource(asked.Name, asked.Type ?? MessageType.Fax, asked.Address, asked.CertificateSha256, asked.Preference), cancellationToken);
        return answer.Passwords is { } passwords && desk.Find(asked.Name) is { } added
            ? Results.Created($"{ApiGate.Path}/resources/{asked.Name}", new AddedResource(ResourceView.Of(added), passwords.Router, passwords.Own))
            : ApiProblem.Refused(answer.Field, answer.Reason);
    }

    private static async Task<IResult> ChangeAsync(ResourceDesk desk, string name, Task<ResourceWord> change) =>
        (await change).IsDone ? Shown(desk, name) : Missing(name);

    private static async Task<IResult> PreferAsync(string name, ResourceChange change, ResourceDesk desk, CancellationToken cancellationToken)
    {
        var answer = await desk.PreferAsync(name, change.Preference, cancellationToken);
        if (answer.IsDone)
            return Shown(desk, name);
        return answer.IsKnown ? ApiProblem.Refused(answer.Field, answer.Reason) : Missing(name);
    }

    private static async Task<IResult> RemoveAsync(string name, bool? force, ResourceDesk desk, CancellationToken cancellationToken)
    {
        var answer = await desk.RemoveAsync(name, force ?? false, cancellationToken);
        if (answer.IsDone)
            return Results.NoContent();
        return answer.IsKnown ? ApiProblem.Conflict(answer.Reason) : Missing(name);
    }

    private static IResult Shown(ResourceDesk desk, string name) => desk.Find(name) is { } found ? Results.Ok(ResourceView.Of(found)) : Missing(name);

    private static IResult Missing(string name) => ApiProblem.NotFound("resource " + new string([.. name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_').Take(40)]));
}
