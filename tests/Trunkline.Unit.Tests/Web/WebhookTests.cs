using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Trunkline.Gateway;
using Trunkline.Gateway.Webhooks;

namespace Trunkline.Unit.Tests.Web;

/// <summary>Webhooks: told of every event at least once, signed, tried again, given up, and in nobody's way.</summary>
public class WebhookTests : IAsyncLifetime
{
    private const string Hello = """{"to":["fax:+12025550101"],"text":"Hello"}""";
    private ApiRig _rig = null!;
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _rig = await ApiRig.StartAsync(s => s.AddHostedService<WebhookSender>().PostConfigure<GatewayOptions>(o =>
        {
            o.Webhooks.AllowPrivate = true;
            o.Webhooks.MaxPerCustomer = 3;
            // The clock of the test runs fast, the network does not.
            o.Webhooks.Timeout = TimeSpan.FromMinutes(1);
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_customer_is_told_of_its_own_events_with_a_signature_that_it_can_check()
    {
        var secret = Text(await AddAsync(_rig.Alice, _receiver.Address), "secret");
        await _rig.PostAsync("/v1/messages", Hello, _rig.Bob);
        var submission = Text((await _rig.PostAsync("/v1/messages", Hello, _rig.Alice)).Json, "id");
        await UntilAsync(() => !_receiver.Told.IsEmpty);

        var (id, timestamp, signature, body) = Assert.Single(_receiver.Told);
        var json = JsonDocument.Parse(body).RootElement;
        Assert.Equal(("accepted", "alice@example.org", submission),
            (Text(json, "type"), Text(json.GetProperty("data"), "customer"), Text(json.GetProperty("data"), "submission")));
        Assert.InRange(long.Parse(timestamp, CultureInfo.InvariantCulture), 1_700_000_000, _rig.Clock.GetUtcNow().ToUnixTimeSeconds());
        // By the words of the specification, not by our own code.
        var expected = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), (byte[])[.. Encoding.ASCII.GetBytes($"{id}.{timestamp}."), .. body]));
        Assert.Equal("v1," + expected, signature);
    }

    [Fact]
    public async Task A_receiver_that_fails_twice_is_told_the_third_time_under_the_same_id()
    {
        _receiver.Answer = n => Task.FromResult(n <= 2 ? 500 : 200);
        var webhook = Id(await AddAsync(_rig.Alice, _receiver.Address));
        await _rig.PostAsync("/v1/messages", Hello, _rig.Alice);
        await UntilAsync(() => _receiver.Told.Count == 1);
        await UntilAsync(async () => (await ViewAsync(webhook)).TryGetProperty("failingSince", out _));
        await UntilAsync(() => _receiver.Told.Count == 3);
        Assert.Single(_receiver.Told.Select(t => t.Id).Distinct());
        await UntilAsync(async () => await _rig.Get<IWebhookStore>().WaitingAsync(webhook, CancellationToken.None) == 0);
        Assert.False((await ViewAsync(webhook)).TryGetProperty("failingSince", out _));
    }

    [Fact]
    public async Task A_restart_in_the_middle_loses_nothing()
    {
        var hang = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _receiver.Answer = n => n == 1 ? hang.Task : Task.FromResult(200);
        await AddAsync(_rig.Alice, _receiver.Address);
        await _rig.PostAsync("/v1/messages", Hello, _rig.Alice);
        await UntilAsync(() => _receiver.Told.Count == 1);
        // The receiver has it and has not answered: whether it took it cannot be known.
        var restart = _rig.RestartAsync();
        await restart;
        hang.SetResult(500);
        await _rig.PostAsync("/v1/messages", Hello, _rig.Alice);
        await UntilAsync(() => _receiver.Told.Select(t => t.Id).Distinct().Count() == 2 && _receiver.Told.Count >= 3);
    }

    [Fact]
    public async Task A_receiver_that_hangs_is_in_nobodys_way()
    {
        await using var dead = await Receiver.StartAsync();
        var hang = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        dead.Answer = _ => hang.Task;
        await AddAsync(_rig.Alice, dead.Address);
        await AddAsync(_rig.Bob, _receiver.Address);
        for (var i = 0; i < 10; i++)
        {
            await _rig.PostAsync("/v1/messages", Hello, _rig.Alice);
            await _rig.PostAsync("/v1/messages", Hello, _rig.Bob);
        }
        await UntilAsync(() => _receiver.Told.Select(t => t.Id).Distinct().Count() == 10);
        Assert.InRange(dead.Told.Count, 0, 4);
        hang.SetResult(200);
        await UntilAsync(() => dead.Told.Select(t => t.Id).Distinct().Count() == 10);
    }

    [Fact]
    public async Task A_receiver_that_takes_nothing_for_a_day_is_given_up_and_told_again_once_it_is_enabled()
    {
        _receiver.Answer = _ => Task.FromResult(500);
        var webhook = Id(await AddAsync(_rig.Alice, _receiver.Address));
        await _rig.PostAsync("/v1/messages", Hello, _rig.Alice);
        await UntilAsync(async () => (await ViewAsync(webhook)).TryGetProperty("disabledAt", out _), TimeSpan.FromMinutes(10));
        Assert.Contains("Nothing was taken since", Text(await ViewAsync(webhook), "disabledReason"), StringComparison.Ordinal);
        // Ever less often: 5 s, 15 s, 45 s, … an hour at most.
        Assert.InRange(_receiver.Told.Count, 20, 40);
        await UntilAsync(async () => await _rig.Get<IWebhookStore>().WaitingAsync(webhook, CancellationToken.None) == 0);

        _receiver.Answer = _ => Task.FromResult(200);
        _receiver.Told.Clear();
        await _rig.PostAsync("/v1/messages", Hello, _rig.Alice);
        Assert.Equal(HttpStatusCode.OK, (await _rig.SendAsync(HttpMethod.Post, $"/v1/webhooks/{webhook}/enable", _rig.Alice)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await _rig.SendAsync(HttpMethod.Post, $"/v1/webhooks/{webhook}/enable", _rig.Alice)).Status);
        await _rig.PostAsync("/v1/messages", Hello, _rig.Alice);
        await UntilAsync(() => !_receiver.Told.IsEmpty);
        Assert.Single(_receiver.Told);
    }

    [Fact]
    public async Task A_receiver_that_says_it_is_gone_is_given_up_at_once()
    {
        _receiver.Answer = _ => Task.FromResult(410);
        var webhook = Id(await AddAsync(_rig.Alice, _receiver.Address));
        await _rig.PostAsync("/v1/messages", Hello, _rig.Alice);
        await UntilAsync(async () => (await ViewAsync(webhook)).TryGetProperty("disabledAt", out _));
        Assert.Single(_receiver.Told);
    }

    [Fact]
    public async Task Only_what_it_asked_for_is_told_and_the_operator_may_ask_for_all()
    {
        await AddAsync(_rig.Alice, _receiver.Address, """["ended","receipt"]""");
        await AddAsync(ApiRig.OperatorKey, _receiver.Address, """["accepted"]""");
        await _rig.PostAsync("/v1/messages", Hello, _rig.Alice);
        await _rig.PostAsync("/v1/messages", Hello, _rig.Bob);
        await UntilAsync(() => _receiver.Told.Count == 2);
        Assert.Equal(["accepted", "accepted"], _receiver.Types);
        Assert.All(_receiver.Told, t => Assert.StartsWith("evt_2_", t.Id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ftp://example.org/", "url")]
    [InlineData("https://user@example.org/", "url")]
    [InlineData("nonsense", "url")]
    public async Task An_address_that_cannot_be_told_is_refused(string url, string field) =>
        Assert.Equal([field], ApiRig.Fields((await _rig.PostAsync("/v1/webhooks", $$"""{"url":"{{url}}"}""", _rig.Alice)).Json));

    [Fact]
    public async Task What_is_registered_is_bounded_checked_and_ones_own()
    {
        Assert.Equal(["events[1]"], ApiRig.Fields((await _rig.PostAsync("/v1/webhooks", """{"url":"https://example.org/","events":["ended","boiled"]}""", _rig.Alice)).Json));
        var id = Id(await AddAsync(_rig.Alice, _receiver.Address));
        await AddAsync(_rig.Alice, _receiver.Address);
        await AddAsync(_rig.Alice, _receiver.Address);
        Assert.Equal(HttpStatusCode.Conflict, (await _rig.PostAsync("/v1/webhooks", """{"url":"https://example.org/"}""", _rig.Alice)).Status);
        Assert.Empty((await _rig.GetAsync("/v1/webhooks", _rig.Bob)).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.SendAsync(HttpMethod.Delete, $"/v1/webhooks/{id}", _rig.Bob)).Status);
        Assert.False((await ViewAsync(id)).TryGetProperty("secret", out _));
        var (_, page) = await _rig.GetAsync("/v1/webhooks?limit=2", _rig.Alice);
        Assert.Equal((2, 1), (page.GetProperty("items").GetArrayLength(), (await _rig.GetAsync("/v1/webhooks?after=" + Text(page, "next"), _rig.Alice)).Json.GetProperty("items").GetArrayLength()));
        Assert.Equal(HttpStatusCode.NoContent, (await _rig.SendAsync(HttpMethod.Delete, $"/v1/webhooks/{id}", _rig.Alice)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync($"/v1/webhooks/{id}", _rig.Alice)).Status);
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("9.9.9.9", true)]
    [InlineData("2620:fe::fe", true)]
    public async Task Addresses_within_are_not_called_for_a_customer(string address, bool isPublic)
    {
        Assert.Equal(isPublic, ReachableAddresses.IsPublic(IPAddress.Parse(address)));
        var url = new Uri(address.Contains(':', StringComparison.Ordinal) ? $"https://[{address}]/" : $"https://{address}/");
        Assert.Equal(isPublic, ReachableAddresses.Refusal(url, allowPrivate: false) is null);
        // A name that leads there is found out when it is called.
        if (!isPublic && address is "127.0.0.1")
        {
            var fault = await Assert.ThrowsAsync<HttpRequestException>(async () => await ReachableAddresses.ConnectAsync(new DnsEndPoint("localhost", _receiver.Address.Port), false, CancellationToken.None));
            Assert.Contains("public internet", fault.Message, StringComparison.Ordinal);
        }
    }

    private async Task<JsonElement> AddAsync(string key, Uri url, string? events = null)
    {
        var (status, added) = await _rig.PostAsync("/v1/webhooks", $$"""{"url":"{{url}}"{{(events is null ? "" : ",\"events\":" + events)}}}""", key);
        Assert.Equal(HttpStatusCode.Created, status);
        return added;
    }

    private async Task<JsonElement> ViewAsync(long id)
    {
        await _rig.Get<WebhookBook>().ReloadAsync(CancellationToken.None);
        return (await _rig.GetAsync($"/v1/webhooks/{id}")).Json;
    }

    private static long Id(JsonElement webhook) => webhook.GetProperty("id").GetInt64();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private Task UntilAsync(Func<bool> happened, [CallerArgumentExpression(nameof(happened))] string what = "") =>
        UntilAsync(() => Task.FromResult(happened()), null, what);

    private Task UntilAsync(Func<Task<bool>> happened, TimeSpan? step = null, [CallerArgumentExpression(nameof(happened))] string what = "") =>
        Patience.UntilAsync(happened, () => _rig.Clock.Advance(step ?? TimeSpan.FromMilliseconds(100)), what);
}
