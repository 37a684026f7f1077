using System.Net;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Intake;
using Trunkline.Unit.Tests.Gateway;

namespace Trunkline.Unit.Tests.Web;

/// <summary>Tables that an operator writes into while the server runs: file types and currencies.</summary>
public sealed class TableEndpointsTests : IAsyncLifetime
{
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ApiRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_file_type_is_known_as_soon_as_it_is_added_and_no_longer_when_it_is_removed()
    {
        Assert.IsType<FileTypeVerdict.Refused>(Determine());
        var (status, _) = await _rig.PostAsync("/v1/file-types", """{"mime":"audio/amr","extension":"amr","type":"voice","signature":"0:2321414D52"}""");
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(MessageType.Voice, Assert.IsType<FileTypeVerdict.Known>(Determine()).MessageType);
        await _rig.RestartAsync();
        Assert.IsType<FileTypeVerdict.Known>(Determine());
        Assert.Contains((await _rig.GetAsync("/v1/file-types")).Json.GetProperty("items").EnumerateArray(), r => r.GetProperty("mime").GetString() == "audio/amr");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _rig.PostAsync("/v1/file-types", """{"mime":"audio/amr","extension":"amr","type":"voice"}""")).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await _rig.SendAsync(HttpMethod.Delete, "/v1/file-types?mime=audio/amr&extension=amr", ApiRig.OperatorKey)).Status);
        Assert.IsType<FileTypeVerdict.Refused>(Determine());
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.SendAsync(HttpMethod.Delete, "/v1/file-types?mime=audio/amr&extension=amr", ApiRig.OperatorKey)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await _rig.GetAsync("/v1/file-types", _rig.Alice)).Status);
    }

    [Theory]
    [InlineData("""{"mime":"Audio/AMR","type":"voice"}""", "mime")]
    [InlineData("""{"mime":"audio/amr","extension":".amr","type":"voice"}""", "extension")]
    [InlineData("""{"mime":"audio/amr","type":"notification"}""", "type")]
    [InlineData("""{"mime":"audio/amr","type":"voice","isText":true}""", "isText")]
    [InlineData("""{"mime":"audio/amr","type":"voice","knownAs":"audio/amr"}""", "knownAs")]
    [InlineData("""{"mime":"audio/amr","type":"voice","signature":"0:ZZ"}""", "signature")]
    public async Task A_file_type_that_cannot_work_is_refused_by_its_field(string json, string field)
    {
        var (status, problem) = await _rig.PostAsync("/v1/file-types", json);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, field), (status, Assert.Single(ApiRig.Fields(problem))));
    }

    [Fact]
    public async Task A_currency_is_written_as_the_operator_says_from_now_on()
    {
        var (status, _) = await _rig.SendAsync(HttpMethod.Put, "/v1/billing/currencies/ISK", ApiRig.OperatorKey, ApiRig.Json("""{"label":"Icelandic Króna","symbol":"kr","decimals":0}"""));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(new Currency("ISK", "Icelandic Króna", "kr", 0), _rig.Get<CurrencyTable>().Find("ISK"));
        Assert.Contains((await _rig.GetAsync("/v1/billing/currencies")).Json.GetProperty("items").EnumerateArray(), c => c.GetProperty("code").GetString() == "ISK");
        Assert.Equal(HttpStatusCode.Conflict, (await _rig.SendAsync(HttpMethod.Delete, "/v1/billing/currencies/USD", ApiRig.OperatorKey)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await _rig.SendAsync(HttpMethod.Delete, "/v1/billing/currencies/ISK", ApiRig.OperatorKey)).Status);
        Assert.Null(_rig.Get<CurrencyTable>().Find("ISK"));
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.SendAsync(HttpMethod.Delete, "/v1/billing/currencies/ISK", ApiRig.OperatorKey)).Status);
    }

    [Theory]
    [InlineData("isk", """{"label":"x","symbol":"x","decimals":0}""", "code")]
    [InlineData("ISK", """{"label":"","symbol":"x","decimals":0}""", "label")]
    [InlineData("ISK", """{"label":"x","symbol":"","decimals":0}""", "symbol")]
    [InlineData("ISK", """{"label":"x","symbol":"x","decimals":7}""", "decimals")]
    public async Task A_currency_that_cannot_work_is_refused_by_its_field(string code, string json, string field)
    {
        var (status, problem) = await _rig.SendAsync(HttpMethod.Put, "/v1/billing/currencies/" + code, ApiRig.OperatorKey, ApiRig.Json(json));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, field), (status, Assert.Single(ApiRig.Fields(problem))));
    }

    private FileTypeVerdict Determine() => _rig.Get<FileTypeTable>().Determine(
        new MailPart { IsBody = false, ContentType = "audio/amr", FileName = "note.amr", Content = GatewayRig.Content("#!AMR\n") });
}
