using System.Net;
using System.Text;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Routing;
using Trunkline.Unit.Tests.Gateway;

namespace Trunkline.Unit.Tests.Web;

/// <summary>Decks and routes over HTTP.</summary>
public sealed class RatesEndpointsTests : IAsyncLifetime
{
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await ApiRig.StartAsync();
        await _rig.Get<IResourceStore>().SaveAsync(GatewayRig.Model(new Uri("http://127.0.0.1:1/")), CancellationToken.None);
        await _rig.Get<ResourceRegistry>().ReloadAsync(CancellationToken.None);
        _rig.Get<ResourceRegistry>().Find(1)!.Heard(new ResourceMessage { IsResourceActive = true, ResourceChannelMax = 4, ResourceChannelStatus = "0001" }, _rig.Clock.GetUtcNow());
        await _rig.Get<RateKeeper>().ReloadAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Deck_is_imported_listed_used_and_removed()
    {
        var (status, deck) = await ImportAsync("resource=fax1&type=FAX&currency=USD&source=a.csv", "prefix,per_page\n1202,0.02\n");
        Assert.Equal((HttpStatusCode.Created, "current", "fax1", 1), (status, deck.GetProperty("state").GetString(), deck.GetProperty("resource").GetString(), deck.GetProperty("rateCount").GetInt32()));
        var id = deck.GetProperty("id").GetInt64();

        var (_, list) = await _rig.GetAsync("v1/rates?type=fax&resource=fax1");
        Assert.Equal(id, Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("id").GetInt64());

        var (_, told) = await _rig.GetAsync("v1/rates/explain?number=%2B12025550100&pages=3&type=fax");
        var candidate = Assert.Single(told.GetProperty("candidates").EnumerateArray());
        Assert.Equal(("fax1", "chosen: the cheapest", "0.06", "1202", 3), (told.GetProperty("chosen").GetString(), candidate.GetProperty("why").GetString(),
            candidate.GetProperty("cost").GetProperty("amount").GetString(), candidate.GetProperty("prefix").GetString(), candidate.GetProperty("free").GetInt32()));

        Assert.Equal(HttpStatusCode.NoContent, (await _rig.SendAsync(HttpMethod.Delete, $"v1/rates/{id}", ApiRig.OperatorKey)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.SendAsync(HttpMethod.Delete, $"v1/rates/{id}", ApiRig.OperatorKey)).Status);
        Assert.Empty(_rig.Get<RateShelf>().Book.Decks);
    }

    [Theory]
    [InlineData("+442079460018")]
    [InlineData("%2B442079460018")]
    public async Task A_plus_sign_of_a_query_is_read_as_it_was_meant(string number)
    {
        var (_, told) = await _rig.GetAsync("v1/rates/explain?number=" + number);
        Assert.Equal("+442079460018", told.GetProperty("number").GetString());
    }

    [Fact]
    public async Task Bad_row_is_named_by_line_and_column()
    {
        var (status, problem) = await ImportAsync("plan=standard&currency=USD", "prefix,per_page\n1,0.02\n1x,0.1\n2,free\n");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(["line 3, prefix", "line 4, per_page"], ApiRig.Fields(problem));
    }

    [Theory]
    [InlineData("currency=USD", "resource")]
    [InlineData("resource=fax1&plan=standard&currency=USD", "resource")]
    [InlineData("resource=nobody&currency=USD", "resource")]
    [InlineData("plan=standard&currency=usd", "currency")]
    [InlineData("plan=standard&currency=UDS", "currency")]
    [InlineData("plan=standard&currency=USD&type=telex", "type")]
    [InlineData("plan=standard&currency=USD&effective=tomorrow", "effective")]
    public async Task What_is_no_deck_is_refused_by_its_field(string query, string field) =>
        Assert.Equal([field], ApiRig.Fields((await ImportAsync(query, "prefix,per_page\n1,0.02\n")).Json));

    [Fact]
    public async Task No_rate_is_told_from_a_rate_that_wants_an_exchange_rate()
    {
        await _rig.SendAsync(HttpMethod.Patch, "v1/customers/11", ApiRig.OperatorKey, ApiRig.Json("""{"billType":"postpaid"}"""));
        const string question = "v1/rates/explain?number=%2B12025550100&customer=alice@example.org";
        Assert.Equal("It is refused: the customer has no price for this number.", (await _rig.GetAsync(question)).Json.GetProperty("answer").GetString());
        await ImportAsync("plan=standard&currency=EUR", "prefix,per_page\n1,0.02\n");
        Assert.Equal("It is refused: the customer's rate for this number is in EUR, and there is no exchange rate from EUR to USD.",
            (await _rig.GetAsync(question)).Json.GetProperty("answer").GetString());
        await ImportAsync("plan=standard&currency=EUR", "prefix,per_page\n44,0.02\n");
        Assert.Equal("It is refused: the customer has no price for this number.", (await _rig.GetAsync(question)).Json.GetProperty("answer").GetString());
    }

    [Fact]
    public async Task Customers_price_and_its_rules_are_told()
    {
        await _rig.SendAsync(HttpMethod.Put, "v1/rates/rules", ApiRig.OperatorKey, ApiRig.Json("""{"customer":"alice@example.org","resource":"fax1","rule":"deny"}"""));
        var (_, rules) = await _rig.GetAsync("v1/rates/rules?customer=alice@example.org");
        Assert.Equal("deny", Assert.Single(rules.EnumerateArray()).GetProperty("rule").GetString());

        var (_, told) = await _rig.GetAsync("v1/rates/explain?number=%2B12025550100&customer=alice@example.org");
        Assert.Equal(("No resource may carry it.", "notAllowed"), (told.GetProperty("answer").GetString(), told.GetProperty("candidates")[0].GetProperty("verdict").GetString()));

        await _rig.SendAsync(HttpMethod.Put, "v1/rates/rules", ApiRig.OperatorKey, ApiRig.Json("""{"customer":"alice@example.org","resource":"fax1"}"""));
        Assert.Empty((await _rig.GetAsync("v1/rates/rules")).Json.EnumerateArray());
    }

    [Fact]
    public async Task A_number_that_the_customer_may_not_call_and_one_that_it_cannot_pay_are_refused_before_any_route()
    {
        await ImportAsync("plan=standard&currency=USD", "prefix,per_page\n1,0.05\n");
        await _rig.SendAsync(HttpMethod.Patch, "/v1/customers/11", ApiRig.OperatorKey, new StringContent("""{"billType":"prepaid"}""", Encoding.UTF8, "application/merge-patch+json"));
        var (_, told) = await _rig.GetAsync("v1/rates/explain?number=+442079460018&customer=alice@example.org");
        Assert.Equal("It is refused: +442079460018 is in GB, which alice@example.org may not call. Ask the operator of this service.", told.GetProperty("answer").GetString());
        (_, told) = await _rig.GetAsync("v1/rates/explain?number=+12025550100&customer=alice@example.org");
        Assert.StartsWith("It is refused: The balance of alice@example.org is $0.00; a page to +12025550100 costs about $0.05.", told.GetProperty("answer").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("number=12", "number")]
    [InlineData("number=%2B12025550100&type=telex", "type")]
    [InlineData("number=%2B12025550100&pages=-1", "pages")]
    [InlineData("number=%2B12025550100&customer=nobody@example.org", "customer")]
    [InlineData("number=%2B12025550100&resolution=2", "resolution")]
    public async Task What_cannot_be_explained_is_refused_by_its_field(string query, string field) =>
        Assert.Equal([field], ApiRig.Fields((await _rig.GetAsync("v1/rates/explain?" + query)).Json));

    [Fact]
    public async Task Customers_do_not_see_what_carriers_cost() =>
        Assert.Equal(HttpStatusCode.Forbidden, (await _rig.GetAsync("v1/rates/explain?number=%2B12025550100", _rig.Alice)).Status);

    private Task<(HttpStatusCode Status, System.Text.Json.JsonElement Json)> ImportAsync(string query, string file) =>
        _rig.SendAsync(HttpMethod.Post, "v1/rates?" + query, ApiRig.OperatorKey, new StringContent(file, Encoding.UTF8, "text/csv"));
}
