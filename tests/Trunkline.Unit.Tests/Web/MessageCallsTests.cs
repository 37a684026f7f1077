using System.Net;
using Trunkline.Commands;
using Trunkline.Core;
using Trunkline.Core.Calls;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Unit.Tests.Web;

/// <summary>The records of a message's calls: by the interface, and as a timeline for people.</summary>
public sealed class MessageCallsTests : IAsyncLifetime
{
    private ApiRig _rig = null!;
    private string _message = "";

    public async ValueTask InitializeAsync()
    {
        _rig = await ApiRig.StartAsync();
        var (_, accepted) = await _rig.PostAsync("/v1/messages", """{"to":["fax:+12025550106"],"text":"Hello"}""", _rig.Alice);
        _message = accepted.GetProperty("messages")[0].GetProperty("id").GetString()!;
        Assert.True(MessageId.TryParse(_message, out var id));
        foreach (var number in new[] { 1, 2, 3 })
            await _rig.Get<SqliteDatabase>().WriteAsync(
                s => s.Execute("INSERT INTO attempt (message_id, number, resource_id, first_page, begun_at) VALUES (?1, ?2, 1, 1, 1)", id.Value, number), CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Its_customer_and_the_operator_see_the_records_that_are_kept_in_order()
    {
        Put(3);
        Put(1);
        Put(7);
        foreach (var key in new[] { _rig.Alice, ApiRig.OperatorKey })
        {
            var (status, list) = await _rig.GetAsync($"/v1/messages/{_message}/calls", key);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal([$"{_message}-1", $"{_message}-3"], list.GetProperty("items").EnumerateArray().Select(call => call.GetProperty("id").GetString()));
        }
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync($"/v1/messages/{_message}/calls", _rig.Bob)).Status);
    }

    [Fact]
    public async Task A_record_that_is_damaged_is_left_out()
    {
        Put(1);
        await File.WriteAllTextAsync(Path.Combine(_rig.CallsDirectory, $"{_message}-2.json"), "{\"id\":");
        var (_, list) = await _rig.GetAsync($"/v1/messages/{_message}/calls", _rig.Alice);
        Assert.Single(list.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task The_command_shows_it()
    {
        Put(1);
        await File.WriteAllTextAsync(Path.Combine(_rig.DataDirectory, "operator-key"), ApiRig.OperatorKey);
        Assert.Equal(0, await CommandLine.RunAsync(["queue", "show", _message, "--http", _rig.Address.Authority, "--data", _rig.DataDirectory]));
    }

    [Fact]
    public async Task The_timeline_says_what_happened_in_the_order_of_time()
    {
        Put(1);
        var (_, list) = await _rig.GetAsync($"/v1/messages/{_message}/calls", _rig.Alice);
        var call = list.GetProperty("items")[0];
        Assert.Equal(
            [
                $"Call {_message}-1 to +12025550106, 2026-11-23 12:00:00 to 2026-11-23 12:01:00: dropped",
                "  at page 2 of 3: T.30 49 Call dropped",
                "  tried by T.38 or G.711, to 14400 bit/s; went by T.38 at 14400, then 9600 bit/s with ECM; 1 of 3 pages confirmed, from page 1 on",
                "  packets: 900 came, 2 were lost, 7 repaired; 1 parts of pages sent anew",
            ], CallTimeline.Head(call));
        Assert.Equal(
            [
                ["12:00:00.0", "   0.010 s", "SIP", "INVITE sent"],
                ["12:00:30.5", "  30.500 s", "page", "page 1 through after 21.5 s"],
                ["12:00:59.0", "  59.000 s", "SIP", "BYE"],
            ], CallTimeline.Lines(call));
    }

    private void Put(int number)
    {
        Directory.CreateDirectory(_rig.CallsDirectory);
        File.WriteAllBytes(Path.Combine(_rig.CallsDirectory, $"{_message}-{number}.json"), RecordedCallFormat.Write(Call(number)));
    }

    private RecordedCall Call(int number) => new()
    {
        Id = $"{_message}-{number}",
        To = "+12025550106",
        BegunAt = _rig.Clock.GetUtcNow(),
        AnsweredAt = _rig.Clock.GetUtcNow().AddSeconds(2),
        EndedAt = _rig.Clock.GetUtcNow().AddMinutes(1),
        Outcome = "dropped",
        Sentence = CallOutcomes.Of(CallOutcome.Dropped).Sentence,
        Cause = "at page 2 of 3: T.30 49 Call dropped",
        FirstPage = 1,
        Pages = 3,
        PagesConfirmed = 1,
        Way = "T.38 or G.711, to 14400 bit/s",
        Transport = "T.38",
        RemoteId = "+12025550106",
        Rates = [new RecordedRate(9, 14400, true), new RecordedRate(31, 9600, true), new RecordedRate(35, 9600, true)],
        PageTimes = [new RecordedPage(1, 30.5, 21.5)],
        Media = new RecordedMedia(900, 2, 7, 1),
        Events = [new RecordedEvent(0.01, "SIP", "INVITE sent"), new RecordedEvent(59, "SIP", "BYE")],
    };
}
