using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Trunkline.Unit.Tests.Web;

/// <summary>The description of the interface says what there is, and no program that reads it is led astray.</summary>
public class OpenApiTests : IAsyncLifetime
{
    private static readonly string[] ProblemStatuses = ["400", "401", "403", "404", "413", "415", "422", "429", "500", "503"];
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ApiRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Every_route_is_described_with_its_answers_and_its_problems()
    {
        var (_, document) = await _rig.GetAsync("/openapi/v1.json", null);
        Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var mapped = Mapped().ToList();
        Assert.NotEmpty(mapped);
        foreach (var (path, method) in mapped)
        {
            Assert.True(document.GetProperty("paths").TryGetProperty(path, out var described), $"{path} is not described.");
            Assert.True(described.TryGetProperty(method, out var operation), $"{method} {path} is not described.");
            Assert.True(operation.TryGetProperty("operationId", out _), $"{method} {path} has no operationId (WithName).");
            Assert.True(operation.TryGetProperty("summary", out _), $"{method} {path} has no summary (WithSummary).");
            var responses = operation.GetProperty("responses");
            Assert.Contains(responses.EnumerateObject(), r => r.Name[0] == '2');
            foreach (var status in ProblemStatuses)
            {
                var problem = responses.GetProperty(status).GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString();
                Assert.Equal("#/components/schemas/ApiProblem", problem);
            }
        }
        Assert.Equal(mapped.Count, document.GetProperty("paths").EnumerateObject().Sum(p => p.Value.EnumerateObject().Count()));
    }

    [Fact]
    public async Task Every_reference_in_it_leads_somewhere_and_every_name_is_of_one_operation()
    {
        var (_, document) = await _rig.GetAsync("/openapi/v1.json", null);
        foreach (Match reference in Regex.Matches(document.GetRawText(), "\"\\$ref\":\\s*\"#/([^\"]+)\""))
        {
            var at = document;
            foreach (var step in reference.Groups[1].Value.Split('/'))
                Assert.True(at.TryGetProperty(step, out at), $"{reference.Value} leads nowhere.");
        }
        var names = document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).Select(o => o.Value.GetProperty("operationId").GetString());
        Assert.All(names.GroupBy(n => n), same => Assert.Single(same));
    }

    [Fact]
    public async Task It_asks_for_the_key()
    {
        var (_, document) = await _rig.GetAsync("/openapi/v1.json", null);
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("key").GetProperty("scheme").GetString());
        Assert.True(document.GetProperty("security")[0].TryGetProperty("key", out _));
    }

    private IEnumerable<(string Path, string Method)> Mapped() =>
        from endpoint in _rig.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (Regex.Replace(endpoint.RoutePattern.RawText!, @"\{(\w+)[^}]*\}", "{$1}").TrimEnd('/'), method.ToLowerInvariant());
}
