using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Trunkline.Gateway.Covers;

namespace Trunkline.Web.Api.Covers;

/// <summary>A cover page in a list.</summary>
/// <param name="IsShared">Everybody may use it.</param>
/// <param name="IsShipped">It comes with the program.</param>
/// <param name="HasLogo">It has one of its own.</param>
public sealed record CoverView(string Name, bool IsShared, bool IsShipped, bool HasLogo, DateTimeOffset? CreatedAt);

/// <summary>A cover page to be stored.</summary>
/// <param name="Template">HTML with <c>{{fields}}</c>.</param>
/// <param name="Logo">Of its own, base64 of PNG, JPEG or SVG; left out for the customer's.</param>
public sealed record NewCover(string Template, byte[]? Logo = null);

/// <summary>What to show.</summary>
/// <param name="Name">A cover page that is stored; or <paramref name="Template"/>, one that is not.</param>
public sealed record CoverPreview(string? Name = null, string? Template = null, byte[]? Logo = null, CoverFields? Fields = null);

/// <summary>A logo: base64 of PNG, JPEG or SVG.</summary>
public sealed record NewLogo(byte[] Content);

/// <summary><c>/v1/covers</c> and <c>/v1/logo</c>.</summary>
public static class CoverEndpoints
{
    // A template and a logo at their largest, as JSON.
    private const long MaxBody = 1_000_000;

    public static void MapCoverEndpoints(this RouteGroupBuilder api)
    {
        var covers = api.MapGroup("/covers").WithTags("covers");
        api.MapGet("/covers", List).WithTags("covers").ForCustomers().Produces<Page<CoverView>>().WithName("listCovers").WithSummary("Cover pages that may be used.");
        covers.MapPut("/{name}", PutAsync).ForCustomers().WithBodyLimit(MaxBody).Produces(StatusCodes.Status204NoContent).WithName("putCover")
            .WithSummary("Stores a cover page, in place of one of this name. It is printed once, with long fields, before it is stored.");
        covers.MapDelete("/{name}", DeleteAsync).ForCustomers().Produces(StatusCodes.Status204NoContent).WithName("deleteCover")
            .WithSummary("Removes a cover page. Messages that name it keep it.");
        covers.MapPost("/preview", PreviewAsync).ForCustomers().WithBodyLimit(MaxBody).Produces<byte[]>(contentType: "image/png").WithName("previewCover")
            .WithSummary("A cover page as a PNG, as a fax machine would print it.");
        api.MapPut("/logo", PutLogoAsync).ForCustomers().WithBodyLimit(MaxBody).Produces(StatusCodes.Status204NoContent).WithTags("covers").WithName("putLogo")
            .WithSummary("Sets the logo on the caller's cover pages.");
        api.MapDelete("/logo", DeleteLogoAsync).ForCustomers().Produces(StatusCodes.Status204NoContent).WithTags("covers").WithName("deleteLogo")
            .WithSummary("Takes the logo away.");
    }

    private static IResult List(ApiCaller caller, CoverDirectory directory, [AsParameters] PageQuery page)
    {
        if (page.Refusal() is { } refusal)
            return refusal;
        var from = directory.Of(caller.Customer?.Key ?? 0).DistinctBy(c => c.Name.ToLowerInvariant())
            .Where(c => page.After is null || string.Compare(c.Name, page.After, StringComparison.OrdinalIgnoreCase) > 0).Take(page.Size + 1);
        return Results.Ok(page.Cut([.. from.Select(c => new CoverView(c.Name, c.CustomerKey is null, c.IsShipped, c.HasLogo, c.IsShipped ? null : c.CreatedAt))], v => v.Name));
    }

    private static async Task<IResult> PutAsync(ApiCaller caller, CoverDesk desk, string name, NewCover cover, CancellationToken cancellationToken)
    {
        CoverLogo? logo = null;
        if (cover.Logo is { } bytes && !CoverLogo.TryRead(bytes, out logo, out var reason))
            return ApiProblem.Refused("logo", reason);
        // An operator's cover page is everybody's.
        var error = await desk.AddAsync(caller.OnlyCustomer, name, cover.Template, logo, cancellationToken);
        return error is null ? Results.NoContent() : ApiProblem.Refused(error.Contains("name", StringComparison.Ordinal) ? "name" : "template", error);
    }

    private static async Task<IResult> DeleteAsync(ApiCaller caller, CoverDesk desk, string name, CancellationToken cancellationToken) =>
        await desk.RemoveAsync(caller.OnlyCustomer, name, cancellationToken)
            ? Results.NoContent()
            : ApiProblem.NotFound($"cover page \"{name}\" of yours");

    private static async Task<IResult> PreviewAsync(ApiCaller caller, CoverDesk desk, CoverPreview asked, CancellationToken cancellationToken)
    {
        if ((asked.Name is null) == (asked.Template is null))
            return ApiProblem.Refused("name", "Give the name of a cover page, or a template.");
        CoverLogo? logo = null;
        if (asked.Logo is { } bytes && !CoverLogo.TryRead(bytes, out logo, out var reason))
            return ApiProblem.Refused("logo", reason);
        var customer = caller.Customer?.Key ?? 0;
        var (png, error) = asked.Name is { } name
            ? await desk.PreviewAsync(customer, name, asked.Fields ?? CoverFields.None, cancellationToken)
            : await desk.PreviewTemplateAsync(customer, asked.Template!, logo, asked.Fields ?? CoverFields.None, cancellationToken);
        return png is null ? ApiProblem.Refused(asked.Name is null ? "template" : "name", error) : Results.Bytes(png, "image/png");
    }

    private static async Task<IResult> PutLogoAsync(ApiCaller caller, ICoverStore store, NewLogo asked, CancellationToken cancellationToken)
    {
        if (caller.Customer is not { } customer)
            return ApiProblem.Conflict("The operator has no logo; use a customer's key.");
        if (!CoverLogo.TryRead(asked.Content, out var logo, out var reason))
            return ApiProblem.Refused("content", reason);
        await store.SetLogoAsync(customer.Key, logo, cancellationToken);
        return Results.NoContent();
    }

    private static async Task<IResult> DeleteLogoAsync(ApiCaller caller, ICoverStore store, CancellationToken cancellationToken)
    {
        if (caller.Customer is { } customer)
            await store.SetLogoAsync(customer.Key, null, cancellationToken);
        return Results.NoContent();
    }
}
