using System.Net;
using System.Text;
using System.Text.Json;
using Trunkline.Core;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Customers;

namespace Trunkline.Unit.Tests.Web;

/// <summary><c>/v1/broadcasts</c>: whose an order is, and one that comes again.</summary>
public sealed class BroadcastEndpointsTests : IAsyncLifetime
{
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ApiRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task An_order_that_comes_again_is_answered_as_before_and_does_nothing_more()
    {
        var (status, first) = await OrderAsync("prices-1");
        Assert.Equal((HttpStatusCode.Accepted, "preparing", 2), (status, Text(first, "state"), first.GetProperty("counts").GetProperty("waiting").GetInt32()));
        // A process that starts at the same moment would make the same ids again.
        _rig.Clock.Advance(TimeSpan.FromSeconds(1));
        await _rig.RestartAsync();
        using var again = await _rig.AnswerAsync(HttpMethod.Post, "/v1/broadcasts", _rig.Alice, Form(), "prices-1");
        Assert.Equal((HttpStatusCode.Accepted, "true"), (again.StatusCode, Assert.Single(again.Headers.GetValues("Idempotency-Replayed"))));
        Assert.Equal(Text(first, "id"), Text(JsonDocument.Parse(await again.Content.ReadAsStringAsync()).RootElement, "id"));
        Assert.Single((await _rig.GetAsync("/v1/broadcasts")).Json.GetProperty("items").EnumerateArray());

        // For something else it is refused; another customer's key of the same name is another.
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Idempotency-Key"), await RefusalAsync(_rig.Alice, "prices-1", Form("+12025550199")));
        Assert.Equal(HttpStatusCode.Accepted, (await OrderAsync("prices-1", _rig.Bob)).Status);
    }

    [Fact]
    public async Task An_order_that_was_refused_may_come_again_under_the_same_key()
    {
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "list"), await RefusalAsync(_rig.Alice, "k", Form("+442071838750")));
        Assert.Equal(HttpStatusCode.Accepted, (await OrderAsync("k")).Status);
    }

    [Fact]
    public async Task An_order_with_a_users_key_is_the_users()
    {
        await _rig.PostAsync("/v1/customers/11/users", """{"email":"clerk@example.org","language":"de"}""");
        var key = Text((await _rig.PostAsync("/v1/customers/11/keys", """{"name":"desk","user":"clerk@example.org"}""")).Json, "key");
        var (_, broadcast) = await OrderAsync(null, key);
        Assert.Equal(("alice@example.org", "clerk@example.org"), (Text(broadcast, "customer"), Text(broadcast, "user")));
        Assert.True(MessageId.TryParse(Text(broadcast, "id"), out var id));
        var stored = (await _rig.Get<IBroadcastStore>().FindAsync(id, default))!;
        Assert.Equal(("clerk@example.org", "de"), (stored.ReceiptTo, stored.Language));
        // An operator orders for a user by its address.
        var form = Form();
        form.Add(new StringContent("clerk@example.org"), "customer");
        Assert.Equal("clerk@example.org", Text((await _rig.SendAsync(HttpMethod.Post, "/v1/broadcasts", ApiRig.OperatorKey, form)).Json, "user"));

        await _rig.SendAsync(HttpMethod.Patch, "/v1/customers/11/users/clerk@example.org", ApiRig.OperatorKey, ApiRig.Json("""{"limits":{"countries":["FR"]}}"""));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "list"), await RefusalAsync(key, null, Form()));
    }

    [Fact]
    public async Task One_that_costs_more_than_may_be_spent_a_day_says_so_when_it_is_to_start()
    {
        await _rig.SendAsync(HttpMethod.Patch, "/v1/customers/11", ApiRig.OperatorKey,
            ApiRig.Json("""{"billType":"postpaid","limits":{"daySpend":{"amount":"1.00","currency":"USD"}}}"""));
        var form = Form();
        form.Add(new StringContent("false"), "start");
        var (_, broadcast) = await _rig.SendAsync(HttpMethod.Post, "/v1/broadcasts", _rig.Alice, form);
        Assert.True(MessageId.TryParse(Text(broadcast, "id"), out var id));
        Assert.True(await _rig.Get<IBroadcastStore>().PreparedAsync(id, 1, Money.Of(1.01m, "USD"), 0, _rig.Clock.GetUtcNow(), default));
        var (status, problem) = await _rig.PostAsync($"/v1/broadcasts/{id}/start", "{}", _rig.Alice);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("this account may spend $1.00 a day", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal("waiting", Text((await _rig.GetAsync($"/v1/broadcasts/{id}")).Json, "state"));
    }

    private Task<(HttpStatusCode Status, JsonElement Json)> OrderAsync(string? idempotencyKey, string? key = null) =>
        _rig.SendAsync(HttpMethod.Post, "/v1/broadcasts", key ?? _rig.Alice, Form(), idempotencyKey);

    private async Task<(HttpStatusCode, string)> RefusalAsync(string key, string? idempotencyKey, HttpContent form)
    {
        var (status, problem) = await _rig.SendAsync(HttpMethod.Post, "/v1/broadcasts", key, form, idempotencyKey);
        return (status, string.Join(' ', ApiRig.Fields(problem)));
    }

    private static MultipartFormDataContent Form(string second = "+12025550101") => new()
    {
        { new ByteArrayContent(Encoding.UTF8.GetBytes($"number,name\n+12025550100,Ann\n{second},Bob\n")), "list", "list.csv" },
        { new StringContent("Dear customer"), "text" },
        { new StringContent("New prices"), "subject" },
    };

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.ToString() : "";
}
