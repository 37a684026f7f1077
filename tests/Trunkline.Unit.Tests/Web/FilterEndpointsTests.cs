using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Trunkline.Core;
using Trunkline.Gateway.Filter;
using Trunkline.Gateway.Intake;
using Trunkline.Serving;
using Trunkline.Unit.Tests.Gateway;

namespace Trunkline.Unit.Tests.Web;

/// <summary>Rules and pagers over HTTP: kept, refused by their place, and tried.</summary>
public class FilterEndpointsTests : IAsyncLifetime
{
    private const string Mail = "Return-Path: <monitor@example.com>\r\nFrom: nagios@example.com\r\nSubject: Disk full\r\n\r\nOn db1.\r\n";
    private const string Rules = """[{"name":"Alarms","active":true,"if":[{"field":"subject","op":"contains","value":"disk"}],"then":[{"do":"notify","to":"mine"}],"continue":false}]""";
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ApiRig.StartAsync(s => s.AddSingleton<IRawMailReader, RawMailReader>());

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_customer_keeps_its_own_rules_and_pagers_and_nobody_elses()
    {
        var (status, pager) = await PutAsync("/v1/pagers/mine", """{"type":"tap","number":"4711","bbs":"+12025550109","pin":"0815"}""", _rig.Alice);
        Assert.Equal((HttpStatusCode.OK, "alphanumeric", 240, "ascii", true), (status, pager.GetProperty("display").GetString(), pager.GetProperty("maxLength").GetInt32(),
            pager.GetProperty("fold").GetString(), pager.GetProperty("hasPin").GetBoolean()));
        Assert.DoesNotContain("0815", pager.GetRawText(), StringComparison.Ordinal);
        (status, var kept) = await PutAsync("/v1/filters", $$"""{"rules":{{Rules}}}""", _rig.Alice);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(Rules, kept.GetProperty("rules").GetRawText());
        Assert.Equal(Rules, (await _rig.GetAsync("/v1/filters", _rig.Alice)).Json.GetProperty("rules").GetRawText());
        Assert.Equal("[]", (await _rig.GetAsync("/v1/filters", _rig.Bob)).Json.GetProperty("rules").GetRawText());
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync("/v1/filters?customer=alice@example.org", _rig.Bob)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PutAsync("/v1/filters", """{"rules":[],"customer":"alice@example.org"}""", _rig.Bob)).Status);
        Assert.Equal(Rules, (await _rig.GetAsync("/v1/filters?customer=alice@example.org")).Json.GetProperty("rules").GetRawText());
        Assert.Equal("mine", (await _rig.GetAsync("/v1/pagers?customer=alice@example.org")).Json.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _rig.GetAsync("/v1/filters")).Status);
    }

    [Theory]
    [InlineData("""[{"name":"a","if":[{"field":"colour","op":"equals","value":"x"}],"then":[{"do":"drop"}]}]""", "rules[0].if[0].field")]
    [InlineData("""[{"name":"a","then":[{"do":"notify","to":"gone"}]}]""", "rules")]
    [InlineData("3", "rules")]
    public async Task A_rule_that_cannot_be_is_refused_by_its_place(string rules, string field)
    {
        var (status, problem) = await PutAsync("/v1/filters", $$"""{"rules":{{rules}}}""", _rig.Alice);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal([field], ApiRig.Fields(problem));
    }

    [Theory]
    [InlineData("mine", """{"type":"tap","number":"4711"}""", "bbs")]
    [InlineData("mine", """{"type":"dtmf","number":"hello"}""", "number")]
    [InlineData("mine", """{"type":"dtmf","number":"+12025550110","display":"alphanumeric"}""", "display")]
    [InlineData("mine", """{"type":"snpp","number":"+12025550110","bbs":"+12025550109"}""", "bbs")]
    [InlineData("mine", """{"type":"snpp","number":"+12025550110","template":"{{#each text}}x{{/each}}"}""", "template")]
    [InlineData("mine", """{"type":"snpp","number":"+12025550110","maxLength":0}""", "maxLength")]
    [InlineData("mine", """{"type":"dtmf","number":"+12025550110","code":"help"}""", "code")]
    [InlineData("mine", """{"type":"snpp","number":"+12025550110","pin":""}""", "pin")]
    [InlineData("my%20own", """{"type":"snpp","number":"+12025550110"}""", "name")]
    public async Task A_pager_that_could_not_be_told_anything_is_refused_by_its_field(string name, string pager, string field)
    {
        var (status, problem) = await PutAsync("/v1/pagers/" + name, pager, _rig.Alice);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal([field], ApiRig.Fields(problem));
    }

    [Fact]
    public async Task A_pager_that_a_rule_tells_stays_until_the_rule_is_changed()
    {
        await PutAsync("/v1/pagers/mine", """{"type":"dtmf","number":"+12025550110"}""", _rig.Alice);
        await PutAsync("/v1/filters", $$"""{"rules":{{Rules}}}""", _rig.Alice);
        Assert.Equal(HttpStatusCode.Conflict, (await _rig.SendAsync(HttpMethod.Delete, "/v1/pagers/mine", _rig.Alice)).Status);
        await PutAsync("/v1/filters", """{"rules":[]}""", _rig.Alice);
        Assert.Equal(HttpStatusCode.NoContent, (await _rig.SendAsync(HttpMethod.Delete, "/v1/pagers/mine", _rig.Alice)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.SendAsync(HttpMethod.Delete, "/v1/pagers/mine", _rig.Alice)).Status);
    }

    [Fact]
    public async Task A_trial_shows_each_answer_and_the_page_and_does_nothing()
    {
        await PutAsync("/v1/pagers/mine", """{"type":"tap","number":"4711","bbs":"+12025550109","template":"{{subject}} {{time}}"}""", _rig.Alice);
        var rules = """[{"name":"Night","if":[{"field":"time","op":"within","value":"22:00-06:00"},{"field":"size","op":"above","value":1}],"then":[{"do":"drop"}]},"""
            + """{"name":"Alarms","if":[{"field":"sender","op":"glob","value":"*@example.com"}],"then":[{"do":"notify","to":"mine"},{"do":"notify","to":"gone"}]}]""";
        var body = $$"""{"rules":{{rules}},"mail":"{{Convert.ToBase64String(Encoding.ASCII.GetBytes(Mail))}}","at":"2026-11-23T12:00:00Z"}""";
        var (status, trial) = await _rig.PostAsync("/v1/filters/try", body, _rig.Alice);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """{"sender":"monitor@example.com","subject":"Disk full","rules":[{"name":"Night","active":true,"matches":false,"conditions":[{"condition":"time within \"22:00-06:00\"","holds":false}]},"""
            + """{"name":"Alarms","active":true,"matches":true,"conditions":[{"condition":"sender glob \"*@example.com\"","holds":true}]}],"actions":["""
            + """{"rule":"Alarms","action":"notify mine","page":"Disk full 12:00","number":"+12025550109"},{"rule":"Alarms","action":"notify gone","problem":"There is no such pager."}],"kept":true}""",
            trial.GetRawText());
        Assert.Equal("[]", (await _rig.GetAsync("/v1/filters", _rig.Alice)).Json.GetProperty("rules").GetRawText());

        (_, trial) = await _rig.PostAsync("/v1/filters/try", body.Replace("12:00:00Z", "23:00:00Z", StringComparison.Ordinal), _rig.Alice);
        Assert.Equal(("drop", false), (trial.GetProperty("actions")[0].GetProperty("action").GetString(), trial.GetProperty("kept").GetBoolean()));
    }

    [Fact]
    public async Task A_trial_says_what_the_account_may_not_call_and_that_the_mail_is_kept_then()
    {
        var body = """{"rules":[{"name":"a","then":[{"do":"deliver","to":"fax:+442079460000"}]}],"mail":"MAIL"}"""
            .Replace("MAIL", Convert.ToBase64String(Encoding.ASCII.GetBytes(Mail)), StringComparison.Ordinal);
        var trial = (await _rig.PostAsync("/v1/filters/try", body, _rig.Alice)).Json;
        Assert.Contains("+442079460000", trial.GetProperty("actions")[0].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.True(trial.GetProperty("kept").GetBoolean());
    }

    [Fact]
    public async Task A_trial_takes_a_mail_that_the_store_has()
    {
        var ids = _rig.Get<MessageIdSource>();
        var submission = new NewSubmission
        {
            Id = ids.Next(), CustomerKey = 11, ReceivedAt = _rig.Clock.GetUtcNow(), Source = "smtp", RemoteAddress = "", EnvelopeFrom = "monitor@example.com", Subject = "Disk full",
            MailMessageId = null, References = [], IsAutomatic = false, Size = 100, Headers = "From: Nagios <nagios@example.com>\r\n"u8.ToArray(), Messages = [],
            Fragments = [new NewFragment("the text of the mail", "text/plain", "utf-8", true, GatewayRig.Content("On db1."))],
        };
        await _rig.Get<IIntakeStore>().AcceptAsync(submission, CancellationToken.None);
        var rules = """[{"name":"a","if":[{"field":"from","op":"equals","value":"nagios@example.com"},{"field":"text","op":"contains","value":"db1"}],"then":[{"do":"drop"}]}]""";
        var body = $$"""{"rules":{{rules}},"message":"{{submission.Id}}"}""";
        Assert.False((await _rig.PostAsync("/v1/filters/try", body, _rig.Alice)).Json.GetProperty("kept").GetBoolean());
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.PostAsync("/v1/filters/try", body, _rig.Bob)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.PostAsync("/v1/filters/try", body.Replace(submission.Id.ToString(), ids.Next().ToString(), StringComparison.Ordinal), _rig.Alice)).Status);
        Assert.Equal(["mail"], ApiRig.Fields((await _rig.PostAsync("/v1/filters/try", "{}", _rig.Alice)).Json));
    }

    private Task<(HttpStatusCode Status, JsonElement Json)> PutAsync(string path, string json, string key) => _rig.SendAsync(HttpMethod.Put, path, key, ApiRig.Json(json));
}
