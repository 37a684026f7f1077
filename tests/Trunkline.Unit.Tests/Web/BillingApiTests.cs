using System.Net;
using System.Text;
using System.Text.Json;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Routing;
using Trunkline.Gateway.Settling;
using Trunkline.Unit.Tests.Gateway;

namespace Trunkline.Unit.Tests.Web;

/// <summary>The books over HTTP: an operator sees and books all, a customer sees its own.</summary>
public class BillingApiTests : IAsyncLifetime
{
    private const long CarolKey = 13;
    private static readonly CancellationToken None = CancellationToken.None;
    private ApiRig _rig = null!;
    private string _carol = "";
    private int _messages;

    public async ValueTask InitializeAsync()
    {
        _rig = await ApiRig.StartAsync();
        await _rig.Get<ICustomerStore>().AddAsync(new Customer
        {
            Key = CarolKey,
            EmailAddress = "carol@example.org",
            Status = CustomerStatus.Active,
            Country = "DE",
            Language = "de",
            Currency = "EUR",
            BillType = BillType.Prepaid,
            TimeZone = "Europe/Berlin",
            TrustedNetworks = [],
        }, null, None);
        await _rig.Get<CustomerDirectory>().ReloadAsync(None);
        _carol = (await _rig.Get<KeyRing>().MakeAsync(CarolKey, KeyScope.Send, "test", None))!.Value.Key;
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_payment_is_booked_once_under_its_reference()
    {
        const string payment = """{"customer":"carol@example.org","kind":"topup","amount":{"amount":"25.00","currency":"EUR"},"reference":"bank-1","memo":"by transfer"}""";
        var (status, first) = await _rig.PostAsync("/v1/billing/payments", payment);
        Assert.Equal((HttpStatusCode.Created, true, "25.00"), (status, first.GetProperty("isNew").GetBoolean(), Balance(first.GetProperty("balance"))));
        (status, var again) = await _rig.PostAsync("/v1/billing/payments", payment);
        Assert.Equal((HttpStatusCode.OK, false, "25.00"), (status, again.GetProperty("isNew").GetBoolean(), Balance(again.GetProperty("balance"))));
        (status, _) = await _rig.PostAsync("/v1/billing/payments", payment.Replace("25.00", "26.00", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Conflict, status);
        var (_, own) = await _rig.GetAsync("/v1/billing/balance", _carol);
        Assert.Equal(("25.00", "prepaid"), (Balance(own), own.GetProperty("billType").GetString()));
        var (_, ledger) = await _rig.GetAsync("/v1/billing/ledger", _carol);
        var entry = Assert.Single(ledger.GetProperty("items").EnumerateArray());
        Assert.Equal(("topup", "bank-1", "by transfer"), (entry.GetProperty("kind").GetString(), entry.GetProperty("reference").GetString(), entry.GetProperty("memo").GetString()));
    }

    [Theory]
    [InlineData("customer", "nobody@example.org", "topup", "1", "EUR")]
    [InlineData("kind", "carol@example.org", "charge", "1", "EUR")]
    [InlineData("kind", "carol@example.org", "gift", "1", "EUR")]
    [InlineData("amount", "carol@example.org", "topup", "-1", "EUR")]
    [InlineData("amount", "carol@example.org", "refund", "0", "EUR")]
    [InlineData("amount", "carol@example.org", "topup", "1000000001", "EUR")]
    [InlineData("amount", "carol@example.org", "topup", "1", "JPY")]
    public async Task What_cannot_be_booked_is_refused_by_its_field(string field, string customer, string kind, string amount, string currency)
    {
        var (status, problem) = await _rig.PostAsync("/v1/billing/payments",
            $$$"""{"customer":"{{{customer}}}","kind":"{{{kind}}}","amount":{"amount":"{{{amount}}}","currency":"{{{currency}}}"},"reference":"x"}""");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, field), (status, Assert.Single(ApiRig.Fields(problem))));
    }

    [Fact]
    public async Task A_payment_in_another_currency_is_booked_by_the_rate_of_its_time()
    {
        var (status, _) = await _rig.PostAsync("/v1/billing/exchange-rates", """{"from":"USD","to":"EUR","rate":"0.9221"}""");
        Assert.Equal(HttpStatusCode.Created, status);
        var (_, paid) = await _rig.PostAsync("/v1/billing/payments",
            """{"customer":"carol@example.org","kind":"topup","amount":{"amount":"100.00","currency":"USD"},"reference":"card-1"}""");
        Assert.Equal("92.21", Balance(paid.GetProperty("balance")));
        var (_, ledger) = await _rig.GetAsync("/v1/billing/ledger");
        Assert.Equal(["cash -100.00 USD", "exchange:USD 100.00 USD", "exchange:EUR -92.21 EUR", "customer:13 92.21 EUR"], ledger.GetProperty("items").EnumerateArray()
            .Select(e => $"{e.GetProperty("account").GetString()} {e.GetProperty("amount").GetProperty("amount").GetString()} {e.GetProperty("amount").GetProperty("currency").GetString()}"));
        var (_, check) = await _rig.GetAsync("/v1/billing/check");
        Assert.Equal((4, 0), (check.GetProperty("entries").GetInt32(), check.GetProperty("faults").GetArrayLength()));
    }

    [Fact]
    public async Task A_file_of_rates_is_taken_whole_or_not_at_all()
    {
        var (status, problem) = await ImportAsync("EUR,USD,1.08,2026-11-01\nEUR,USD,much,2026-11-02\n");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.StartsWith("Line 2:", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        (status, var taken) = await ImportAsync("from,to,rate,valid_from\nEUR,USD,1.08,2026-11-01\nUSD,EUR,0.93,2026-11-01\n");
        Assert.Equal((HttpStatusCode.OK, 2), (status, taken.GetProperty("rates").GetInt32()));
        (status, _) = await ImportAsync("EUR,USD,1.09,2026-11-01\n");
        Assert.Equal(HttpStatusCode.Conflict, status);
        var (_, list) = await _rig.GetAsync("/v1/billing/exchange-rates?limit=1");
        Assert.Equal("1.08", Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("rate").GetString());
        (_, list) = await _rig.GetAsync("/v1/billing/exchange-rates?after=" + list.GetProperty("next").GetString());
        Assert.Equal("0.93", Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("rate").GetString());

        Task<(HttpStatusCode, JsonElement)> ImportAsync(string csv) =>
            _rig.SendAsync(HttpMethod.Post, "/v1/billing/exchange-rates/file", ApiRig.OperatorKey, new StringContent(csv, Encoding.UTF8, "text/csv"));
    }

    [Fact]
    public async Task A_customer_sees_its_own_and_nothing_of_what_it_costs_the_operator()
    {
        await SentAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync("/v1/billing/balance?customer=carol@example.org", _rig.Alice)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync("/v1/billing/ledger?account=revenue", _carol)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync("/v1/billing/cdr?customer=carol@example.org", _rig.Alice)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync("/v1/billing/statement?month=2026-11&customer=carol@example.org", _rig.Alice)).Status);
        foreach (var path in new[] { "/v1/billing/check", "/v1/billing/export", "/v1/billing/export/1", "/v1/billing/exchange-rates" })
            Assert.Equal(HttpStatusCode.Forbidden, (await _rig.GetAsync(path, _carol)).Status);
        Assert.Empty((await _rig.GetAsync("/v1/billing/cdr", _rig.Alice)).Json.GetProperty("items").EnumerateArray());
        var own = Assert.Single((await _rig.GetAsync("/v1/billing/cdr", _carol)).Json.GetProperty("items").EnumerateArray());
        Assert.Equal("0.10", own.GetProperty("price").GetProperty("amount").GetString());
        Assert.False(own.TryGetProperty("cost", out _) || own.TryGetProperty("costRate", out _));
        var all = Assert.Single((await _rig.GetAsync("/v1/billing/cdr?customer=carol@example.org")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal("0.02", all.GetProperty("cost").GetProperty("amount").GetString());
        var csv = await TextAsync("/v1/billing/cdr.csv", _carol);
        Assert.Equal([CallDetailFormat.Head, ""], new[] { csv.Split("\r\n")[0], csv.Split("\r\n")[^1] });
        Assert.EndsWith(",,,,", csv.Split("\r\n")[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_can_be_repeated_and_brings_the_same()
    {
        Assert.Equal(HttpStatusCode.NoContent, (await _rig.PostAsync("/v1/billing/export", "")).Status);
        await SentAsync();
        Assert.Equal((HttpStatusCode.Created, "1"), ((await _rig.PostAsync("/v1/billing/export", "")) is var made ? (made.Status, made.Json.GetProperty("batch").GetString()) : default));
        var first = await TextAsync("/v1/billing/export/1");
        await SentAsync();
        await _rig.PostAsync("/v1/billing/export", "");
        Assert.Equal(first, await TextAsync("/v1/billing/export/1"));
        Assert.Equal(3, first.Split("\r\n").Length);
        var (_, list) = await _rig.GetAsync("/v1/billing/export?after=1");
        Assert.Equal("2", Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("batch").GetString());
        var json = JsonDocument.Parse(await TextAsync("/v1/billing/export/2?format=json")).RootElement;
        Assert.Equal("carol@example.org", Assert.Single(json.EnumerateArray()).GetProperty("from").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync("/v1/billing/export/3")).Status);
    }

    [Fact]
    public async Task A_statement_is_of_a_month_by_the_customers_clock()
    {
        await SentAsync();
        var (_, statement) = await _rig.GetAsync("/v1/billing/statement?month=2026-11", _carol);
        Assert.Equal(("2026-10-31T23:00:00.000Z", "2026-11-30T23:00:00.000Z"), (statement.GetProperty("from").GetString(), statement.GetProperty("to").GetString()));
        Assert.Equal(("0.10", "9.90", "0.00"), (Amount(statement, "charged"), Amount(statement, "closing"), Amount(statement, "opening")));
        Assert.Equal("US", Assert.Single(statement.GetProperty("charges").EnumerateArray()).GetProperty("country").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await _rig.GetAsync("/v1/billing/statement?month=november", _carol)).Status);
    }

    /// <summary>Pays in 10 once, and sends a fax of a page for 0.10 that costs 0.02.</summary>
    private async Task SentAsync()
    {
        await _rig.PostAsync("/v1/billing/payments", """{"customer":"carol@example.org","kind":"topup","amount":{"amount":"10.00","currency":"EUR"},"reference":"once"}""");
        var resource = GatewayRig.Model(new Uri("http://127.0.0.1:1/"));
        await _rig.Get<IResourceStore>().SaveAsync(resource, None);
        var now = _rig.Clock.GetUtcNow();
        var ids = _rig.Get<MessageIdSource>();
        Assert.True(PhoneNumber.TryParse($"+1202555010{_messages++}", "US", out var number));
        await _rig.Get<IIntakeStore>().AcceptAsync(new NewSubmission
        {
            Id = ids.Next(), CustomerKey = CarolKey, ReceivedAt = now, Source = "smtp", RemoteAddress = "127.0.0.1", EnvelopeFrom = "carol@example.org", Subject = "Hello",
            MailMessageId = null, References = [], IsAutomatic = false, Size = 1, Headers = new byte[] { 0 },
            Fragments = [new NewFragment("text", "text/plain", "utf-8", true, GatewayRig.Content("Hello"))],
            Messages = [new NewMessage
            {
                Id = ids.Next(), Type = MessageType.Fax, ToAddress = "x", Destination = number, Priority = Priority.Medium, Resolution = FaxResolution.Fine,
                ExpiryDuration = TimeSpan.FromHours(1), Language = "de",
            }],
        }, None);
        var queue = _rig.Get<IQueueStore>();
        var price = Rate.Of("EUR", perPage: 100_000);
        var pending = Assert.Single(await queue.ClaimAsync(Lane.Prepare, now, TimeSpan.FromMinutes(1), 1, None));
        var estimate = new Estimate("US", "1202", Money.Of(0.1m, "EUR"), new Reservation(Money.Of(0.1m, "EUR"), new DateOnly(2026, 11, 23), _ => null));
        Assert.Equal(PrepareResult.Prepared, (await _rig.Get<IPreparingStore>().PreparedAsync(pending, "key", 1, estimate, None)).Result);
        var ready = Assert.Single(await queue.ClaimAsync(Lane.Fax, now, TimeSpan.FromMinutes(1), 1, None));
        var (_, begun) = await _rig.Get<IDispatchStore>().BeginAttemptAsync(ready, resource, new AttemptRates(1, Rate.Of("EUR", connectFee: 20_000), 2, price), now, None);
        var (result, _) = await _rig.Get<ISettlingStore>().SettleAsync(begun.Attempt, resource.Id, new AttemptReport
        {
            Status = MessageStatus.Sent, Outcome = CallOutcome.Delivered, Detail = "", Transport = "", CallPlaced = true, PagesConfirmed = 1,
            Duration = TimeSpan.FromSeconds(40), RemoteCsid = "", SentAt = now, Log = "",
        }, now, _ => new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent."), None);
        Assert.Equal(SettleResult.Settled, result);
    }

    private async Task<string> TextAsync(string path, string key = ApiRig.OperatorKey)
    {
        using var answer = await _rig.AnswerAsync(HttpMethod.Get, path, key);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static string Balance(JsonElement balance) => Amount(balance, "balance");

    private static string Amount(JsonElement element, string name) => element.GetProperty(name).GetProperty("amount").GetString()!;
}
