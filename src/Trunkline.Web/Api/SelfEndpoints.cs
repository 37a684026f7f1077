using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web.Api;

/// <summary>Who one is here: a first question that proves a key.</summary>
/// <param name="Customer">Its address; left out for the operator's own key.</param>
public sealed record Self(KeyScope Scope, string? Customer, CustomerStatus? Status);

/// <summary><c>/v1/self</c>.</summary>
public static class SelfEndpoints
{
    public static void MapSelfEndpoints(this RouteGroupBuilder api) => api
        .MapGet("/self", (ApiCaller caller) => Results.Ok(new Self(caller.Scope, caller.Customer?.EmailAddress, caller.Customer?.Status)))
        .ForCustomers().Produces<Self>().WithTags("self").WithName("getSelf").WithSummary("Whose the key is, and what it may do.");
}
