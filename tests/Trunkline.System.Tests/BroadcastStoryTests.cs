using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Trunkline.SystemTests.Running;

namespace Trunkline.SystemTests;

/// <summary>A document to a thousand numbers, seen from outside: made once, to each number once, with a progress that adds up; and one that is stopped half-way.</summary>
[Collection(SystemTestGroup.Name)]
public sealed class BroadcastStoryTests : IAsyncLifetime
{
    private const string Sender = "shop@localhost";
    private const int Numbers = 1000;
    private const int Stopped = 300;
    private Stage _stage = null!;

    public async ValueTask InitializeAsync()
    {
        _stage = await Stage.OpenAsync(DemoServer.QuickRetries);
        await _stage.AddCarrierAsync("carrier", "*=delivered");
        await _stage.PostAsync("/v1/customers", new { email = Sender, country = "US", billType = "free", trustedNetworks = new[] { "127.0.0.0/8" } });
        await _stage.HeardAsync();
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_thousand_numbers_get_one_document_and_another_broadcast_is_stopped_half_way()
    {
        var first = Stage.Text(await OrderAsync("New prices", 0, Numbers), "id");
        var seen = new List<JsonElement>();
        await UntilAsync(first, b =>
        {
            seen.Add(b);
            return Stage.Text(b, "state") == "ended";
        });
        // It was seen on its way, the parts add up at every look, and nothing that has ended begins again.
        Assert.Contains(seen, b => Ended(b) is > 0 and < Numbers);
        Assert.All(seen, b => Assert.Equal(Numbers, Counts(b).Sum()));
        Assert.Equal(seen.Select(Ended).Order(), seen.Select(Ended));
        Assert.Equal((Numbers, "1"), (Count(seen[^1], "sent"), Stage.Text(seen[^1], "pages")));
        Assert.Equal(Enumerable.Range(0, Numbers).Select(Number), _stage.Delivered("carrier").Select(d => d.Number).Order(StringComparer.Ordinal));
        Assert.Equal(1, Renderings());
        var results = await _stage.Operator.GetStringAsync($"/v1/broadcasts/{first}/results.csv");
        Assert.Equal(Numbers, results.Split('\n').Count(l => l.Contains(",sent,", StringComparison.Ordinal)));

        var second = Stage.Text(await OrderAsync("The same again", Numbers, Stopped, ("atOnce", "20")), "id");
        await UntilAsync(second, b => Ended(b) >= Stopped / 2 - 20);
        await _stage.PostAsync($"/v1/broadcasts/{second}/cancel", new { });
        var end = await UntilAsync(second, b => Stage.Text(b, "state") == "cancelled");
        Assert.Equal(Stopped, Count(end, "sent") + Count(end, "cancelled"));
        Assert.InRange(Count(end, "sent"), Stopped / 2 - 20, Stopped - 1);
        // Whoever was called was called once, and what was cancelled was not called.
        var called = _stage.Delivered("carrier").Select(d => d.Number).ToList();
        Assert.Equal(Numbers + Count(end, "sent"), called.Count);
        Assert.Equal(called.Count, called.Distinct().Count());
        Assert.Equal(2, Renderings());

        foreach (var id in new[] { first, second })
            await _stage.Server.WaitForAsync(() => Receipt.Mailbox(_stage.Server.Data, Sender).FirstOrDefault(m => m.Headers["X-Trunkline-Broadcast"] == id), "the summary of " + id);
    }

    private async Task<JsonElement> OrderAsync(string subject, int from, int numbers, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        var list = "number\n" + string.Join('\n', Enumerable.Range(from, numbers).Select(Number));
        form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(list)), "list", "customers.csv");
        foreach (var (name, value) in fields.Append(("customer", Sender)).Append(("subject", subject)).Append(("text", "Dear customer, " + subject)))
            form.Add(new StringContent(value), name);
        using var answer = await _stage.Operator.PostAsync("/v1/broadcasts", form);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private async Task<JsonElement> UntilAsync(string id, Func<JsonElement, bool> isThere) => (await _stage.Server.WaitForAsync(() =>
    {
        var broadcast = _stage.GetAsync($"/v1/broadcasts/{id}").GetAwaiter().GetResult();
        return isThere(broadcast) ? new Box(broadcast) : null;
    }, "the end of broadcast " + id)).Json;

    /// <summary>Documents that were made into pages.</summary>
    private int Renderings()
    {
        using var database = new SqliteConnection($"Data Source={Path.Combine(_stage.Server.Data, "trunkline.db")};Mode=ReadOnly;Pooling=False");
        database.Open();
        using var count = database.CreateCommand();
        count.CommandText = "SELECT count(*) FROM rendering";
        return Convert.ToInt32(count.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static IEnumerable<int> Counts(JsonElement broadcast) =>
        new[] { "waiting", "queued", "deferred", "onLine", "sent", "failed", "expired", "cancelled", "uncertain" }.Select(name => Count(broadcast, name));

    private static int Ended(JsonElement broadcast) => Count(broadcast, "ended");

    private static int Count(JsonElement broadcast, string name) => broadcast.GetProperty("counts").GetProperty(name).GetInt32();

    private static string Number(int index) => $"+130320{index + 10000}";

    private sealed record Box(JsonElement Json);
}
