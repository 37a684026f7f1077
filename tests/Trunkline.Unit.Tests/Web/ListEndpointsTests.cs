using System.Net;
using System.Text;

namespace Trunkline.Unit.Tests.Web;

/// <summary><c>/v1/lists</c> and <c>/v1/do-not-call</c>: whose a list and a number are.</summary>
public sealed class ListEndpointsTests : IAsyncLifetime
{
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ApiRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task An_operator_keeps_a_list_for_the_customer_that_it_names()
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PutAsync("/v1/lists/branches", ApiRig.OperatorKey));
        Assert.Equal(HttpStatusCode.NotFound, await PutAsync("/v1/lists/branches?customer=nobody@example.org", ApiRig.OperatorKey));
        Assert.Equal(HttpStatusCode.NotFound, await PutAsync("/v1/lists/branches?customer=alice@example.org", _rig.Bob));
        Assert.Equal(HttpStatusCode.OK, await PutAsync("/v1/lists/branches?customer=alice@example.org", ApiRig.OperatorKey));
        Assert.Equal("branches", (await _rig.GetAsync("/v1/lists", _rig.Alice)).Json.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Equal(0, (await _rig.GetAsync("/v1/lists", _rig.Bob)).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await _rig.SendAsync(HttpMethod.Delete, "/v1/lists/branches?customer=alice@example.org", ApiRig.OperatorKey, null)).Status);
        Assert.Equal(0, (await _rig.GetAsync("/v1/lists?customer=alice@example.org")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task An_operators_number_is_everybodys_unless_it_names_a_customer()
    {
        Assert.Equal(HttpStatusCode.OK, (await _rig.PostAsync("/v1/do-not-call", """{"numbers":["+12025550101"]}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _rig.PostAsync("/v1/do-not-call?customer=alice@example.org", """{"numbers":["+12025550102"]}""")).Status);
        Assert.Equal(["+12025550101"], await NumbersAsync("/v1/do-not-call", ApiRig.OperatorKey));
        Assert.Equal(["+12025550102"], await NumbersAsync("/v1/do-not-call", _rig.Alice));
        Assert.Empty(await NumbersAsync("/v1/do-not-call", _rig.Bob));
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync("/v1/do-not-call?customer=alice@example.org", _rig.Bob)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.SendAsync(HttpMethod.Delete, "/v1/do-not-call/+12025550102", ApiRig.OperatorKey, null)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await _rig.SendAsync(HttpMethod.Delete, "/v1/do-not-call/+12025550102?customer=alice@example.org", ApiRig.OperatorKey, null)).Status);
        Assert.Empty(await NumbersAsync("/v1/do-not-call?customer=alice@example.org", ApiRig.OperatorKey));
    }

    private async Task<HttpStatusCode> PutAsync(string path, string key) =>
        (await _rig.SendAsync(HttpMethod.Put, path, key, new StringContent("number,name\n+12025550101,Ann\n", Encoding.UTF8, "text/csv"))).Status;

    private async Task<string?[]> NumbersAsync(string path, string key) =>
        [.. (await _rig.GetAsync(path, key)).Json.GetProperty("items").EnumerateArray().Select(n => n.GetProperty("number").GetString())];
}
