using System.Globalization;
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

    private Stage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await Stage.OpenAsync(new Dictionary<string, string>(DemoServer.QuickRetries)
    {
        ["Retry:Carrier:MaxAttempts"] = "2",
        ["Retry:NoFax:MaxAttempts"] = "1",
        ["ResourceSilence"] = "00:00:03",
    });

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

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
            var message = await _stage.EndedAsync(id);
            Assert.Equal((outcome, outcome == "delivered" ? "sent" : "failed"), (Of(message, "outcome"), Of(message, "status")));
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
        await _stage.StopAsync("carrier-a");
        await _stage.StartAsync("carrier-a", "*=congestion");
        await _stage.HeardAsync();
        var full = await _stage.EndedAsync(await SendAsync(1, "+13032011031", "full"));
        Assert.Equal(("sent", 2), (Of(full, "status"), Tried(full).Count));
        Assert.Equal(["carrier-a", "carrier-b"], Tried(full));

        // It is down: nobody waits for it.
        await _stage.StopAsync("carrier-a");
        var down = await _stage.EndedAsync(await SendAsync(1, "+13032011032", "down"));
        Assert.Equal("sent", Of(down, "status"));
        Assert.Equal("carrier-b", Tried(down)[^1]);
        await ExplainedAsync("carrier-b", "the cheapest", "silent");
        await OwesAsync("de@localhost", "-0.432", "EUR");
        Assert.Equal(0.024m, await AccountAsync("carrier:", "EUR"));
        Assert.Equal(0, (await _stage.CommandAsync("billing", "check")).ExitCode);

        foreach (var (payer, outcome, _) in sent)
            await ReceiptAsync(payer, outcome);
    }

    private async Task FoundAsync()
    {
        await _stage.AddCarrierAsync("carrier-a");
        await _stage.AddCarrierAsync("carrier-b");
        await _stage.RatesAsync("prefix,per_page\n1,0.01\n", "resource=carrier-a&currency=USD");
        await _stage.RatesAsync("prefix,per_page\n1,0.012\n", "resource=carrier-b&currency=EUR");
        await _stage.RatesAsync("prefix,connect_fee,per_page\n1,0.01,0.05\n", "plan=standard&currency=USD");
        foreach (var (from, to, rate) in new[] { ("USD", "EUR", "0.9"), ("USD", "JPY", "150"), ("EUR", "USD", "1.1"), ("EUR", "JPY", "165") })
            await _stage.DoAsync("billing", "exchange", "set", from, to, rate);
        foreach (var payer in Payers)
        {
            await _stage.PostAsync("/v1/customers", new
            {
                email = payer.Address, country = "US", billType = payer.BillType, currency = payer.Currency, language = payer.Language,
                trustedNetworks = new[] { "127.0.0.0/8" },
            });
        }
        await _stage.DoAsync("billing", "topup", "us@localhost", "10", "USD", "--reference", "cheque 1");
        await _stage.DoAsync("customer", "set", "de@localhost", "limits.credit=100");
        await _stage.HeardAsync();
    }

    private async Task<string> SendAsync(int payer, string number, string subject)
    {
        var mail = Documents.Mail(subject, "Good morning.", number);
        mail.From.Clear();
        mail.From.Add(new MimeKit.MailboxAddress("", Payers[payer].Address));
        var answer = await _stage.Server.SendAsync(mail, Payers[payer].Address);
        var submission = RunningTrunkline.SubmissionOf(answer);
        var list = await _stage.GetAsync($"/v1/messages?submission={submission}");
        return Stage.Text(Assert.Single(list.GetProperty("items").EnumerateArray()), "id");
    }

    private async Task ReceiptAsync(int payer, string outcome)
    {
        var expected = outcome == "delivered" ? Payers[payer].Sent : Payers[payer].NotSent;
        await _stage.Server.WaitForAsync(() => Receipt.All(_stage.Server.Data, Payers[payer].Address)
            .FirstOrDefault(r => r.Subject.StartsWith(expected + outcome, StringComparison.Ordinal)), $"the receipt of {Payers[payer].Address}: {expected}{outcome}");
    }

    private async Task ExplainedAsync(string chosen, string why, string whyNot)
    {
        var (exitCode, output) = await _stage.CommandAsync("rates", "explain", "+13032001011", "--pages", "1");
        Assert.Equal(0, exitCode);
        Assert.Contains($"It goes to {chosen}.", output, StringComparison.Ordinal);
        Assert.Contains(why, output, StringComparison.Ordinal);
        Assert.Contains(whyNot, output, StringComparison.Ordinal);
    }

    private async Task OwesAsync(string customer, string amount, string currency)
    {
        var balance = (await _stage.GetAsync($"/v1/billing/balance?customer={customer}")).GetProperty("balance");
        Assert.Equal((decimal.Parse(amount, CultureInfo.InvariantCulture), currency),
            (decimal.Parse(Stage.Text(balance, "amount"), CultureInfo.InvariantCulture), Stage.Text(balance, "currency")));
    }

    /// <summary>What was booked on the accounts that begin so, in one currency.</summary>
    private async Task<decimal> AccountAsync(string prefix, string currency)
    {
        var sum = 0m;
        string? after = null;
        do
        {
            var page = await _stage.GetAsync($"/v1/billing/ledger?limit=1000{(after is null ? "" : "&after=" + after)}");
            foreach (var line in page.GetProperty("items").EnumerateArray())
            {
                if (Stage.Text(line, "account").StartsWith(prefix, StringComparison.Ordinal) && Stage.Text(line.GetProperty("amount"), "currency") == currency)
                    sum += decimal.Parse(Stage.Text(line.GetProperty("amount"), "amount"), CultureInfo.InvariantCulture);
            }
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);
        return sum;
    }

    private static string Of(JsonElement detail, string name) => Stage.Text(detail.GetProperty("message"), name);

    private static List<string> Tried(JsonElement detail) => [.. detail.GetProperty("attempts").EnumerateArray().Select(a => Stage.Text(a, "resource"))];
}
