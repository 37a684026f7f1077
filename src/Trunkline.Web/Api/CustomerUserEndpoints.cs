using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web.Api;

/// <summary>Users and addresses of a customer. The operator's.</summary>
internal static class CustomerUserEndpoints
{
    // All of a customer's users and addresses are held in memory, and a list shows all of them.
    private const int MaxUsers = 1000;
    private const int MaxAddresses = 1000;
    private const string Users = CustomerEndpoints.Root + "/{customer}/users";
    private const string Addresses = CustomerEndpoints.Root + "/{customer}/addresses";

    public static void MapCustomerUserEndpoints(this RouteGroupBuilder api)
    {
        api.MapGet(Users, ListUsers).Produces<Page<UserView>>().WithName("listUsers").WithSummary("The users of a customer");
        api.MapPost(Users, AddUserAsync).Produces<UserView>(StatusCodes.Status201Created).WithName("addUser").WithSummary("Add a user");
        api.MapPatch(Users + "/{user}", ChangeUserAsync).Accepts<UserBody>("application/json").Produces<UserView>()
            .WithName("changeUser").WithSummary("Change what is there, take away what is null (RFC 7396); a status of \"closed\" ends a user");
        api.MapGet(Addresses, ListAddresses).Produces<Page<AddressView>>().WithName("listAddresses").WithSummary("Every address and domain that means the customer");
        api.MapPost(Addresses, AddAddressAsync).Produces<AddressView>(StatusCodes.Status201Created).WithName("addAddress").WithSummary("Add an address or a domain that may send");
        api.MapDelete(Addresses + "/{address}", RemoveAddressAsync).Produces(StatusCodes.Status204NoContent)
            .WithName("removeAddress").WithSummary("Take a sender address or a domain away");
    }

    /// <summary>The user that a text names by number or address, or null.</summary>
    internal static CustomerUser? FindUser(CustomerDirectory customers, Customer customer, string user) => customers.UsersOf(customer.Key).FirstOrDefault(
        u => u.EmailAddress.Equals(user, StringComparison.OrdinalIgnoreCase) || u.Key.ToString(CultureInfo.InvariantCulture) == user);

    private static IResult ListUsers(string customer, CustomerDirectory customers) => CustomerEndpoints.Find(customers, customer) is { } known
        ? Results.Ok(new Page<UserView>([.. customers.UsersOf(known.Key).OrderBy(u => u.Key).Select(UserView.Of)], null))
        : ApiProblem.NotFound("customer");

    private static async Task<IResult> AddUserAsync(
        string customer, UserBody body, ICustomerRegister register, CustomerDirectory customers, CancellationToken cancellationToken)
    {
        if (CustomerEndpoints.Find(customers, customer) is not { } known)
            return ApiProblem.NotFound("customer");
        var reader = new CustomerReader();
        var user = reader.User(body, known, 0);
        if (reader.Problem is { } problem)
            return problem;
        var (answer, key) = await register.AddUserAsync(user, MaxUsers, cancellationToken);
        await customers.ReloadAsync(cancellationToken);
        return CustomerEndpoints.Refusal(answer, "customer", "email")
            ?? Results.Created($"/v1{CustomerEndpoints.Root}/{known.Key}/users/{key}", UserView.Of(user with { Key = key }));
    }

    private static async Task<IResult> ChangeUserAsync(
        string customer, string user, JsonElement patch, ICustomerRegister register, CustomerDirectory customers, CancellationToken cancellationToken)
    {
        if (CustomerEndpoints.Find(customers, customer) is not { } known || FindUser(customers, known, user) is not { } before)
            return ApiProblem.NotFound("user");
        var reader = new CustomerReader();
        var changed = reader.User(MergePatch.Apply(UserView.BodyOf(before), patch), known, before.Key);
        if (reader.Problem is { } problem)
            return problem;
        var answer = await register.SaveUserAsync(changed, cancellationToken);
        await customers.ReloadAsync(cancellationToken);
        return CustomerEndpoints.Refusal(answer, "user", "email") ?? Results.Ok(UserView.Of(changed));
    }

    private static IResult ListAddresses(string customer, CustomerDirectory customers)
    {
        if (CustomerEndpoints.Find(customers, customer) is not { } known)
            return ApiProblem.NotFound("customer");
        var users = customers.UsersOf(known.Key).ToDictionary(u => u.Key, u => u.EmailAddress);
        return Results.Ok(new Page<AddressView>([.. customers.AddressesOf(known.Key).OrderBy(a => a.Kind).ThenBy(a => a.Address, StringComparer.Ordinal)
            .Select(a => new AddressView(a.Address, a.Kind, a.UserKey is { } user ? users.GetValueOrDefault(user) : null))], null));
    }

    private static async Task<IResult> AddAddressAsync(
        string customer, AddressBody body, ICustomerRegister register, CustomerDirectory customers, CancellationToken cancellationToken)
    {
        if (CustomerEndpoints.Find(customers, customer) is not { } known)
            return ApiProblem.NotFound("customer");
        if (!CustomerAddress.TryNormalize(body.Address, out var normal))
            return ApiProblem.Refused("address", "This is no e-mail address, and no domain such as \"@example.org\".");
        var user = body.User is { } named ? FindUser(customers, known, named) : null;
        if (body.User is not null && user is null)
            return ApiProblem.Refused("user", "The customer has no such user.");
        var address = new CustomerAddress(normal, CustomerAddress.IsDomain(normal) ? CustomerAddressKind.Domain : CustomerAddressKind.Sender, user?.Key);
        var answer = await register.AddAddressAsync(known.Key, address, MaxAddresses, cancellationToken);
        await customers.ReloadAsync(cancellationToken);
        return CustomerEndpoints.Refusal(answer, "customer", "address")
            ?? Results.Created($"/v1{CustomerEndpoints.Root}/{known.Key}/addresses/{Uri.EscapeDataString(normal)}", new AddressView(normal, address.Kind, user?.EmailAddress));
    }

    private static async Task<IResult> RemoveAddressAsync(
        string customer, string address, ICustomerRegister register, CustomerDirectory customers, CancellationToken cancellationToken)
    {
        if (CustomerEndpoints.Find(customers, customer) is not { } known || !CustomerAddress.TryNormalize(address, out var normal))
            return ApiProblem.NotFound("sender address");
        var answer = await register.RemoveAddressAsync(known.Key, normal, cancellationToken);
        await customers.ReloadAsync(cancellationToken);
        return CustomerEndpoints.Refusal(answer, "sender address", "address") ?? Results.NoContent();
    }
}
