using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web.Api;

/// <summary>Who asks: what its key may do, and whose it is. An endpoint takes it as a parameter.</summary>
/// <param name="Sender">As whom the caller sends: a customer, or one of its users; null for the operator's own key.</param>
/// <param name="Address">Where the request comes from.</param>
public sealed record ApiCaller(KeyScope Scope, Sender? Sender, IPAddress Address)
{
    private static readonly object ItemKey = new();

    /// <summary>Whose messages the caller sends, or null.</summary>
    public Customer? Customer => Sender?.Customer;

    public bool IsOperator => Scope == KeyScope.Operator;

    /// <summary>The customer that the caller is kept to, or null for an operator, who sees all.</summary>
    public long? OnlyCustomer => IsOperator ? null : Customer!.Key;

    /// <summary>True when the caller may see what belongs to this customer.</summary>
    public bool MaySee(long customerKey) => IsOperator || Customer!.Key == customerKey;

    /// <summary>For endpoints that take the caller as a parameter. The key was checked before any of them is called.</summary>
    public static ValueTask<ApiCaller?> BindAsync(HttpContext context, ParameterInfo parameter) => ValueTask.FromResult((ApiCaller?)context.Items[ItemKey]);

    internal void RememberIn(HttpContext context) => context.Items[ItemKey] = this;
}
