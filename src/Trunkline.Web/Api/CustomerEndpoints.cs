using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web.Api;

/// <summary><c>/v1/customers</c>: customers, named by their number or their own address. The operator's.</summary>
public static class CustomerEndpoints
{
    internal const string Root = "/customers";

    public static void MapCustomerEndpoints(this RouteGroupBuilder api)
    {
        api.MapPost(Root, AddAsync).Accepts<CustomerBody>("application/json").Produces<CustomerView>(StatusCodes.Status201Created)
            .WithName("addCustomer").WithSummary("Add a customer");
        api.MapGet(Root, ListAsync).Produces<Page<CustomerView>>().WithName("listCustomers").WithSummary("Customers by their number");
        api.MapGet(Root + "/{customer}", GetAsync).Produces<CustomerView>().WithName("getCustomer").WithSummary("One customer with all of its columns");
        api.MapPatch(Root + "/{customer}", ChangeAsync).Accepts<CustomerBody>("application/json").Produces<CustomerView>()
            .WithName("changeCustomer").WithSummary("Change what is there, take away what is null (RFC 7396)");
        MapStatus(api, "suspend", CustomerStatus.Suspended, "Suspend a customer: it sends nothing, and what waits fails");
        MapStatus(api, "activate", CustomerStatus.Active, "Activate a customer");
        MapStatus(api, "close", CustomerStatus.Closed, "Close an account: its keys are of no use any more");
        api.MapCustomerUserEndpoints();
        api.MapCustomerKeyEndpoints();
    }

    /// <summary>The customer that a path names, or null.</summary>
    internal static Customer? Find(CustomerDirectory customers, string customer) =>
        long.TryParse(customer, NumberStyles.None, CultureInfo.InvariantCulture, out var key) ? customers.Find(key) : customers.Find(customer);

    /// <summary>The problem for an answer of the register that is not done; null when it is.</summary>
    internal static IResult? Refusal(RegisterAnswer answer, string what, string field) => answer switch
    {
        RegisterAnswer.Done => null,
        RegisterAnswer.NotFound => ApiProblem.NotFound(what),
        RegisterAnswer.AddressTaken => ApiProblem.Refused(field, "This address, or this domain, means a customer already."),
        RegisterAnswer.Changed => ApiProblem.Conflict("Somebody else has changed it meanwhile. Read it again, and change that."),
        RegisterAnswer.TooMany => ApiProblem.Conflict("The customer has as many as it may."),
    };

    private static void MapStatus(RouteGroupBuilder api, string verb, CustomerStatus status, string summary) => api.MapPost(Root + "/{customer}/" + verb,
        (string customer, StatusBody? body, ICustomerRegister register, CustomerDirectory customers, CancellationToken cancellationToken) =>
            SetStatusAsync(customer, status, body?.Reason, register, customers, cancellationToken))
        .Produces<CustomerView>().WithName(verb + "Customer").WithSummary(summary);

    private static async Task<IResult> AddAsync(
        CustomerBody body, ICustomerRegister register, CustomerDirectory customers, CurrencyTable currencies, CancellationToken cancellationToken)
    {
        var reader = new CustomerReader();
        var (customer, details) = reader.Customer(body, 0, CustomerStatus.Active);
        if (currencies.Fault(customer.Currency) is { } fault)
            reader.Check("currency", false, fault);
        if (reader.Problem is { } problem)
            return problem;
        var (answer, key) = await register.AddAsync(customer, details, cancellationToken);
        if (Refusal(answer, "customer", "email") is { } refusal)
            return refusal;
        await customers.ReloadAsync(cancellationToken);
        return Results.Created($"/v1{Root}/{key}", CustomerView.Of((await register.FindAsync(key, cancellationToken))!));
    }

    private static async Task<IResult> ListAsync(
        [AsParameters] PageQuery page, [FromQuery] string? status, [FromQuery] string? search, ICustomerRegister register, CancellationToken cancellationToken)
    {
        if (page.Refusal() is { } refusal)
            return refusal;
        var after = 0L;
        if (page.After is not null && !long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            return PageQuery.UnknownCursor();
        if (status is not (null or "active" or "suspended" or "closed"))
            return ApiProblem.Malformed("status", "A status is active, suspended or closed.");
        CustomerStatus? wanted = status is null ? null : Enum.Parse<CustomerStatus>(status, ignoreCase: true);
        var found = await register.ListAsync(after, page.Size + 1, wanted, search, cancellationToken);
        return Results.Ok(page.Cut([.. found.Select(CustomerView.Of)], c => c.Id.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<IResult> GetAsync(string customer, ICustomerRegister register, CustomerDirectory customers, CancellationToken cancellationToken) =>
        Find(customers, customer) is { } known && await register.FindAsync(known.Key, cancellationToken) is { } record
            ? Results.Ok(CustomerView.Of(record))
            : ApiProblem.NotFound("customer");

    private static async Task<IResult> ChangeAsync(
        string customer, JsonElement patch, ICustomerRegister register, CustomerDirectory customers, CancellationToken cancellationToken)
    {
        if (Find(customers, customer) is not { } known || await register.FindAsync(known.Key, cancellationToken) is not { } record)
            return ApiProblem.NotFound("customer");
        var reader = new CustomerReader();
        var (changed, details) = reader.Customer(MergePatch.Apply(CustomerView.BodyOf(record), patch), known.Key, record.Customer.Status);
        reader.Check("currency", changed.Currency == record.Customer.Currency,
            "A customer's currency stays: its balance and its limits are in it. Close the account and add another.");
        if (reader.Problem is { } problem)
            return problem;
        var answer = await register.SaveAsync(record with { Customer = changed, Details = details }, cancellationToken);
        await customers.ReloadAsync(cancellationToken);
        return Refusal(answer, "customer", "email") ?? Results.Ok(CustomerView.Of((await register.FindAsync(known.Key, cancellationToken))!));
    }

    private static async Task<IResult> SetStatusAsync(
        string customer, CustomerStatus status, string? reason, ICustomerRegister register, CustomerDirectory customers, CancellationToken cancellationToken)
    {
        if (Find(customers, customer) is not { } known)
            return ApiProblem.NotFound("customer");
        var reader = new CustomerReader();
        var text = reader.Text("reason", reason);
        if (reader.Problem is { } problem)
            return problem;
        var answer = await register.SetStatusAsync(known.Key, status, text, cancellationToken);
        await customers.ReloadAsync(cancellationToken);
        return Refusal(answer, "customer", "") ?? Results.Ok(CustomerView.Of((await register.FindAsync(known.Key, cancellationToken))!));
    }
}
