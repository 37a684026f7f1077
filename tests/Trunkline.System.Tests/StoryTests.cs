using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Trunkline.SystemTests.Running;

namespace Trunkline.SystemTests;

/// <summary>
/// A hosting company's day: two carriers, three customers who pay in three currencies and read three languages, and forty faxes that end in every
/// way. The carriers are resources that answer at once, in processes of their own; all else is the program as its users run it.
/// </summary>
[Collection(SystemTestGroup.Name)]
public sealed class StoryTests : IAsyncLifetime
{
    // The last digits of a number say what a resource that answers at once makes of it.
    private static readonly (string Ending, string Outcome)[] Failures =
    [
        ("02", "busy"), ("03", "no-answer"), ("04", "congestion"), ("05", "refused"), ("06", "no-fax"), ("07", "carrier-refused"), ("08", "not-in-service"),
    ];

    private static readonly (string Address, string Currency, string Language, string BillType, string Sent, string NotSent)[] Payers =
    [
        ("us@localhost", "USD", "en", "prepaid", "Fax sent: ", "Fax NOT sent: "),
        ("de@localhost", "EUR", "de", "postpaid", "Fax gesendet: ", "Fax NICHT gesendet: "),
        ("jp@localhost", "JPY", "ja", "corporate", "ファクス送信完了: ", "ファクス送信失敗: "),
    ];

    private readonly HttpClient _http = new();
    private readonly Dictionary<string, RunningTrunkline> _carriers = [];
    private readonly Dictionary<string, (string Router, string Own)> _passwords = [];
    private RunningTrunkline _server = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new Dictionary<string, string>(DemoServer.QuickRetries)
        {
            ["Retry:Carrier:MaxAttempts"] = "2",
            ["Retry:NoFax:MaxAttempts"] = "1",
            ["ResourceSilence"] = "00:00:03",
        };
        _server = await RunningTrunkline.StartAsync(new TrunklineSetup { Data = RunningTrunkline.NewData(), Roles = "gateway", Options = options });
        _http.BaseAddress = new Uri("http://" + _server.Setup.Http);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "demo-key");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var carrier in _carriers.Values)
            await carrier.DisposeAsync();
        await _server.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task Two_carriers_three_currencies_and_forty_faxes_come_out_to_the_last_cent()
    {
        await FoundAsync();

        // Forty faxes: six of each customer arrive (seven of the last), seven end in each of the ways in which a fax can fail.
        var sent = new List<(int Payer, string Outcome, string Message)>();
        for (var payer = 0; payer < Payers.Length; payer++)
        {
            foreach (var (ending, outcome) in Failures.Concat(Enumerable.Range(11, payer == 2 ? 7 : 6).Select(e => (e.ToString(CultureInfo.InvariantCulture), "delivered"))))
                sent.Add((payer, outcome, await SendAsync(payer, $"+1303{200 + payer}10{ending}", $"{outcome} {ending}")));
        }
        Assert.Equal(40, sent.Count);
        foreach (var (payer, outcome, id) in sent)
        {
            var message = await EndedAsync(id);
            Assert.Equal((outcome, outcome == "delivered" ? "sent" : "failed"), (Text(message, "outcome"), Text(message, "status")));
            // Whatever a carrier can do nothing about is tried by the cheapest alone; what it can is given to the other at once.
            var tried = Tried(message);
            Assert.Equal(outcome is "congestion" ? ["carrier-a", "carrier-b", "carrier-a", "carrier-b"]
                : outcome is "carrier-refused" ? ["carrier-a", "carrier-b"]
                : outcome is "busy" or "no-answer" ? ["carrier-a", "carrier-a"] : ["carrier-a"], tried);
        }
        await ExplainedAsync("carrier-a", "the cheapest", "dearer");

        // 0.06 USD each: 0.01 and 0.05 for the page. In euros 0.054, in yen 9.
        await OwesAsync("us@localhost", "9.64", "USD");
        await OwesAsync("de@localhost", "-0.324", "EUR");
        await OwesAsync("jp@localhost", "-63", "JPY");
        // 19 pages by carrier A at 0.01 USD.
        Assert.Equal(0.19m, await AccountAsync("carrier:", "USD"));

        // The cheapest carrier is full: each fax goes to the next at once, and its route says so.
        await StopAsync("carrier-a");
        await StartAsync("carrier-a", "*=congestion");
        var full = await EndedAsync(await SendAsync(1, "+13032011031", "full"));
        Assert.Equal(("sent", 2), (Text(full, "status"), Tried(full).Count));
        Assert.Equal(["carrier-a", "carrier-b"], Tried(full));

        // It is down: nobody waits for it.
        await StopAsync("carrier-a");
        var down = await EndedAsync(await SendAsync(1, "+13032011032", "down"));
        Assert.Equal("sent", Text(down, "status"));
        Assert.Equal("carrier-b", Tried(down)[^1]);
        await ExplainedAsync("carrier-b", "the cheapest", "silent");
        await OwesAsync("de@localhost", "-0.432", "EUR");
        Assert.Equal(0.024m, await AccountAsync("carrier:", "EUR"));
        Assert.Equal(0, (await CommandAsync("billing", "check")).ExitCode);

        foreach (var (payer, outcome, _) in sent)
            await ReceiptAsync(payer, outcome);
    }

    private async Task FoundAsync()
    {
        foreach (var carrier in new[] { "carrier-a", "carrier-b" })
        {
            var http = FreePorts.Tcp();
            var added = await PostAsync("/v1/resources", new { name = carrier, type = "fax", address = $"http://{http}/instant/{carrier}" });
            _passwords[carrier] = (Text(added, "routerPassword"), Text(added, "resourcePassword"));
            _ports[carrier] = http;
            await StartAsync(carrier, "");
        }
        await RatesAsync("prefix,per_page\n1,0.01\n", "--resource", "carrier-a", "--currency", "USD");
        await RatesAsync("prefix,per_page\n1,0.012\n", "--resource", "carrier-b", "--currency", "EUR");
        await RatesAsync("prefix,connect_fee,per_page\n1,0.01,0.05\n", "--plan", "standard", "--currency", "USD");
        foreach (var (from, to, rate) in new[] { ("USD", "EUR", "0.9"), ("USD", "JPY", "150"), ("EUR", "USD", "1.1"), ("EUR", "JPY", "165") })
            Assert.Equal(0, (await CommandAsync("billing", "exchange", "set", from, to, rate)).ExitCode);
        foreach (var payer in Payers)
        {
            await PostAsync("/v1/customers", new
            {
                email = payer.Address, country = "US", billType = payer.BillType, currency = payer.Currency, language = payer.Language,
                trustedNetworks = new[] { "127.0.0.0/8" },
            });
        }
        Assert.Equal(0, (await CommandAsync("billing", "topup", "us@localhost", "10", "USD", "--reference", "cheque 1")).ExitCode);
        Assert.Equal(0, (await CommandAsync("customer", "set", "de@localhost", "limits.credit=100")).ExitCode);
        await _server.WaitForAsync(() => Heard() ? "" : null, "both carriers");

        bool Heard() => _http.GetFromJsonAsync<JsonElement>("/v1/resources").GetAwaiter().GetResult().GetProperty("items").EnumerateArray()
            .Count(r => r.TryGetProperty("channels", out var channels) && channels.GetInt32() > 0) == 2;
    }

    private readonly Dictionary<string, string> _ports = [];

    private async Task StartAsync(string carrier, string outcomes) => _carriers[carrier] = await RunningTrunkline.StartAsync(new TrunklineSetup
    {
        Data = RunningTrunkline.NewData(),
        Roles = "instant",
        Http = _ports[carrier],
        Options = new Dictionary<string, string>
        {
            ["Instant:0:Id"] = carrier,
            ["Instant:0:RouterPassword"] = _passwords[carrier].Router,
            ["Instant:0:Password"] = _passwords[carrier].Own,
            ["Instant:0:Router"] = $"http://{_server.Setup.Http}/gateway",
            ["Instant:0:Outcomes"] = outcomes,
        },
    });

    private async Task StopAsync(string carrier)
    {
        await _carriers[carrier].DisposeAsync();
        _carriers.Remove(carrier);
    }

    private async Task RatesAsync(string rows, params string[] options)
    {
        var file = Path.Combine(_server.Data, "deck.csv");
        await File.WriteAllTextAsync(file, rows);
        var (exitCode, output) = await CommandAsync(["rates", "import", file, .. options]);
        Assert.True(exitCode == 0, output);
    }

    private async Task<string> SendAsync(int payer, string number, string subject)
    {
        var mail = Documents.Mail(subject, "Good morning.", number);
        mail.From.Clear();
        mail.From.Add(new MimeKit.MailboxAddress("", Payers[payer].Address));
        var answer = await _server.SendAsync(mail, Payers[payer].Address);
        var submission = RunningTrunkline.SubmissionOf(answer);
        var list = await _http.GetFromJsonAsync<JsonElement>($"/v1/messages?submission={submission}");
        return Text(Assert.Single(list.GetProperty("items").EnumerateArray()), "id");
    }

    private async Task<JsonElement> EndedAsync(string id)
    {
        var ended = await _server.WaitForAsync(() =>
        {
            var detail = _http.GetFromJsonAsync<JsonElement>($"/v1/messages/{id}").GetAwaiter().GetResult();
            return Text(detail.GetProperty("message"), "status") is "sent" or "failed" or "expired" or "uncertain" ? new Box(detail) : null;
        }, "the end of " + id);
        return ended.Detail;
    }

    private async Task ReceiptAsync(int payer, string outcome)
    {
        var expected = outcome == "delivered" ? Payers[payer].Sent : Payers[payer].NotSent;
        await _server.WaitForAsync(() => Receipt.All(_server.Data, Payers[payer].Address)
            .FirstOrDefault(r => r.Subject.StartsWith(expected + outcome, StringComparison.Ordinal)), $"the receipt of {Payers[payer].Address}: {expected}{outcome}");
    }

    private async Task ExplainedAsync(string chosen, string why, string whyNot)
    {
        var (exitCode, output) = await CommandAsync("rates", "explain", "+13032001011", "--pages", "1");
        Assert.Equal(0, exitCode);
        Assert.Contains($"It goes to {chosen}.", output, StringComparison.Ordinal);
        Assert.Contains(why, output, StringComparison.Ordinal);
        Assert.Contains(whyNot, output, StringComparison.Ordinal);
    }

    private async Task OwesAsync(string customer, string amount, string currency)
    {
        var balance = (await _http.GetFromJsonAsync<JsonElement>($"/v1/billing/balance?customer={customer}")).GetProperty("balance");
        Assert.Equal((decimal.Parse(amount, CultureInfo.InvariantCulture), currency),
            (decimal.Parse(Text(balance, "amount"), CultureInfo.InvariantCulture), Text(balance, "currency")));
    }

    /// <summary>What was booked on the accounts that begin so, in one currency.</summary>
    private async Task<decimal> AccountAsync(string prefix, string currency)
    {
        var sum = 0m;
        string? after = null;
        do
        {
            var page = await _http.GetFromJsonAsync<JsonElement>($"/v1/billing/ledger?limit=1000{(after is null ? "" : "&after=" + after)}");
            foreach (var line in page.GetProperty("items").EnumerateArray())
            {
                if (Text(line, "account").StartsWith(prefix, StringComparison.Ordinal) && Text(line.GetProperty("amount"), "currency") == currency)
                    sum += decimal.Parse(Text(line.GetProperty("amount"), "amount"), CultureInfo.InvariantCulture);
            }
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);
        return sum;
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private Task<(int ExitCode, string Output)> CommandAsync(params string[] words) =>
        TrunklineProcess.RunAsync(_server.Data, [.. words, "--data", _server.Data, "--http", _server.Setup.Http]);

    private static List<string> Tried(JsonElement detail) => [.. detail.GetProperty("attempts").EnumerateArray().Select(a => Text(a, "resource"))];

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : Find(element, name);

    // A detail has its message within.
    private static string Find(JsonElement element, string name) =>
        element.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object && message.TryGetProperty(name, out var value) ? value.ToString() : "";

    private sealed record Box(JsonElement Detail);
}
