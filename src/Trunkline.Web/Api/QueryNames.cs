using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Trunkline.Web.Api;

/// <summary>Which parameters an endpoint reads from the query. A name that it does not know is a mistake of the caller's, and must not be passed over.</summary>
internal static class QueryNames
{
    private static readonly ConditionalWeakTable<Endpoint, FrozenSet<string>> Known = [];

    /// <summary>A problem that names the first parameter that is not known or comes twice, else null.</summary>
    public static IResult? Refusal(Endpoint endpoint, IQueryCollection query)
    {
        if (query.Count == 0)
            return null;
        var known = Known.GetValue(endpoint, Read);
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name))
            {
                return ApiProblem.Malformed(name, known.Count == 0 ? "No parameter is known here."
                    : $"This parameter is not known here. Known are {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
            }
            if (values.Count > 1)
                return ApiProblem.Malformed(name, "This parameter is given more than once.");
        }
        return null;
    }

    private static FrozenSet<string> Read(Endpoint endpoint)
    {
        var route = ((RouteEndpoint)endpoint).RoutePattern.Parameters.Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>().Select(p => NameOf(p, route)).OfType<string>().ToFrozenSet(StringComparer.Ordinal);
    }

    private static string? NameOf(IParameterBindingMetadata parameter, HashSet<string> route)
    {
        var attributes = parameter.ParameterInfo.GetCustomAttributes(inherit: false);
        if (attributes.OfType<FromQueryAttribute>().FirstOrDefault() is { } query)
            return query.Name ?? parameter.Name;
        var isSimple = parameter.HasTryParse || parameter.ParameterInfo.ParameterType == typeof(string);
        return isSimple && !route.Contains(parameter.Name) && !attributes.Any(a => a is IFromHeaderMetadata or IFromFormMetadata or IFromBodyMetadata)
            ? parameter.Name
            : null;
    }
}
