using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Receipts;
using Trunkline.Gateway.Record;
using Trunkline.Storage.Sqlite;
using Trunkline.Web.Api.Messages;

namespace Trunkline.Unit.Tests.Web;

/// <summary>Messages by HTTP: what is taken, what is refused by which name, and who sees what.</summary>
public class MessageEndpointsTests : IAsyncLifetime
{
    private const string Hello = """{"to":["fax:+12025550101"],"subject":"Hello","text":"Hello"}""";
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ApiRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_message_is_accepted_once_it_is_durable_and_its_customer_sees_it()
    {
        var (status, accepted) = await _rig.PostAsync("/v1/messages", """{"to":["fax:+12025550101","+1 202 555 0102"],"subject":"Hello","text":"Hello","priority":"high"}""", _rig.Alice);
        Assert.Equal(HttpStatusCode.Accepted, status);
        var messages = accepted.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal([("fax:+12025550101", "fax", "pending"), ("fax:+12025550102", "fax", "pending")],
            messages.Select(m => (Text(m, "to"), Text(m, "type"), Text(m, "status"))));
        await _rig.RestartAsync();

        var (_, list) = await _rig.GetAsync("/v1/messages?submission=" + Text(accepted, "id"), _rig.Alice);
        Assert.Equal(messages.Select(m => Text(m, "id")).Reverse(), list.GetProperty("items").EnumerateArray().Select(m => Text(m, "id")));
        var (_, detail) = await _rig.GetAsync("/v1/messages/" + Text(messages[0], "id"), _rig.Alice);
        var message = detail.GetProperty("message");
        Assert.Equal(("alice@example.org", "Hello", "high", "http", "pending"),
            (Text(message, "from"), Text(message, "subject"), Text(message, "priority"), Text(message, "source"), Text(message, "status")));
        Assert.Equal("accepted", Text(detail.GetProperty("events")[0], "code"));
    }

    [Fact]
    public async Task An_option_that_is_not_understood_is_named_as_the_request_has_it()
    {
        var (status, problem) = await _rig.PostAsync("/v1/messages", """{"to":["fax:+12025550101"],"text":"Hello","at":"tomorrow"}""", _rig.Alice);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(["at"], ApiRig.Fields(problem));
        Assert.StartsWith("tomorrow is not understood: ", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_says_when_it_is_to_be_sent()
    {
        var (_, now) = await _rig.PostAsync("/v1/messages", Hello, _rig.Alice);
        Assert.False(now.GetProperty("messages")[0].TryGetProperty("at", out _));
        var (_, later) = await _rig.PostAsync("/v1/messages", """{"to":["fax:+12025550101"],"text":"Hello","at":"2026-11-24T08:00:00Z"}""", _rig.Alice);
        var message = later.GetProperty("messages")[0];
        Assert.Equal(("pending", "2026-11-24T08:00:00"), (Text(message, "status"), Text(message, "at")[..19]));
        var (_, detail) = await _rig.GetAsync("/v1/messages/" + Text(message, "id"), _rig.Alice);
        Assert.Equal("pending", Text(detail.GetProperty("message"), "status"));
    }

    [Fact]
    public async Task What_a_customer_sets_for_all_its_messages_holds_where_they_say_nothing()
    {
        var (status, _) = await _rig.SendAsync(HttpMethod.Patch, "/v1/customers/11", ApiRig.OperatorKey,
            ApiRig.Json("""{"messageOptions":"priority=low/resolution=standard/cover=classic/expires=2h"}"""));
        Assert.Equal(HttpStatusCode.OK, status);
        await _rig.PostAsync("/v1/messages", Hello, _rig.Alice);
        await _rig.PostAsync("/v1/messages", """{"to":["fax:+12025550102"],"text":"Hello","priority":"high","cover":"off"}""", _rig.Alice);
        var rows = await _rig.Get<SqliteDatabase>().ReadAsync(s => s.Query(
            "SELECT message_priority, resolution, coverpage_id, message_expiry_duration FROM message ORDER BY message_id",
            r => (r.GetInt32(0), r.GetString(1), r.IsDBNull(2) ? 0 : r.GetInt64(2), r.GetInt64(3))), CancellationToken.None);
        Assert.Equal([(2, rows[0].Item2, 1L, 7200L), (0, rows[0].Item2, 0L, 7200L)], rows);
        Assert.Equal("standard", rows[0].Item2, ignoreCase: true);
        foreach (var wrong in new[] { "at=+2h", "ref=77", "to=Ann", "expires=18:00", "colour=blue" })
        {
            var (refused, problem) = await _rig.SendAsync(HttpMethod.Patch, "/v1/customers/11", ApiRig.OperatorKey, ApiRig.Json($$"""{"messageOptions":"{{wrong}}"}"""));
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "messageOptions"), (refused, Assert.Single(ApiRig.Fields(problem))));
        }
    }

    [Fact]
    public async Task Answers_are_written_as_people_read_them()
    {
        using var answer = await _rig.AnswerAsync(HttpMethod.Post, "/v1/messages", _rig.Alice, ApiRig.Json(Hello));
        Assert.Contains("\"to\":\"fax:+12025550101\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_customers_message_does_not_exist()
    {
        var id = Text((await _rig.PostAsync("/v1/messages", Hello, _rig.Alice)).Json.GetProperty("messages")[0], "id");
        foreach (var path in new[] { "", "/receipt", "/pages/1.png" })
            Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync($"/v1/messages/{id}{path}", _rig.Bob)).Status);
        Assert.Empty((await _rig.GetAsync("/v1/messages", _rig.Bob)).Json.GetProperty("items").EnumerateArray());
        Assert.Single((await _rig.GetAsync("/v1/messages")).Json.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"to":["fax:+12025550101","fax:12","tel:+12025550101","fax:+12025550101/priority=high"],"text":"x"}""", "to[1]", "to[2]", "to[3]")]
    [InlineData("""{"to":["fax:+12025550101"],"text":"x","priority":"soon"}""", "priority")]
    [InlineData("""{"to":["fax:+12025550101"],"text":"x","resolution":"good"}""", "resolution")]
    [InlineData("""{"to":["fax:+12025550101"]}""", "text")]
    [InlineData("""{"to":["fax:+12025550101"],"text":"x","subject":"a\nb"}""", "subject")]
    [InlineData("""{"to":["fax:+12025550101"],"files":[{"name":"a.pdf","content":"JVBERi0="},{"name":"b.pdf","content":"aGVsbG8="}]}""", "files[1]")]
    [InlineData("""{"to":["fax:+12025550101"],"files":[{"name":"a.exe","content":"aGVsbG8="}]}""", "files[0]")]
    [InlineData("""{"to":["fax:+12025550101"],"text":"x","customer":"bob@example.org"}""", "customer")]
    public async Task What_is_refused_for_what_it_says_names_its_field(string body, params string[] fields)
    {
        var (status, problem) = await _rig.PostAsync("/v1/messages", body, _rig.Alice);
        Refused(HttpStatusCode.UnprocessableEntity, status, problem, fields);
        Assert.Empty(Directory.GetFiles(_rig.UploadDirectory));
        Assert.Empty((await _rig.GetAsync("/v1/messages")).Json.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"to":[],"text":"x"}""", "to")]
    [InlineData("""{"text":"x"}""", "to")]
    [InlineData("""{"to":["fax:+12025550101",null],"text":"x"}""", "to[1]")]
    [InlineData("""{"to":["fax:+12025550101"],"txet":"x"}""", "txet")]
    [InlineData("""{"to":["fax:+12025550101"],"files":[{"name":"a.pdf","content":"!"}]}""", "files[0].content")]
    [InlineData("""{"to":["fax:+12025550101"],"files":[{"name":"a.pdf"}]}""", "files[0].content")]
    [InlineData("""{"to":["fax:+12025550101"],"files":[{"name":"../","content":"aGVsbG8="}]}""", "files[0].name")]
    [InlineData("""{"to":["fax:+12025550101"],"files":[{"name":"a.pdf","type":"pdf","content":"aGVsbG8="}]}""", "files[0].type")]
    public async Task What_cannot_be_read_names_its_field(string body, string field)
    {
        var (status, problem) = await _rig.PostAsync("/v1/messages", body, _rig.Alice);
        Refused(HttpStatusCode.BadRequest, status, problem, field);
    }

    [Fact]
    public async Task A_customer_that_is_suspended_is_told_so_and_may_look_at_what_it_sent()
    {
        await _rig.PostAsync("/v1/messages", Hello, _rig.Alice);
        await _rig.Get<ICustomerStore>().SetStatusAsync("alice@example.org", CustomerStatus.Suspended, CancellationToken.None);
        await _rig.Get<CustomerDirectory>().ReloadAsync(CancellationToken.None);
        var (status, problem) = await _rig.PostAsync("/v1/messages", Hello, _rig.Alice);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("suspended", Text(problem, "detail"), StringComparison.Ordinal);
        Assert.Single((await _rig.GetAsync("/v1/messages", _rig.Alice)).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task An_operator_sends_for_a_customer_that_it_names()
    {
        var (status, problem) = await _rig.PostAsync("/v1/messages", Hello);
        Refused(HttpStatusCode.UnprocessableEntity, status, problem, "customer");
        Assert.Equal(["customer"], ApiRig.Fields((await _rig.PostAsync("/v1/messages", Hello[..^1] + ""","customer":"nobody@example.org"}""")).Json));
        Assert.Equal(HttpStatusCode.Accepted, (await _rig.PostAsync("/v1/messages", Hello[..^1] + ""","customer":"bob@example.org"}""")).Status);
        Assert.Single((await _rig.GetAsync("/v1/messages", _rig.Bob)).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_form_with_a_large_file_goes_over_the_disk_and_leaves_nothing_behind()
    {
        byte[] pdf = [.. "%PDF-1.4\n"u8, .. new byte[3_000_000]];
        using var form = Form(("to", "fax:+12025550101"), ("to", "fax:+12025550102"), ("subject", "Grüße"), ("priority", "low"));
        form.Add(File(pdf, "application/pdf"), "files", "letter.pdf");
        var (status, accepted) = await _rig.SendAsync(HttpMethod.Post, "/v1/messages", _rig.Alice, form);
        Assert.Equal((HttpStatusCode.Accepted, 2), (status, accepted.GetProperty("messages").GetArrayLength()));
        Assert.Empty(Directory.GetFiles(_rig.UploadDirectory));

        Assert.True(MessageId.TryParse(Text(accepted, "id"), out var submission));
        var fragment = Assert.Single(await _rig.Get<IPreparingStore>().FragmentsAsync(submission, MessageType.Fax, CancellationToken.None));
        Assert.Equal("application/pdf", fragment.ContentType);
        var message = (await _rig.GetAsync("/v1/messages", _rig.Alice)).Json.GetProperty("items")[0];
        Assert.Equal(("Grüße", "low"), (Text(message, "subject"), Text(message, "priority")));
    }

    [Fact]
    public async Task The_same_goes_for_a_large_file_in_JSON()
    {
        byte[] pdf = [.. "%PDF-1.4\n"u8, .. new byte[3_000_000]];
        var body = $$"""{"to":["fax:+12025550101"],"files":[{"name":"letter.pdf","content":"{{Convert.ToBase64String(pdf)}}"}]}""";
        Assert.Equal(HttpStatusCode.Accepted, (await _rig.PostAsync("/v1/messages", body, _rig.Alice)).Status);
        Assert.Empty(Directory.GetFiles(_rig.UploadDirectory));
    }

    [Fact]
    public async Task A_form_is_refused_by_the_name_of_its_field_too()
    {
        async Task FormAsync(int expected, string field, MultipartFormDataContent form)
        {
            using (form)
            {
                var (status, problem) = await _rig.SendAsync(HttpMethod.Post, "/v1/messages", _rig.Alice, form);
                MessageEndpointsTests.Refused((HttpStatusCode)expected, status, problem, field);
                Assert.Empty(Directory.GetFiles(_rig.UploadDirectory));
            }
        }

        await FormAsync(400, "to", Form(("text", "x")));
        await FormAsync(400, "colour", Form(("to", "fax:+12025550101"), ("colour", "blue")));
        await FormAsync(400, "text", Form(("to", "fax:+12025550101"), ("text", "a"), ("text", "b")));
        await FormAsync(400, "priority", Form(("to", "fax:+12025550101"), ("priority", "low"), ("priority", "high")));
        await FormAsync(422, "to[0]", Form(("to", "fax:12"), ("text", "x")));
        var many = Form([.. Enumerable.Range(0, 101).Select(i => ("to", $"fax:+1202555{i:0000}"))]);
        await FormAsync(422, "to", many);
        var liar = Form(("to", "fax:+12025550101"));
        liar.Add(File("hello"u8.ToArray(), "application/pdf"), "files", "a.pdf");
        await FormAsync(422, "files[0]", liar);
        using var cut = new StringContent("--b\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\nfax:+1202");
        cut.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        Assert.Equal(HttpStatusCode.BadRequest, (await _rig.SendAsync(HttpMethod.Post, "/v1/messages", _rig.Alice, cut)).Status);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused_whether_or_not_it_says_so()
    {
        await using var rig = await ApiRig.StartAsync(s => s.AddSingleton(new Trunkline.Web.Api.ApiOptions { UploadDirectory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), MaxMessageBytes = 500_000 }));
        var body = $$"""{"to":["fax:+12025550101"],"text":"{{new string('x', 600_000)}}"}""";
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await rig.PostAsync("/v1/messages", body, rig.Alice)).Status);
        using var chunked = ApiRig.Json(body);
        chunked.Headers.ContentLength = null;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(rig.Address, "/v1/messages")) { Content = chunked };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", rig.Alice);
        using var http = new HttpClient();
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Empty(Directory.GetFiles(rig.Get<Trunkline.Web.Api.ApiOptions>().UploadDirectory));
    }

    [Fact]
    public async Task As_many_requests_are_read_at_once_as_may()
    {
        var held = new HeldBody();
        await using var rig = await ApiRig.StartAsync(s => s.AddSingleton<IStartupFilter>(held)
            .AddSingleton(new Trunkline.Web.Api.ApiOptions { UploadDirectory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), UploadsAtOnce = 1 }));
        var first = rig.PostAsync("/v1/messages", Hello, rig.Alice);
        // Whose body is being read has a turn: the one turn there is.
        await held.IsRead;
        using (var second = await rig.AnswerAsync(HttpMethod.Post, "/v1/messages", rig.Bob, ApiRig.Json(Hello)))
            Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromMinutes(1)), (second.StatusCode, second.Headers.RetryAfter?.Delta));
        held.Release();
        Assert.Equal(HttpStatusCode.Accepted, (await first).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await rig.PostAsync("/v1/messages", Hello, rig.Bob)).Status);
    }

    [Fact]
    public async Task A_full_disk_takes_no_request()
    {
        await using var full = await ApiRig.StartAsync(s => s.PostConfigure<Trunkline.Gateway.GatewayOptions>(o => o.MinFreeBytes = long.MaxValue));
        using var answer = await full.AnswerAsync(HttpMethod.Post, "/v1/messages", full.Alice, ApiRig.Json(Hello));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromMinutes(1)), (answer.StatusCode, answer.Headers.RetryAfter!.Delta));
    }

    [Fact]
    public async Task The_same_request_again_is_answered_the_same_and_does_nothing_more_also_after_a_restart()
    {
        var (_, first) = await _rig.PostAsync("/v1/messages", Hello, _rig.Alice, "key-1");
        await _rig.RestartAsync();
        using var again = await _rig.AnswerAsync(HttpMethod.Post, "/v1/messages", _rig.Alice, ApiRig.Json(Hello), "\"key-1\"");
        Assert.Equal((HttpStatusCode.Accepted, "true"), (again.StatusCode, again.Headers.GetValues("Idempotency-Replayed").Single()));
        Assert.Equal(first.GetRawText(), await again.Content.ReadAsStringAsync());
        // As a form it is the same request.
        using var form = Form(("to", "fax:+12025550101"), ("subject", "Hello"), ("text", "Hello"));
        Assert.Equal(Text(first, "id"), Text((await _rig.SendAsync(HttpMethod.Post, "/v1/messages", _rig.Alice, form, "key-1")).Json, "id"));
        Assert.Single((await _rig.GetAsync("/v1/messages", _rig.Alice)).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_key_for_another_request_is_refused_and_is_the_customers_own_for_a_day()
    {
        var (_, first) = await _rig.PostAsync("/v1/messages", Hello, _rig.Alice, "key-1");
        var other = Hello.Replace("0101", "0102", StringComparison.Ordinal);
        var (status, problem) = await _rig.PostAsync("/v1/messages", other, _rig.Alice, "key-1");
        Refused(HttpStatusCode.UnprocessableEntity, status, problem, "Idempotency-Key");
        Assert.NotEqual(Text(first, "id"), Text((await _rig.PostAsync("/v1/messages", Hello, _rig.Bob, "key-1")).Json, "id"));
        _rig.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(HttpStatusCode.Accepted, (await _rig.PostAsync("/v1/messages", other, _rig.Alice, "key-1")).Status);
        Assert.Equal(["Idempotency-Key"], ApiRig.Fields((await _rig.PostAsync("/v1/messages", other, _rig.Alice, new string('k', 256))).Json));
    }

    [Fact]
    public async Task Of_twenty_that_come_at_once_with_one_key_one_is_done()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _rig.PostAsync("/v1/messages", Hello, _rig.Alice, "key-1")));
        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.Accepted or HttpStatusCode.Conflict, a.Status.ToString()));
        Assert.Single(answers.Where(a => a.Status == HttpStatusCode.Accepted).Select(a => Text(a.Json, "id")).Distinct());
        Assert.Single((await _rig.GetAsync("/v1/messages", _rig.Alice)).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task What_was_answered_is_kept_with_what_was_stored_or_neither_is()
    {
        await _rig.PostAsync("/v1/messages", Hello, _rig.Alice, "key-1");
        var submission = new MessageIdSource(_rig.Clock);
        var store = _rig.Get<IIntakeStore>();
        var claim = new RequestClaim(11, "key-1", new byte[32], "{}", _rig.Clock.GetUtcNow().AddHours(1));
        var taken = Submission(submission.Next()) with { Claim = claim };
        await Assert.ThrowsAnyAsync<Exception>(() => store.AcceptAsync(taken, CancellationToken.None));
        Assert.Single((await _rig.GetAsync("/v1/messages", _rig.Alice)).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_list_is_filtered_and_goes_on_where_it_stopped()
    {
        for (var i = 0; i < 5; i++)
        {
            await _rig.PostAsync("/v1/messages", Hello.Replace("0101", $"010{i}", StringComparison.Ordinal), _rig.Alice);
            _rig.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        var seen = new List<string>();
        string? next = null;
        do
        {
            var (_, page) = await _rig.GetAsync("/v1/messages?limit=2" + (next is null ? "" : "&after=" + next), _rig.Alice);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(m => Text(m, "to")));
            next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }
        while (next is not null);
        Assert.Equal(Enumerable.Range(0, 5).Reverse().Select(i => $"fax:+1202555010{i}"), seen);

        async Task<int> CountAsync(string query) => (await _rig.GetAsync("/v1/messages?" + query, _rig.Alice)).Json.GetProperty("items").GetArrayLength();
        Assert.Equal(1, await CountAsync("to=%2B12025550103"));
        Assert.Equal(1, await CountAsync("to=+12025550103"));
        Assert.Equal(2, await CountAsync("since=2026-11-23T12:03:00Z"));
        Assert.Equal((5, 0), (await CountAsync("status=pending"), await CountAsync("status=sent")));
        Assert.Equal((5, 0), (await CountAsync("type=fax"), await CountAsync("type=voice")));
        foreach (var (query, field) in new[] { ("status=P", "status"), ("type=letter", "type"), ("to=12", "to"), ("since=yesterday", "since"), ("limit=0", "limit"), ("after=x", "after"), ("submission=1", "submission") })
            Assert.Equal([field], ApiRig.Fields((await _rig.GetAsync("/v1/messages?" + query, _rig.Alice)).Json));
    }

    [Fact]
    public async Task Pages_and_receipt_are_there_once_they_are_made()
    {
        var accepted = (await _rig.PostAsync("/v1/messages", Hello, _rig.Alice)).Json;
        var path = "/v1/messages/" + Text(accepted.GetProperty("messages")[0], "id");
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync(path + "/pages/1.png", _rig.Alice)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync(path + "/receipt", _rig.Alice)).Status);

        var press = _rig.Get<DocumentPress>();
        Directory.CreateDirectory(Path.GetDirectoryName(press.PathOf("0123456789abcdef"))!);
        await System.IO.File.WriteAllTextAsync(press.PathOf("0123456789abcdef"), "II*\0");
        foreach (var message in await _rig.Get<IQueueStore>().ClaimAsync(Lane.Prepare, _rig.Clock.GetUtcNow(), TimeSpan.FromMinutes(1), 10, CancellationToken.None))
            await _rig.Get<IPreparingStore>().PreparedAsync(message, "0123456789abcdef", 2, Estimate.Free, CancellationToken.None);
        using (var page = await _rig.AnswerAsync(HttpMethod.Get, path + "/pages/2.png", _rig.Alice))
        {
            Assert.Equal("image/png", page.Content.Headers.ContentType!.MediaType);
            Assert.Equal("\u00020123", await page.Content.ReadAsStringAsync());
        }
        // With a cover before it, the document's first page is the second.
        await System.IO.File.WriteAllTextAsync(press.PathOf("01cover"), "II*\0");
        await _rig.Get<SqliteDatabase>().WriteAsync(s => s.Execute("UPDATE message SET cover_key = '01cover'"), CancellationToken.None);
        foreach (var (n, shown) in new[] { (1, "\u000101co"), (2, "\u00010123") })
        {
            using var page = await _rig.AnswerAsync(HttpMethod.Get, $"{path}/pages/{n}.png", _rig.Alice);
            Assert.Equal(shown, await page.Content.ReadAsStringAsync());
        }
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync(path + "/pages/3.png", _rig.Alice)).Status);
        Assert.Equal(["width"], ApiRig.Fields((await _rig.GetAsync(path + "/pages/1.png?width=9", _rig.Alice)).Json));

        Assert.True(MessageId.TryParse(Text(accepted, "id"), out var submission));
        await _rig.Get<SqliteDatabase>().WriteAsync(s => s.Execute("INSERT INTO receipt_due (submission_id) VALUES (?1)", submission.Value), CancellationToken.None);
        var mail = Trunkline.Unit.Tests.Gateway.GatewayRig.Content("Subject: Delivered\r\n\r\nDelivered.\r\n");
        await _rig.Get<IReceiptStore>().WrittenAsync(submission, new OutgoingMail(new MessageId(1), "", "alice@example.org", mail), _rig.Clock.GetUtcNow(), CancellationToken.None);
        var (_, receipt) = await _rig.GetAsync(path + "/receipt", _rig.Alice);
        Assert.Equal(("alice@example.org", "ready"), (Text(receipt, "to"), Text(receipt.GetProperty("messages")[0], "status")));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_rig.Address, path + "/receipt"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _rig.Alice);
        request.Headers.Accept.ParseAdd("message/rfc822, application/json;q=0.5");
        using var http = new HttpClient();
        using var mailed = await http.SendAsync(request);
        Assert.Equal(("message/rfc822", "Subject: Delivered\r\n\r\nDelivered.\r\n"), (mailed.Content.Headers.ContentType!.MediaType, await mailed.Content.ReadAsStringAsync()));
    }

    [Fact]
    public void A_draft_is_known_again_by_all_that_is_asked_and_by_nothing_else()
    {
        static byte[] Of(string to, string subject, string text)
        {
            using var draft = new MessageDraft { Subject = subject };
            draft.To.Add(to);
            draft.AddBody("text", text, isHtml: false);
            return draft.Fingerprint();
        }

        Assert.Equal(Of("a", "b", "c"), Of("a", "b", "c"));
        Assert.Equal(4, new[] { Of("a", "b", "c"), Of("ab", "", "c"), Of("a", "b", "d"), Of("a", "", "c") }.Select(Convert.ToHexString).Distinct().Count());
    }

    private static void Refused(HttpStatusCode expected, HttpStatusCode status, JsonElement problem, params string[] fields)
    {
        Assert.Equal(expected, status);
        Assert.Equal(fields, ApiRig.Fields(problem));
    }

    private NewSubmission Submission(MessageId id) => new()
    {
        Id = id,
        CustomerKey = 11,
        ReceivedAt = _rig.Clock.GetUtcNow(),
        Source = "http",
        RemoteAddress = "127.0.0.1",
        EnvelopeFrom = "alice@example.org",
        Subject = "",
        MailMessageId = null,
        References = [],
        IsAutomatic = false,
        Size = 1,
        Headers = default,
        Fragments = [],
        Messages = [],
    };

    private static MultipartFormDataContent Form(params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value, Encoding.UTF8), name);
        return form;
    }

    private static ByteArrayContent File(byte[] content, string type)
    {
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue(type);
        return file;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
