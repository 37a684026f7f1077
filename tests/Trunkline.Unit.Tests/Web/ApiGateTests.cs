using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Trunkline.Core;
using Trunkline.Gateway.Customers;
using Trunkline.Web.Api;

namespace Trunkline.Unit.Tests.Web;

/// <summary>Who gets past the gate, and what a request that cannot be read is told.</summary>
public class ApiGateTests : IAsyncLifetime
{
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ApiRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Without_a_key_nobody_gets_in_and_a_wrong_one_is_told_apart()
    {
        using var none = await _rig.AnswerAsync(HttpMethod.Get, "/v1/self", null);
        Assert.Equal(HttpStatusCode.Unauthorized, none.StatusCode);
        Assert.Equal("application/problem+json", none.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("Bearer", none.Headers.WwwAuthenticate.Single().ToString(), StringComparison.Ordinal);
        var (status, problem) = await _rig.GetAsync("/v1/self", "wrong");
        Assert.Equal((HttpStatusCode.Unauthorized, 401), (status, problem.GetProperty("status").GetInt32()));
        Assert.Contains("nobody's", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _rig.GetAsync("/v1/nothing", null)).Status);
    }

    [Fact]
    public async Task A_key_says_whose_it_is_and_what_it_may()
    {
        var (status, self) = await _rig.GetAsync("/v1/self", _rig.Alice);
        Assert.Equal((HttpStatusCode.OK, "send", "alice@example.org"), (status, self.GetProperty("scope").GetString(), self.GetProperty("customer").GetString()));
        self = (await _rig.GetAsync("/v1/self")).Json;
        Assert.Equal("operator", self.GetProperty("scope").GetString());
        Assert.False(self.TryGetProperty("customer", out _));
    }

    [Fact]
    public async Task A_key_that_was_taken_away_is_of_no_use_at_once_and_neither_is_that_of_a_closed_account()
    {
        var ring = _rig.Get<KeyRing>();
        Assert.False(await ring.RemoveAsync(12, ring.Of(11).Single().Id, CancellationToken.None));
        Assert.True(await ring.RemoveAsync(11, ring.Of(11).Single().Id, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Unauthorized, (await _rig.GetAsync("/v1/self", _rig.Alice)).Status);

        await _rig.Get<ICustomerStore>().SetStatusAsync("bob@example.org", CustomerStatus.Closed, CancellationToken.None);
        await _rig.Get<CustomerDirectory>().ReloadAsync(CancellationToken.None);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _rig.GetAsync("/v1/self", _rig.Bob)).Status);
    }

    [Fact]
    public async Task A_customer_has_a_bounded_number_of_keys()
    {
        var ring = _rig.Get<KeyRing>();
        var made = 0;
        while (await ring.MakeAsync(11, KeyScope.Send, "more", CancellationToken.None) is not null)
            made++;
        Assert.Equal(49, made);
        Assert.NotNull(await ring.MakeAsync(12, KeyScope.Send, "more", CancellationToken.None));
    }

    [Fact]
    public async Task Twenty_wrong_keys_shut_an_address_out_for_the_rest_of_its_minute()
    {
        for (var i = 0; i < FailedKeys.MaxFailures; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await _rig.GetAsync("/v1/self", "guess" + i)).Status);
        using (var shut = await _rig.AnswerAsync(HttpMethod.Get, "/v1/self", _rig.Alice))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, shut.StatusCode);
            Assert.Equal(TimeSpan.FromMinutes(1), shut.Headers.RetryAfter!.Delta);
        }
        _rig.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await _rig.GetAsync("/v1/self", _rig.Alice)).Status);
    }

    [Fact]
    public void A_host_of_IPv6_is_one_address_however_it_ends()
    {
        var failed = new FailedKeys(_rig.Clock);
        for (var i = 0; i < FailedKeys.MaxFailures; i++)
            failed.Note(IPAddress.Parse($"2001:db8::{i:x}"));
        Assert.NotNull(failed.Wait(IPAddress.Parse("2001:db8::ffff")));
        Assert.Null(failed.Wait(IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Fact]
    public async Task A_path_and_a_method_that_are_not_there_are_problems_too()
    {
        var (status, problem) = await _rig.GetAsync("/v1/nothing");
        Assert.Equal((HttpStatusCode.NotFound, "Not Found"), (status, problem.GetProperty("title").GetString()));
        (status, problem) = await _rig.SendAsync(HttpMethod.Delete, "/v1/self", ApiRig.OperatorKey);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, 405), (status, problem.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task What_an_endpoint_does_not_know_is_refused_by_name()
    {
        await using var probe = await ProbeAsync();
        using var http = new HttpClient { BaseAddress = AddressOf(probe) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", ApiRig.OperatorKey);

        async Task Refused(string query, string body, int status, params string[] fields)
        {
            using var answer = await http.PostAsync("/v1/probe" + query, ApiRig.Json(body));
            var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.Equal(fields, ApiRig.Fields(problem));
        }

        const string Good = """{"to":["a"],"price":{"amount":"1.25","currency":"USD"},"at":"2026-11-23T13:00:00+01:00","scope":"send"}""";
        await Refused("?colour=blue", Good, 400, "colour");
        await Refused("?Limit=3", Good, 400, "Limit");
        await Refused("?limit=3&limit=4", Good, 400, "limit");
        await Refused("?limit=three", Good, 400, "limit");
        await Refused("", Good[..^1] + ""","colour":"blue"}""", 400, "colour");
        await Refused("", Good[..^1] + ""","to":["b"]}""", 400, "to");
        await Refused("", Good.Replace("\"to\"", "\"To\"", StringComparison.Ordinal), 400, "To");
        await Refused("", Good.Replace("[\"a\"]", "[\"a\",3]", StringComparison.Ordinal), 400, "to[1]");
        await Refused("", Good.Replace("[\"a\"]", "null", StringComparison.Ordinal), 400, "to");
        await Refused("", Good.Replace("\"1.25\"", "1.25", StringComparison.Ordinal), 400, "price");
        await Refused("", Good.Replace("1.25", "1,25", StringComparison.Ordinal), 400, "price");
        await Refused("", Good.Replace("+01:00", "", StringComparison.Ordinal), 400, "at");
        await Refused("", Good.Replace("\"send\"", "\"cook\"", StringComparison.Ordinal), 400, "scope");
        await Refused("", Good.Replace("\"send\"", "1", StringComparison.Ordinal), 400, "scope");
        await Refused("", """{"price":{"amount":"1.25","currency":"USD"}}""", 400, "to", "at", "scope");
        await Refused("", "{\"to\":", 400, "to");
        await Refused("", "", 400);
        await Refused("", Good[..^1] + ",\"note\":\"" + new string('x', 300_000) + "\"}", 413);
        using var text = await http.PostAsync("/v1/probe", new StringContent(Good));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);

        using var good = await http.PostAsync("/v1/probe?limit=3", ApiRig.Json(Good));
        Assert.Equal("""{"to":["a"],"price":{"amount":"1.25","currency":"USD"},"at":"2026-11-23T12:00:00.000Z","scope":"send"}""", await good.Content.ReadAsStringAsync());
        using var fault = await http.PostAsync("/v1/probe?after=fault", ApiRig.Json(Good));
        Assert.Equal((HttpStatusCode.InternalServerError, "application/problem+json"), (fault.StatusCode, fault.Content.Headers.ContentType!.MediaType));
    }

    private sealed record Probe(IReadOnlyList<string> To, Money Price, DateTimeOffset At, KeyScope Scope, string? Note = null);

    /// <summary>The gate of the rig before an endpoint of the test's own.</summary>
    private async Task<WebApplication> ProbeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting().AddSingleton<TimeProvider>(_rig.Clock).AddSingleton(_rig.Get<KeyRing>()).AddApi(new ApiOptions { UploadDirectory = _rig.UploadDirectory });
        var application = builder.Build();
        application.UseMiddleware<ApiGate>();
        application.MapPost("/v1/probe", (Probe body, [AsParameters] PageQuery page) =>
                page.After is null ? Results.Ok(body) : throw new InvalidOperationException("As the test wants it."))
            .WithMetadata(new RequiredScope(KeyScope.Operator));
        await application.StartAsync();
        return application;
    }

    private static Uri AddressOf(WebApplication application) =>
        new(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
}
