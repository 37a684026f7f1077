using System.Net;
using System.Text.Json;
using Trunkline.Core;
using Trunkline.Gateway.Customers;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Unit.Tests.Web;

/// <summary>Customers, users, addresses and keys over HTTP.</summary>
public sealed class CustomerEndpointsTests : IAsyncLifetime
{
    private const string Whole = """
        {"email":"Eve@Example.com","firstName":"Eve","lastName":"Adams","company":"Acme","addressLine1":"1 Road","addressLine2":"Hall","city":"Berlin",
         "region":"BE","postalCode":"10115","country":"de","workNumber":"+49 30 1","homeNumber":"+49 30 2","collectionMethod":"debit","billType":"postpaid",
         "language":"de","currency":"EUR","pricePlan":"gold","timeZone":"Europe/Berlin","trustedNetworks":["192.0.2.0/24","2001:db8::/32"],
         "trustFrom":"dkimOrSpf","headerLine":"Acme","sourceCsid":"+49 30 1",
         "limits":{"credit":{"amount":"100","currency":"EUR"},"messagePrice":{"amount":"1.5","currency":"EUR"},"daySpend":{"amount":"20","currency":"EUR"},
                   "monthSpend":{"amount":"200","currency":"EUR"},"hourMessages":50,"countries":["de","AT"],"premium":true,"satellite":true}}
        """;

    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ApiRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Every_column_of_Table_3_is_written_and_read_and_reaches_the_gateway_at_once()
    {
        var (status, made) = await _rig.PostAsync("/v1/customers", Whole);
        Assert.Equal(HttpStatusCode.Created, status);
        var expected = JsonDocument.Parse(Whole.Replace("Eve@Example.com", "eve@example.com", StringComparison.Ordinal).Replace("\"de\",\"workNumber", "\"DE\",\"workNumber", StringComparison.Ordinal)
            .Replace("[\"de\",\"AT\"]", "[\"DE\",\"AT\"]", StringComparison.Ordinal).Replace("\"100\"", "\"100.00\"", StringComparison.Ordinal)
            .Replace("\"1.5\"", "\"1.50\"", StringComparison.Ordinal).Replace("\"20\"", "\"20.00\"", StringComparison.Ordinal).Replace("\"200\"", "\"200.00\"", StringComparison.Ordinal)).RootElement;
        Assert.True(JsonElement.DeepEquals(expected, made.GetProperty("customer")), made.ToString());
        Assert.Equal("active", made.GetProperty("status").GetString());
        var id = made.GetProperty("id").GetInt64();
        var customer = _rig.Get<CustomerDirectory>().Find(id)!;
        Assert.Equal(("eve@example.com", TrustFrom.DkimOrSpf, 50, Money.Of(100, "EUR")), (customer.EmailAddress, customer.TrustFrom, customer.Limits.HourMessages, customer.Limits.Credit));
        Assert.True(JsonElement.DeepEquals(made, (await _rig.GetAsync("/v1/customers/EVE@example.com")).Json));
    }

    [Fact]
    public async Task What_is_left_out_spends_nothing_and_trusts_nobody()
    {
        var (_, made) = await _rig.PostAsync("/v1/customers", """{"email":"eve@example.com","country":"US"}""");
        var customer = _rig.Get<CustomerDirectory>().Find(made.GetProperty("id").GetInt64())!;
        Assert.Equal((BillType.Prepaid, TrustFrom.None, "USD", "en", "UTC", "standard"),
            (customer.BillType, customer.TrustFrom, customer.Currency, customer.Language, customer.TimeZone, customer.PricePlan));
        Assert.Empty(customer.TrustedNetworks);
        Assert.Equal((0, false, false), (customer.Limits.Countries.Count, customer.Limits.AllowsPremium, customer.Limits.AllowsSatellite));
    }

    [Theory]
    [InlineData("""{"email":"eve@example.com"}""", "country")]
    [InlineData("""{"country":"US"}""", "email")]
    [InlineData("""{"email":"eve@example.com","country":"US","currency":"UDS"}""", "currency")]
    [InlineData("""{"email":"eve","country":"XX","currency":"usd","language":"English","timeZone":"Mars","sourceCsid":"me"}""", "country,currency,email,language,sourceCsid,timeZone")]
    [InlineData("""{"email":"alice@example.org","country":"US"}""", "email")]
    [InlineData("""{"email":"eve@example.com","country":"US","trustedNetworks":["192.0.2.0/24","0.0.0.0/0","192.0.2.0/33"]}""", "trustedNetworks[1],trustedNetworks[2]")]
    [InlineData("""{"email":"eve@example.com","country":"US","limits":{"daySpend":{"amount":"1","currency":"EUR"},"hourMessages":-1,"countries":["US","*"]}}""",
        "limits.countries[1],limits.daySpend,limits.hourMessages")]
    [InlineData("""{"email":"eve@example.com","country":"US","limits":{"credit":{"amount":"-1","currency":"USD"}},"company":"a\nb"}""", "company,limits.credit")]
    public async Task Every_field_that_is_refused_is_named(string body, string fields)
    {
        var (status, problem) = await _rig.PostAsync("/v1/customers", body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(fields, string.Join(',', ApiRig.Fields(problem).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("""{"email":"eve@example.com","country":"US","balance":5}""", "balance", "This member is not known here.")]
    [InlineData("""{"email":"eve@example.com","country":"US","limits":{"hour":5}}""", "limits.hour", "This member is not known here.")]
    [InlineData("""{"email":"eve@example.com","country":"US","limits":{"hourMessages":"many"}}""", "limits.hourMessages", "This is not of the type that is expected here.")]
    [InlineData("""{"email":"eve@example.com","country":"US","trustFrom":"blindly"}""", "trustFrom", "This is one of: none, dkim, spf, dkimOrSpf, from.")]
    [InlineData("""{"email":"eve@example.com","country":"US","billType":"barter"}""", "billType", "This is one of: prepaid, postpaid, demo, free, corporate.")]
    public async Task A_field_that_is_not_known_or_of_another_type_is_named(string body, string field, string detail)
    {
        var (status, problem) = await _rig.PostAsync("/v1/customers", body);
        Assert.Equal((HttpStatusCode.BadRequest, field), (status, string.Join(',', ApiRig.Fields(problem))));
        Assert.Equal(detail, problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_change_changes_what_is_there_and_null_takes_away()
    {
        await _rig.PostAsync("/v1/customers", Whole);
        var (status, changed) = await PatchAsync("/v1/customers/eve@example.com",
            """{"company":"Bcme","headerLine":null,"limits":{"hourMessages":null,"countries":["*"],"daySpend":{"amount":"5","currency":"EUR"}},"trustedNetworks":[]}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var customer = changed.GetProperty("customer");
        Assert.Equal(("Bcme", "Eve"), (customer.GetProperty("company").GetString(), customer.GetProperty("firstName").GetString()));
        Assert.False(customer.TryGetProperty("headerLine", out _));
        var limits = _rig.Get<CustomerDirectory>().Find("eve@example.com")!.Limits;
        Assert.Equal((null, "*", Money.Of(5, "EUR"), Money.Of(200, "EUR"), true), (limits.HourMessages, limits.Countries.Single(), limits.DaySpend, limits.MonthSpend, limits.AllowsPremium));
    }

    [Fact]
    public async Task One_address_is_a_network_of_one()
    {
        var (status, made) = await _rig.PostAsync("/v1/customers", """{"email":"eve@example.com","country":"US","trustedNetworks":["192.0.2.7","2001:db8::7"]}""");
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(["192.0.2.7/32", "2001:db8::7/128"], made.GetProperty("customer").GetProperty("trustedNetworks").EnumerateArray().Select(n => n.GetString()));
    }

    [Theory]
    [InlineData("""{"currency":"USD"}""", HttpStatusCode.UnprocessableEntity, "currency")]
    [InlineData("""{"email":"alice@example.org"}""", HttpStatusCode.UnprocessableEntity, "email")]
    [InlineData("""{"email":null}""", HttpStatusCode.UnprocessableEntity, "email")]
    [InlineData("""{"nothing":1}""", HttpStatusCode.BadRequest, "nothing")]
    [InlineData("""{"limits":{"hourMessages":"5"}}""", HttpStatusCode.BadRequest, "limits.hourMessages")]
    [InlineData("[]", HttpStatusCode.BadRequest, "")]
    public async Task A_change_that_is_refused_changes_nothing(string patch, HttpStatusCode expected, string field)
    {
        var (_, before) = await _rig.PostAsync("/v1/customers", Whole);
        var (status, problem) = await PatchAsync("/v1/customers/eve@example.com", patch);
        Assert.Equal(expected, status);
        Assert.Contains(field, ApiRig.Fields(problem).DefaultIfEmpty(""));
        Assert.True(JsonElement.DeepEquals(before, (await _rig.GetAsync("/v1/customers/eve@example.com")).Json));
    }

    [Fact]
    public async Task Suspending_holds_at_once_and_activating_lifts_it()
    {
        var (status, suspended) = await _rig.PostAsync("/v1/customers/alice@example.org/suspend", """{"reason":"stolen key"}""");
        Assert.Equal((HttpStatusCode.OK, "suspended", "stolen key"), (status, suspended.GetProperty("status").GetString(), suspended.GetProperty("statusReason").GetString()));
        Assert.Equal(CustomerStatus.Suspended, _rig.Get<CustomerDirectory>().Find(11)!.Status);
        Assert.Equal("active", (await _rig.SendAsync(HttpMethod.Post, "/v1/customers/11/activate", ApiRig.OperatorKey)).Json.GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, (await _rig.PostAsync("/v1/customers/11/close", "{}")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _rig.GetAsync("/v1/self", _rig.Alice)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.PostAsync("/v1/customers/99/suspend", "{}")).Status);
    }

    [Fact]
    public async Task A_list_comes_in_parts_and_is_searched()
    {
        await _rig.PostAsync("/v1/customers", Whole);
        var (_, first) = await _rig.GetAsync("/v1/customers?limit=2");
        Assert.Equal([11L, 12L], first.GetProperty("items").EnumerateArray().Select(c => c.GetProperty("id").GetInt64()));
        var (_, rest) = await _rig.GetAsync($"/v1/customers?limit=2&after={first.GetProperty("next").GetString()}");
        Assert.Equal("eve@example.com", Assert.Single(rest.GetProperty("items").EnumerateArray()).GetProperty("customer").GetProperty("email").GetString());
        Assert.False(rest.TryGetProperty("next", out _));
        Assert.Single((await _rig.GetAsync("/v1/customers?search=aCmE")).Json.GetProperty("items").EnumerateArray());
        Assert.Empty((await _rig.GetAsync("/v1/customers?status=closed")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.BadRequest, (await _rig.GetAsync("/v1/customers?after=x")).Status);
    }

    [Fact]
    public async Task A_user_has_an_address_limits_and_keys_of_its_own()
    {
        var (status, made) = await _rig.PostAsync("/v1/customers/alice@example.org/users", """{"email":"Clerk@example.org","name":"A clerk","limits":{"hourMessages":5,"premium":false}}""");
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("clerk@example.org", made.GetProperty("user").GetProperty("email").GetString());
        Assert.Equal((11L, 5), (Directory.FindSender("clerk@example.org")!.Customer.Key, Directory.FindSender("clerk@example.org")!.User!.Limits.HourMessages));

        var (_, key) = await _rig.PostAsync("/v1/customers/11/keys", """{"name":"desk","user":"clerk@example.org"}""");
        var holder = _rig.Get<KeyRing>().Find(key.GetProperty("key").GetString()!)!;
        Assert.Equal((KeyScope.Send, "clerk@example.org"), (holder.Scope, holder.Sender!.EmailAddress));

        Assert.Equal(HttpStatusCode.OK, (await PatchAsync("/v1/customers/11/users/clerk@example.org", """{"status":"suspended","limits":{"hourMessages":null}}""")).Status);
        Assert.Equal((CustomerStatus.Suspended, null), (Directory.FindSender("clerk@example.org")!.Status, Directory.FindSender("clerk@example.org")!.User!.Limits.HourMessages));
        Assert.Equal(["email"], ApiRig.Fields((await _rig.PostAsync("/v1/customers/11/users", """{"email":"bob@example.org"}""")).Json));
        Assert.Equal(["limits.credit"], ApiRig.Fields((await _rig.PostAsync("/v1/customers/11/users", """{"email":"x@example.org","limits":{"credit":{"amount":"1","currency":"USD"}}}""")).Json));
        Assert.Single((await _rig.GetAsync("/v1/customers/11/users")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.NotFound, (await PatchAsync("/v1/customers/12/users/clerk@example.org", "{}")).Status);
    }

    [Fact]
    public async Task Addresses_and_domains_mean_one_customer()
    {
        Assert.Equal(HttpStatusCode.Created, (await _rig.PostAsync("/v1/customers/11/addresses", """{"address":"@Alice.example"}""")).Status);
        Assert.Equal(HttpStatusCode.Created, (await _rig.PostAsync("/v1/customers/11/addresses", """{"address":"fax@example.net"}""")).Status);
        Assert.Equal(11, Directory.FindSender("anybody@alice.example")!.Customer.Key);
        var (status, problem) = await _rig.PostAsync("/v1/customers/12/addresses", """{"address":"@alice.example"}""");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "address"), (status, ApiRig.Fields(problem).Single()));
        Assert.Equal(["primary", "sender", "domain"], (await _rig.GetAsync("/v1/customers/11/addresses")).Json.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("kind").GetString()));
        Assert.Equal(HttpStatusCode.NoContent, (await _rig.SendAsync(HttpMethod.Delete, "/v1/customers/11/addresses/%40alice.example", ApiRig.OperatorKey)).Status);
        Assert.Null(Directory.FindSender("anybody@alice.example"));
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.SendAsync(HttpMethod.Delete, "/v1/customers/11/addresses/alice@example.org", ApiRig.OperatorKey)).Status);
        Assert.Equal(["address"], ApiRig.Fields((await _rig.PostAsync("/v1/customers/11/addresses", """{"address":"example.net"}""")).Json));
    }

    [Fact]
    public async Task A_key_is_shown_once_used_for_both_ways_and_of_no_use_when_revoked()
    {
        var (status, made) = await _rig.PostAsync("/v1/customers/11/keys", """{"name":"printer"}""");
        Assert.Equal(HttpStatusCode.Created, status);
        var key = made.GetProperty("key").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await _rig.GetAsync("/v1/self", key)).Status);
        Assert.Equal(11, (await Directory.AuthenticateAsync("alice@example.org", key, CancellationToken.None))!.Sender.Customer.Key);
        Assert.Null(await Directory.AuthenticateAsync("bob@example.org", key, CancellationToken.None));

        await _rig.Get<KeyUse>().WriteAsync(CancellationToken.None);
        var listed = (await _rig.GetAsync("/v1/customers/11/keys")).Json;
        var row = listed.GetProperty("items").EnumerateArray().Single(k => k.GetProperty("name").GetString() == "printer");
        Assert.Equal("2026-11-23T12:00:00.000Z", row.GetProperty("lastUsedAt").GetString());
        Assert.DoesNotContain(key, listed.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(CustomerSecret.HashOf(key), listed.ToString(), StringComparison.Ordinal);

        var path = $"/v1/customers/11/keys/{made.GetProperty("id").GetInt64()}";
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.SendAsync(HttpMethod.Delete, path.Replace("11", "12", StringComparison.Ordinal), ApiRig.OperatorKey)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await _rig.SendAsync(HttpMethod.Delete, path, ApiRig.OperatorKey)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.SendAsync(HttpMethod.Delete, path, ApiRig.OperatorKey)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _rig.GetAsync("/v1/self", key)).Status);
        Assert.Null(await Directory.AuthenticateAsync("alice@example.org", key, CancellationToken.None));
    }

    [Fact]
    public async Task A_password_is_for_mail_alone()
    {
        var (status, made) = await _rig.PostAsync("/v1/customers/11/keys", """{"name":"phone","password":"correct horse battery"}""");
        Assert.Equal((HttpStatusCode.Created, "password", false), (status, made.GetProperty("kind").GetString(), made.TryGetProperty("key", out _)));
        Assert.NotNull(await Directory.AuthenticateAsync("Alice@example.org", "correct horse battery", CancellationToken.None));
        Assert.Equal(HttpStatusCode.Unauthorized, (await _rig.GetAsync("/v1/self", "correct horse battery")).Status);
        Assert.Equal(["password"], ApiRig.Fields((await _rig.PostAsync("/v1/customers/11/keys", """{"name":"x","password":"short"}""")).Json));
        Assert.Equal(["scope"], ApiRig.Fields((await _rig.PostAsync("/v1/customers/11/keys", """{"name":"x","scope":"operator","password":"long enough, this"}""")).Json));
        Assert.Equal(HttpStatusCode.Conflict, (await _rig.PostAsync("/v1/customers/11/keys", """{"name":"again","password":"correct horse battery"}""")).Status);
        var text = await _rig.Get<SqliteDatabase>().ReadAsync(s => string.Join(' ', s.Query("SELECT secret_hash FROM customer_secret", r => r.GetString(0))), CancellationToken.None);
        Assert.DoesNotContain("horse", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_customer_itself_may_not_look_after_customers()
    {
        foreach (var path in new[] { "/v1/customers", "/v1/customers/11", "/v1/customers/11/keys", "/v1/customers/11/users" })
            Assert.Equal(HttpStatusCode.Forbidden, (await _rig.GetAsync(path, _rig.Alice)).Status);
    }

    [Fact]
    public async Task Of_two_changes_made_at_once_the_second_is_told()
    {
        var register = _rig.Get<ICustomerRegister>();
        var record = (await register.FindAsync(11, CancellationToken.None))!;
        Assert.Equal(RegisterAnswer.Done, await register.SaveAsync(record with { Details = new CustomerDetails { Company = "first" } }, CancellationToken.None));
        Assert.Equal(RegisterAnswer.Changed, await register.SaveAsync(record with { Details = new CustomerDetails { Company = "second" } }, CancellationToken.None));
        Assert.Equal("first", (await register.FindAsync(11, CancellationToken.None))!.Details.Company);
    }

    private CustomerDirectory Directory => _rig.Get<CustomerDirectory>();

    private Task<(HttpStatusCode Status, JsonElement Json)> PatchAsync(string path, string json) => _rig.SendAsync(HttpMethod.Patch, path, ApiRig.OperatorKey, ApiRig.Json(json));
}
