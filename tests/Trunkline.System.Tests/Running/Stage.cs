using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Trunkline.SystemTests.Running;

/// <summary>
/// A gateway and its operator, and carriers that answer at once in processes of their own: what a story needs to show what becomes of messages and money
/// without a telephone line.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly Dictionary<string, (string Http, string Router, string Own)> _carriers = [];
    private readonly Dictionary<string, RunningTrunkline> _running = [];
    private readonly List<HttpClient> _clients = [];

    private Stage(RunningTrunkline server)
    {
        Server = server;
        Operator = As("demo-key");
    }

    public RunningTrunkline Server { get; }

    /// <summary>The operator's way into the HTTP interface.</summary>
    public HttpClient Operator { get; }

    public static async Task<Stage> OpenAsync(IReadOnlyDictionary<string, string> options) => new(await RunningTrunkline.StartAsync(
        new TrunklineSetup { Data = RunningTrunkline.NewData(), Roles = "gateway", Options = options }));

    public async ValueTask DisposeAsync()
    {
        foreach (var carrier in _running.Values)
            await carrier.DisposeAsync();
        await Server.DisposeAsync();
        foreach (var client in _clients)
            client.Dispose();
    }

    /// <summary>The HTTP interface with this key.</summary>
    public HttpClient As(string key)
    {
        var client = new HttpClient { BaseAddress = new Uri("http://" + Server.Setup.Http) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _clients.Add(client);
        return client;
    }

    /// <summary>Registers a carrier and starts it.</summary>
    /// <param name="outcomes">What comes of which number; empty for what docs/reference/instant.md says.</param>
    public async Task AddCarrierAsync(string name, string outcomes = "")
    {
        var http = FreePorts.Tcp();
        var added = await PostAsync("/v1/resources", new { name, type = "fax", address = $"http://{http}/instant/{name}" });
        _carriers[name] = (http, Text(added, "routerPassword"), Text(added, "resourcePassword"));
        await StartAsync(name, outcomes);
    }

    public async Task StartAsync(string carrier, string outcomes)
    {
        var (http, router, own) = _carriers[carrier];
        _running[carrier] = await RunningTrunkline.StartAsync(new TrunklineSetup
        {
            Data = RunningTrunkline.NewData(),
            Roles = "instant",
            Http = http,
            Options = new Dictionary<string, string>
            {
                ["Instant:0:Id"] = carrier,
                ["Instant:0:RouterPassword"] = router,
                ["Instant:0:Password"] = own,
                ["Instant:0:Router"] = $"http://{Server.Setup.Http}/gateway",
                ["Instant:0:Outcomes"] = outcomes,
            },
        });
    }

    /// <summary>What a carrier was given, by its own journal: the id of the attempt, and the number.</summary>
    public IReadOnlyList<(string Attempt, string Number)> Delivered(string carrier)
    {
        using var file = new FileStream(Path.Combine(_running[carrier].Data, "instant", carrier + ".log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return [.. reader.ReadToEnd().Split('\n').Select(l => l.Split(' ')).Where(w => w is ["+", ..]).Select(w => (w[1], w[^1]))];
    }

    public async Task StopAsync(string carrier)
    {
        await _running[carrier].DisposeAsync();
        _running.Remove(carrier);
    }

    /// <summary>Until the gateway has heard from all carriers that run, and may send to them.</summary>
    public Task HeardAsync() => Server.WaitForAsync(
        () => GetAsync("/v1/resources").GetAwaiter().GetResult().GetProperty("items").EnumerateArray()
            .Count(r => r.GetProperty("channels").GetInt32() > 0 && !r.TryGetProperty("unavailable", out _)) >= _running.Count ? "" : null, "all carriers");

    /// <summary>Imports a rate file.</summary>
    /// <param name="query">Whose it is: <c>resource=…&amp;currency=…</c>, or <c>plan=…</c>.</param>
    public async Task RatesAsync(string rows, string query)
    {
        using var content = new StringContent(rows, System.Text.Encoding.UTF8, "text/csv");
        using var answer = await Operator.PostAsync("/v1/rates?" + query, content);
        await ReadAsync(answer);
    }

    public Task<(int ExitCode, string Output)> CommandAsync(params string[] words) =>
        TrunklineProcess.RunAsync(Server.Data, [.. words, "--data", Server.Data, "--http", Server.Setup.Http]);

    /// <summary>A command that does what it is told.</summary>
    public async Task DoAsync(params string[] words)
    {
        var (exitCode, output) = await CommandAsync(words);
        Assert.True(exitCode == 0, output);
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Operator.PostAsJsonAsync(path, body);
        return await ReadAsync(answer);
    }

    public async Task<JsonElement> PatchAsync(string path, object body)
    {
        using var answer = await Operator.PatchAsJsonAsync(path, body);
        return await ReadAsync(answer);
    }

    public Task<JsonElement> GetAsync(string path) => Operator.GetFromJsonAsync<JsonElement>(path);

    /// <summary>A message once it has ended, with its attempts.</summary>
    public async Task<JsonElement> EndedAsync(string id) => (await Server.WaitForAsync(() =>
    {
        var detail = GetAsync($"/v1/messages/{id}").GetAwaiter().GetResult();
        return Text(detail.GetProperty("message"), "status") is "sent" or "failed" or "expired" or "uncertain" or "cancelled" ? new Box(detail) : null;
    }, "the end of " + id)).Json;

    /// <summary>Counts the ledger again: nothing in it disagrees.</summary>
    public async Task AssertBooksAgreeAsync() => Assert.Empty((await GetAsync("/v1/billing/check")).GetProperty("faults").EnumerateArray());

    public async Task<decimal> BalanceAsync(string customer) =>
        Amount((await GetAsync($"/v1/billing/balance?customer={customer}")).GetProperty("balance"));

    public static decimal Amount(JsonElement money) => decimal.Parse(Text(money, "amount"), CultureInfo.InvariantCulture);

    /// <summary>A value as text; empty where there is none.</summary>
    public static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    private sealed record Box(JsonElement Json);
}
