using System.Net;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Resources;

namespace Trunkline.Unit.Tests.Web;

public sealed class ResourceEndpointsTests : IAsyncLifetime
{
    private const string Add = """{"name":"fax2","address":"http://127.0.0.1:9/resource/"}""";
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ApiRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_resource_that_is_added_may_speak_with_its_password_and_is_listed_without_it()
    {
        var (status, added) = await _rig.PostAsync("/v1/resources", Add);
        Assert.Equal(HttpStatusCode.Created, status);
        var password = added.GetProperty("resourcePassword").GetString();
        Assert.Equal(40, added.GetProperty("routerPassword").GetString()!.Length);
        Assert.Equal("fax2", _rig.Get<ResourceRegistry>().Authenticate("fax2", password)!.Model.Name);
        Assert.Equal("http://127.0.0.1:9/resource", _rig.Get<ResourceRegistry>().All.Single().Model.Address.ToString());

        var (_, list) = await _rig.GetAsync("/v1/resources");
        Assert.Equal(("fax2", "active", "silent"), Read(list.GetProperty("items")[0]));
        Assert.DoesNotContain(password!, list.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await _rig.GetAsync("/v1/resources", _rig.Alice)).Status);
    }

    [Theory]
    [InlineData("""{"name":"a b","address":"http://x/"}""", "name")]
    [InlineData("""{"name":"a","address":"ftp://x/"}""", "address")]
    [InlineData("""{"name":"a","address":"http://u:p@x/"}""", "address")]
    [InlineData("""{"name":"a","address":"http://x/","certificateSha256":"00"}""", "certificateSha256")]
    [InlineData("""{"name":"a","address":"http://x/","preference":-1}""", "preference")]
    public async Task What_cannot_work_is_refused_by_its_field(string json, string field)
    {
        var (status, problem) = await _rig.PostAsync("/v1/resources", json);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, field), (status, Assert.Single(ApiRig.Fields(problem))));
    }

    [Fact]
    public async Task A_preference_is_given_and_changed_and_kept()
    {
        var (_, added) = await _rig.PostAsync("/v1/resources", """{"name":"fax2","address":"http://127.0.0.1:9/resource/","preference":50}""");
        Assert.Equal(50, added.GetProperty("resource").GetProperty("preference").GetInt32());
        var (status, changed) = await _rig.SendAsync(HttpMethod.Patch, "/v1/resources/fax2", ApiRig.OperatorKey, ApiRig.Json("""{"preference":10}"""));
        Assert.Equal((HttpStatusCode.OK, 10), (status, changed.GetProperty("preference").GetInt32()));
        await _rig.RestartAsync();
        await _rig.Get<ResourceRegistry>().ReloadAsync(CancellationToken.None);
        Assert.Equal(10, (await _rig.GetAsync("/v1/resources/fax2")).Json.GetProperty("preference").GetInt32());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _rig.SendAsync(HttpMethod.Patch, "/v1/resources/fax2", ApiRig.OperatorKey, ApiRig.Json("""{"preference":-1}"""))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.SendAsync(HttpMethod.Patch, "/v1/resources/fax3", ApiRig.OperatorKey, ApiRig.Json("""{"preference":1}"""))).Status);
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        await _rig.PostAsync("/v1/resources", Add);
        var (status, problem) = await _rig.PostAsync("/v1/resources", Add);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "name"), (status, Assert.Single(ApiRig.Fields(problem))));
    }

    [Fact]
    public async Task One_that_is_paused_or_drained_takes_nothing_until_it_is_resumed()
    {
        await _rig.PostAsync("/v1/resources", Add);
        var state = _rig.Get<ResourceRegistry>().All.Single();
        state.Heard(new ResourceMessage { IsResourceActive = true, ResourceChannelMax = 4, ResourceChannelStatus = "1000", ResourceQueueInStatus = 2, ResourceQueueOutStatus = 1 }, _rig.Clock.GetUtcNow());
        Assert.Equal(3, state.Room(_rig.Clock.GetUtcNow(), TimeSpan.FromSeconds(30)));

        Assert.Equal(("fax2", "paused", "paused"), Read((await _rig.PostAsync("/v1/resources/fax2/pause", "")).Json));
        Assert.Equal(0, state.Room(_rig.Clock.GetUtcNow(), TimeSpan.FromSeconds(30)));
        var (_, resumed) = await _rig.PostAsync("/v1/resources/fax2/resume", "");
        Assert.Equal((4, 1, 2, 1), (resumed.GetProperty("channels").GetInt32(), resumed.GetProperty("busy").GetInt32(), resumed.GetProperty("queueIn").GetInt32(), resumed.GetProperty("queueOut").GetInt32()));
        Assert.Equal(3, state.Room(_rig.Clock.GetUtcNow(), TimeSpan.FromSeconds(30)));

        state.Opened();
        Assert.Equal(("fax2", "draining", "draining"), Read((await _rig.PostAsync("/v1/resources/fax2/drain", "")).Json));
        state.Closed();
        Assert.Equal(("fax2", "drained", "drained"), Read((await _rig.GetAsync("/v1/resources/fax2")).Json));
    }

    [Fact]
    public async Task Only_a_drained_resource_is_removed_unless_by_force()
    {
        await _rig.PostAsync("/v1/resources", Add);
        Assert.Equal(HttpStatusCode.Conflict, (await _rig.SendAsync(HttpMethod.Delete, "/v1/resources/fax2", ApiRig.OperatorKey)).Status);
        await _rig.PostAsync("/v1/resources/fax2/drain", "");
        Assert.Equal(HttpStatusCode.NoContent, (await _rig.SendAsync(HttpMethod.Delete, "/v1/resources/fax2", ApiRig.OperatorKey)).Status);
        Assert.Empty(_rig.Get<ResourceRegistry>().All);
        await _rig.PostAsync("/v1/resources", Add);
        Assert.Equal(HttpStatusCode.NoContent, (await _rig.SendAsync(HttpMethod.Delete, "/v1/resources/fax2?force=true", ApiRig.OperatorKey)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.PostAsync("/v1/resources/fax2/pause", "")).Status);
    }

    [Fact]
    public async Task The_resource_of_this_process_stays_as_the_operator_left_it()
    {
        var model = new ResourceModel
        {
            Id = 1,
            Name = "fax1",
            Type = MessageType.Fax,
            Address = new Uri("http://127.0.0.1:8/resource"),
            CommunicationType = CommunicationType.Http,
            IsActive = true,
            RouterPassword = "a",
            ResourcePasswordHash = ResourceRegistry.HashOf("b"),
        };
        var store = _rig.Get<IResourceStore>();
        await store.RegisterAsync(model, 77, CancellationToken.None);
        await _rig.PostAsync("/v1/resources/fax1/pause", "");
        await store.RegisterAsync(model with { Address = new Uri("http://127.0.0.1:7/resource") }, 78, CancellationToken.None);
        var (resource, _) = Assert.Single(await store.ListAsync(CancellationToken.None));
        Assert.Equal((1, false, 7), (resource.Id, resource.IsActive, resource.Address.Port));
        // Under another name it is another resource.
        await store.RegisterAsync(model with { Name = "fax9" }, 79, CancellationToken.None);
        Assert.Equal([1, 79], (await store.ListAsync(CancellationToken.None)).Select(r => r.Resource.Id).Order());
    }

    private static (string?, string?, string?) Read(System.Text.Json.JsonElement r) =>
        (r.GetProperty("name").GetString(), r.GetProperty("mode").GetString(), r.TryGetProperty("unavailable", out var why) ? why.GetString() : null);
}
