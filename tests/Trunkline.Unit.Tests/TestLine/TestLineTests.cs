using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Unit.Tests.Telephony.Media;

namespace Trunkline.Unit.Tests.TestLine;

public sealed class TestLineTests
{
    [Fact]
    public async Task Fax_to_0100_goes_by_T38_and_arrives_bit_for_bit()
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork());
        var result = await line.SendAsync("+12025550100", pages: 3);

        AssertDelivered(result, 3);
        Assert.True(result.T38);
        Assert.True(result.Ecm);
        Assert.Equal(14400, result.BitRate);
        Assert.Equal("+12025550100", result.RemoteIdent);
        var call = await line.FinishedAsync();
        Assert.True(call is { Complete: true, Pages: 3, T38: true, Ecm: true, Why: "complete", From: "+12025550190" }, call.ToString());
        Assert.Equal("+1 202 555 0190", call.Ident);
        FaxTiff.AssertSame(line.Sent, call.File!);
        Assert.Equal(Path.Combine(line.Data, "testline", "+12025550100"), Path.GetDirectoryName(call.File));
        Assert.Equal([call.Call + ".json", call.Call + ".tif"], line.FilesOf("+12025550100"));
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(call.File!, ".json")));
        Assert.True(json.RootElement.GetProperty("complete").GetBoolean());
        Assert.Equal(3, json.RootElement.GetProperty("pages").GetInt32());
    }

    [Fact]
    public async Task Fax_to_0100_survives_that_both_ends_offer_T38_at_once()
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork(), offerT38Delay: TimeSpan.Zero);
        var result = await line.SendAsync("+12025550100");
        AssertDelivered(result, 1);
        Assert.True(result.T38);
    }

    [Fact]
    public async Task Fax_to_0100_goes_by_enciphered_G711_when_that_is_required()
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork());
        var result = await line.SendAsync("+12025550100", pages: 2, srtp: SrtpUse.Required);

        AssertDelivered(result, 2);
        Assert.False(result.T38);
        Assert.Contains(result.Events, e => e.Text.StartsWith("G.711 mu-law by SRTP", StringComparison.Ordinal));
        FaxTiff.AssertSame(line.Sent, (await line.FinishedAsync()).File!);
    }

    [Fact]
    public async Task Fax_to_0100_goes_on_while_its_session_is_refreshed()
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork(), sessionExpires: TimeSpan.FromSeconds(90));
        var result = await line.SendAsync("+12025550100", pages: 12, isInternetAware: false);

        AssertDelivered(result, 12);
        Assert.True(result.Duration > TimeSpan.FromSeconds(60), $"{result.Duration} is too short to show it");
        Assert.Contains(result.Events, e => e.Text == "UPDATE sent");
        Assert.Contains(result.Events, e => e.Text == "200 OK received for UPDATE");
    }

    [Fact]
    public async Task Fax_to_0101_is_refused_T38_and_goes_by_G711()
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork());
        var result = await line.SendAsync("+12025550101", pages: 2);

        AssertDelivered(result, 2);
        Assert.False(result.T38);
        var call = await line.FinishedAsync();
        Assert.True(call is { Complete: true, T38: false });
        FaxTiff.AssertSame(line.Sent, call.File!);
    }

    [Theory]
    [InlineData("+12025550102", CallOutcome.Busy, "refused: 486 Busy Here")]
    [InlineData("+12025550103", CallOutcome.NoAnswer, "rang until the caller gave up")]
    [InlineData("+12025550108", CallOutcome.NotInService, "refused: 404 Not Found")]
    public async Task Number_that_takes_no_fax_says_so_and_leaves_only_its_record(string number, CallOutcome outcome, string why)
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork());
        var result = await line.SendAsync(number);
        Assert.Equal(outcome, result.Outcome);
        var call = await line.FinishedAsync();
        Assert.Equal(why, call.Why);
        Assert.Equal([call.Call + ".json"], line.FilesOf(number));
    }

    [Fact]
    public async Task Unknown_number_is_not_in_service_and_leaves_no_file()
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork());
        var result = await line.SendAsync("+12025550199");
        Assert.Equal(CallOutcome.NotInService, result.Outcome);
        Assert.False(Directory.Exists(Path.Combine(line.Data, "testline")));
    }

    [Fact]
    public async Task Fax_to_0106_is_dropped_in_page_two_and_the_rest_arrives_the_second_time()
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork());
        var first = await line.SendAsync("+12025550106", pages: 3);
        Assert.Equal(CallOutcome.Dropped, first.Outcome);
        Assert.Equal(1, first.PagesConfirmed);
        var dropped = await line.FinishedAsync();
        Assert.True(dropped is { Complete: false, Pages: 1 }, dropped.ToString());
        Assert.EndsWith(".part.tif", dropped.File, StringComparison.Ordinal);
        Assert.Single(FaxTiff.Read(dropped.File!));

        var second = await line.SendAsync("+12025550106", pages: 3, firstPage: 2);
        Assert.Equal(CallOutcome.Delivered, second.Outcome);
        Assert.Equal(3, second.PagesConfirmed);
        var whole = await line.FinishedAsync();
        Assert.True(whole is { Complete: true, Pages: 2 }, whole.ToString());
    }

    [Fact]
    public async Task Fax_to_0107_goes_at_4800_without_error_correction()
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork());
        var result = await line.SendAsync("+12025550107");
        AssertDelivered(result, 1);
        Assert.False(result.Ecm);
        Assert.Equal(4800, result.BitRate);
    }

    [Fact]
    public async Task Fax_to_0112_survives_three_percent_packet_loss()
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork());
        var result = await line.SendAsync("+12025550112", pages: 2);
        AssertDelivered(result, 2);
        FaxTiff.AssertSame(line.Sent, (await line.FinishedAsync()).File!);
    }

    [Fact]
    public async Task Silence_at_0113_is_no_fax()
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork());
        var result = await line.SendAsync("+12025550113");
        Assert.Equal(CallOutcome.NoFax, result.Outcome);
        var call = await line.FinishedAsync();
        Assert.False(call.Complete);
        Assert.NotNull(call.Answered);
    }

    [Fact]
    public async Task Wrong_password_is_unauthorized_and_the_right_one_gets_through()
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork(), password: "right");
        Assert.Equal(CallOutcome.Unauthorized, (await line.SendAsync("+12025550102", password: "wrong")).Outcome);
        Assert.Equal(CallOutcome.Busy, (await line.SendAsync("+12025550102", password: "right")).Outcome);
    }

    [Theory]
    [InlineData("+12025550100")]
    [InlineData("+12025550101")]
    public async Task Fax_goes_over_real_UDP(string number)
    {
        await using var line = await TestLineRig.StartAsync(new UdpNetwork(), speed: 20);
        var result = await line.SendAsync(number);
        AssertDelivered(result, 1);
        FaxTiff.AssertSame(line.Sent, (await line.FinishedAsync()).File!);
    }

    [Fact]
    public async Task Stop_in_the_middle_of_a_fax_hangs_up_and_writes_what_arrived()
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork());
        var sending = line.SendAsync("+12025550100", pages: 20);
        await line.TransferBegan.WaitAsync(TimeSpan.FromMinutes(1));
        await line.StopAsync();
        var result = await sending;
        Assert.NotEqual(CallOutcome.Delivered, result.Outcome);
        Assert.False((await line.FinishedAsync()).Complete);
    }

    private static void AssertDelivered(FaxCallResult result, int pages)
    {
        Assert.True(result.Outcome == CallOutcome.Delivered, $"{result.Outcome} {result.Detail}\n{string.Join('\n', result.Events)}");
        Assert.Equal(pages, result.PagesConfirmed);
    }
}
