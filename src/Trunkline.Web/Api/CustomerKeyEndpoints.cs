using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web.Api;

/// <summary>Keys and passwords of a customer and its users. The operator's.</summary>
internal static class CustomerKeyEndpoints
{
    private const int MinPassword = 12;
    private const string Keys = CustomerEndpoints.Root + "/{customer}/keys";

    public static void MapCustomerKeyEndpoints(this RouteGroupBuilder api)
    {
        api.MapGet(Keys, ListAsync).Produces<Page<KeyView>>().WithName("listKeys").WithSummary("Keys and passwords, without the secrets; revoked ones too");
        api.MapPost(Keys, AddAsync).Produces<MadeKey>(StatusCodes.Status201Created).WithName("addKey").WithSummary("Make a key, shown this once, or keep a password");
        api.MapDelete(Keys + "/{id:long}", RevokeAsync).Produces(StatusCodes.Status204NoContent).WithName("revokeKey").WithSummary("Revoke a key or a password, at once");
    }

    private static async Task<IResult> ListAsync(string customer, ICustomerRegister register, CustomerDirectory customers, CancellationToken cancellationToken)
    {
        if (CustomerEndpoints.Find(customers, customer) is not { } known)
            return ApiProblem.NotFound("customer");
        var users = customers.UsersOf(known.Key).ToDictionary(u => u.Key, u => u.EmailAddress);
        var keys = await register.SecretsAsync(known.Key, cancellationToken);
        return Results.Ok(new Page<KeyView>([.. keys.Select(k => new KeyView(
            k.Id, k.Kind, k.Scope, k.Name, k.UserKey is { } user ? users.GetValueOrDefault(user) : null, k.CreatedAt, k.LastUsedAt, k.RevokedAt))], null));
    }

    private static async Task<IResult> AddAsync(string customer, KeyBody body, KeyRing ring, CustomerDirectory customers, CancellationToken cancellationToken)
    {
        if (CustomerEndpoints.Find(customers, customer) is not { } known)
            return ApiProblem.NotFound("customer");
        var reader = new CustomerReader();
        var name = reader.Text("name", body.Name);
        reader.Check("name", name is not null, "This is needed.");
        var user = body.User is { } named ? CustomerUserEndpoints.FindUser(customers, known, named) : null;
        reader.Check("user", body.User is null || user is not null, "The customer has no such user.");
        reader.Check("password", body.Password is null or { Length: >= MinPassword and <= CustomerSecret.MaxLength },
            $"A password has {MinPassword} to {CustomerSecret.MaxLength} characters. Leave it out, and a key is made.");
        reader.Check("scope", body.Password is null || body.Scope == KeyScope.Send, "A password is for sending only.");
        if (reader.Problem is { } problem)
            return problem;
        if (body.Password is { } password)
        {
            return await ring.KeepPasswordAsync(new Sender(known, user), password, name!, cancellationToken) is { } kept
                ? Results.Created($"/v1{CustomerEndpoints.Root}/{known.Key}/keys", new MadeKey(kept.Id, kept.Kind, kept.Scope, kept.Name, null))
                : ApiProblem.Conflict("The customer has as many keys as it may, or has had this password before.");
        }
        return await ring.MakeAsync(known.Key, user?.Key, body.Scope, name!, cancellationToken) is { } made
            ? Results.Created($"/v1{CustomerEndpoints.Root}/{known.Key}/keys", new MadeKey(made.Kept.Id, made.Kept.Kind, made.Kept.Scope, made.Kept.Name, made.Key))
            : ApiProblem.Conflict("The customer has as many keys as it may. Revoke one.");
    }

    private static async Task<IResult> RevokeAsync(string customer, long id, KeyRing ring, CustomerDirectory customers, CancellationToken cancellationToken) =>
        CustomerEndpoints.Find(customers, customer) is { } known && await ring.RemoveAsync(known.Key, id, cancellationToken)
            ? Results.NoContent()
            : ApiProblem.NotFound("key of use");
}
