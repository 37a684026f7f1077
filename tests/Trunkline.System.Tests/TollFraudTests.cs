using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Trunkline.SystemTests.Running;

namespace Trunkline.SystemTests;

/// <summary>
/// A thief has a customer's key and tries what thieves try. Each limit stops it: while it is connected where that is known already, or else before
/// the call, with a sentence; the account shows what it got away with; and once the key is revoked nothing goes any more.
/// </summary>
[Collection(SystemTestGroup.Name)]
public sealed class TollFraudTests : IAsyncLifetime
{
    private const string Victim = "victim@localhost";
    private const string Clerk = "clerk@localhost";
    private Stage _stage = null!;
    private int _numbers;

    public async ValueTask InitializeAsync()
    {
        _stage = await Stage.OpenAsync(DemoServer.QuickRetries);
        await _stage.AddCarrierAsync("carrier", "*=delivered");
        await _stage.RatesAsync("prefix,per_page\n1,0.01\n", "resource=carrier&currency=USD");
        // Alaska is dear here.
        await _stage.RatesAsync("prefix,per_page\n1,0.05\n1907,2\n", "plan=standard&currency=USD");
        await _stage.PostAsync("/v1/customers", new
        {
            email = Victim, country = "US", billType = "prepaid", limits = new { messagePrice = Usd(0.50m), daySpend = Usd(0.20m), monthSpend = Usd(0.30m) },
        });
        await _stage.PostAsync("/v1/billing/payments", new { customer = Victim, kind = "topup", amount = Usd(0.50m), reference = "cheque 1" });
        await _stage.HeardAsync();
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_stolen_key_is_stopped_by_every_limit_and_the_loss_is_what_the_limits_say()
    {
        var made = await _stage.PostAsync($"/v1/customers/{Victim}/keys", new { name = "printer" });
        var key = Stage.Text(made, "key");
        var stolen = _stage.As(key);

        // Numbers that cost much: refused at once, whichever way it comes.
        foreach (var (number, words) in new[]
        {
            ("+19005550100", "premium-rate"), ("+881612345678", "satellite"), ("+442071838750", "is in GB"), ("+19075550100", "one message of victim@localhost may cost $0.50"),
        })
        {
            await RefusedAsync(stolen, number, words);
            Assert.StartsWith("550 5.7.1", await BySmtpAsync(Victim, key, number), StringComparison.Ordinal);
        }
        Assert.Equal(0.50m, await _stage.BalanceAsync(Victim));

        // Many pages to an allowed number: their price is known once they are made, and no call is placed.
        await NoCreditAsync(stolen, Pages(11), "one message of this account may cost $0.50");

        // Over the day, then, when the operator has raised that, over the month, then over the balance.
        for (var i = 0; i < 4; i++)
            await SentAsync(stolen);
        await NoCreditAsync(stolen, "Hello", "this account may spend $0.20 a day, and has spent $0.20 today.");
        await LimitAsync(Victim, new { daySpend = Usd(100) });
        await SentAsync(stolen);
        await SentAsync(stolen);
        await NoCreditAsync(stolen, "Hello", "this account may spend $0.30 a month, and has spent $0.30 in this one.");
        await LimitAsync(Victim, new { monthSpend = Usd(100) });
        await SentAsync(stolen);
        await SentAsync(stolen);
        await NoCreditAsync(stolen, Pages(3), "this account has $0.10 left.");

        // Over the messages of an hour: 12 were accepted so far, whatever came of them.
        await LimitAsync(Victim, new { hourMessages = 12 });
        Assert.StartsWith("451 4.7.1", await BySmtpAsync(Victim, key, Number()), StringComparison.Ordinal);
        using (var full = await PostAsync(stolen, Number(), "Hello"))
            Assert.Equal(HttpStatusCode.TooManyRequests, full.StatusCode);

        // What it got away with: eight pages, to the last cent, in the account's own words.
        var account = await stolen.GetFromJsonAsync<JsonElement>("/v1/billing/balance");
        Assert.Equal((0.10m, 0.40m, 0.40m), (Stage.Amount(account.GetProperty("balance")), Stage.Amount(account.GetProperty("spentToday")), Stage.Amount(account.GetProperty("spentThisMonth"))));
        await _stage.AssertBooksAgreeAsync();

        using (var revoking = await _stage.Operator.DeleteAsync($"/v1/customers/{Victim}/keys/{Stage.Text(made, "id")}"))
            Assert.Equal(HttpStatusCode.NoContent, revoking.StatusCode);
        using (var revoked = await PostAsync(stolen, Number(), "Hello"))
            Assert.Equal(HttpStatusCode.Unauthorized, revoked.StatusCode);
        Assert.StartsWith("535 5.7.8", await BySmtpAsync(Victim, key, Number()), StringComparison.Ordinal);
        Assert.Equal(0.10m, await _stage.BalanceAsync(Victim));
    }

    [Fact]
    public async Task A_clerks_stolen_key_costs_what_the_clerk_may_spend_and_the_customer_goes_on()
    {
        await _stage.PostAsync($"/v1/customers/{Victim}/users", new { email = Clerk, limits = new { messagePrice = Usd(0.10m), daySpend = Usd(0.12m) } });
        var clerk = _stage.As(Stage.Text(await _stage.PostAsync($"/v1/customers/{Victim}/keys", new { name = "desk", user = Clerk }), "key"));
        var own = _stage.As(Stage.Text(await _stage.PostAsync($"/v1/customers/{Victim}/keys", new { name = "printer" }), "key"));
        await NoCreditAsync(clerk, Pages(3), "one message of clerk@localhost may cost $0.10");
        await SentAsync(own);
        await SentAsync(clerk);
        await SentAsync(clerk);
        await NoCreditAsync(clerk, "Hello", "clerk@localhost may spend $0.12 a day, and has spent $0.10 today.");
        await SentAsync(own);
        await _stage.AssertBooksAgreeAsync();

        // A user that is closed sends no more; its customer does.
        await _stage.PatchAsync($"/v1/customers/{Victim}/users/{Clerk}", new { status = "closed" });
        using var closed = await PostAsync(clerk, Number(), "Hello");
        Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);
        Assert.Equal(0.30m, await _stage.BalanceAsync(Victim));
    }

    private async Task SentAsync(HttpClient client)
    {
        var message = await EndAsync(client, "Hello");
        Assert.Equal("sent", Stage.Text(message, "status"));
    }

    private async Task NoCreditAsync(HttpClient client, string text, string words)
    {
        var message = await EndAsync(client, text);
        Assert.Equal(("failed", "no-credit"), (Stage.Text(message, "status"), Stage.Text(message, "outcome")));
        Assert.Contains(words, Stage.Text(message, "cause"), StringComparison.Ordinal);
    }

    private async Task<JsonElement> EndAsync(HttpClient client, string text)
    {
        using var answer = await PostAsync(client, Number(), text);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, body);
        using var accepted = JsonDocument.Parse(body);
        return (await _stage.EndedAsync(Stage.Text(accepted.RootElement.GetProperty("messages")[0], "id"))).GetProperty("message");
    }

    private static async Task RefusedAsync(HttpClient client, string number, string words)
    {
        using var answer = await PostAsync(client, number, "Hello");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains(words, problem.GetProperty("errors").GetProperty("to[0]")[0].GetString(), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string number, string text) =>
        client.PostAsJsonAsync("/v1/messages", new { to = new[] { "fax:" + number }, text });

    /// <summary>Logs in and names a number: the first reply that is a refusal, or the last.</summary>
    private async Task<string> BySmtpAsync(string address, string key, string number)
    {
        using var smtp = await SmtpDialogue.OpenAsync(_stage.Server.Setup.Smtp);
        var login = await smtp.SayAsync("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{address}\0{key}")));
        return login.StartsWith("235", StringComparison.Ordinal) ? await smtp.SendAsync(address, $"{number}@fax.localhost", "Subject: x\n\nHello") : login;
    }

    private Task LimitAsync(string customer, object limits) => _stage.PatchAsync($"/v1/customers/{customer}", new { limits });

    private string Number() => $"+1303200{1011 + _numbers++}";

    // A form feed begins a page.
    private static string Pages(int count) => string.Join('\f', Enumerable.Repeat("Hello", count));

    private static object Usd(decimal amount) => new { amount = amount.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture), currency = "USD" };
}
