using Trunkline.Core;
using Trunkline.Resource.Fax;
using Trunkline.Telephony.Net;
using Trunkline.TestLine;

namespace Trunkline.Unit.Tests.TestLine;

/// <summary>What a way of trying means on the line, over real SIP.</summary>
public sealed class FaxWayTests
{
    private const string Fax = "+12025550100";

    [Theory]
    [InlineData(nameof(FaxWay.Best), true, 14400)]
    [InlineData(nameof(FaxWay.Audio), false, 14400)]
    [InlineData(nameof(FaxWay.WithoutV17), false, 9600)]
    [InlineData(nameof(FaxWay.Slow), false, 4800)]
    public async Task Each_way_goes_as_it_says(string way, bool t38, int bitRate)
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork());
        var result = await line.SendAsync(Fax, change: new FaxPlan(Enum.Parse<FaxWay>(way)).Apply);
        Assert.True(result.Outcome == CallOutcome.Delivered, $"{result.Detail}\n{string.Join('\n', result.Events)}");
        Assert.Equal((t38, bitRate), (result.T38, result.BitRate));
    }

    [Theory]
    [InlineData(true, 9600)]
    [InlineData(true, 4800)]
    [InlineData(false, 9600)]
    [InlineData(false, 4800)]
    public async Task What_got_through_before_is_where_the_call_begins(bool t38, int bitRate)
    {
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork());
        var result = await line.SendAsync(Fax, change: new FaxPlan(t38 ? FaxWay.Best : FaxWay.Audio, bitRate, Ecm: false).Apply);
        Assert.True(result.Outcome == CallOutcome.Delivered, $"{result.Detail}\n{string.Join('\n', result.Events)}");
        Assert.Equal((t38, bitRate, false), (result.T38, result.BitRate, result.Ecm));
        Assert.Equal([bitRate], result.Rates.Select(rate => rate.BitRate));
    }

    [Fact]
    public async Task Call_tells_its_rates_the_times_of_its_pages_and_its_packets()
    {
        await using var line = await TestLineRig.StartAsync(
            new LoopbackNetwork(), numbers: [new TestNumber(Fax, TestAnswer.Fax) { Description = "of the test", RefuseTrainings = 1 }]);
        var result = await line.SendAsync(Fax, pages: 3, firstPage: 2);
        Assert.Equal(CallOutcome.Delivered, result.Outcome);
        Assert.Equal([2, 3], result.PageTimes.Select(page => page.Page));
        Assert.True(result.PageTimes[0].At < result.PageTimes[1].At);
        Assert.Equal([(12000, true)], result.Rates.Select(rate => (rate.BitRate, rate.Ecm)));
        Assert.True(result.Rates[0].At < result.PageTimes[0].At);
        Assert.True(result.Media is { Received: > 10, Lost: 0 }, $"{result.Media}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sound_over_a_good_line_lost_nothing(bool redundancy)
    {
        await using var line = await TestLineRig.StartAsync(
            new LoopbackNetwork(), numbers: [new TestNumber(Fax, TestAnswer.Fax) { Description = "of the test", T38 = false, AudioRedundancy = redundancy }]);
        var result = await line.SendAsync(Fax);
        Assert.True(result.Media is { Received: > 10, Lost: 0, Repaired: 0 }, $"{result.Media}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_over_a_bad_line_tells_what_was_lost(bool t38)
    {
        await using var line = await TestLineRig.StartAsync(
            new LoopbackNetwork(), numbers: [new TestNumber(Fax, TestAnswer.Fax) { Description = "of the test", PacketLoss = t38 ? 0.1 : 0.02, T38 = t38 }]);
        var result = await line.SendAsync(Fax);
        Assert.NotNull(result.Media);
        Assert.True(result.Media.Lost + result.Media.Repaired > 0, $"{result.Media}");
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Time_of_modems_is_left_out_where_both_ends_are_Internet_aware(bool isLineAware, bool isTrunkAware)
    {
        var number = new TestNumber(Fax, TestAnswer.Fax) { Description = "of the test", InternetAware = isLineAware };
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork(), numbers: [number]);
        var result = await line.SendAsync(Fax, pages: 2, isInternetAware: isTrunkAware);
        Assert.True(result.Outcome == CallOutcome.Delivered, $"{result.Detail}\n{string.Join('\n', result.Events)}");
        var both = isLineAware && isTrunkAware;
        Assert.Equal((true, both), (result.T38, result.InternetAware));
        Assert.Equal(both, result.Events.Any(e => e.Text.EndsWith(", Internet-aware", StringComparison.Ordinal)));
        var call = await line.FinishedAsync();
        Assert.True(call.Complete, call.Why);
        Assert.Equal(both, call.InternetAware);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sound_is_sent_again_to_a_number_that_can_do_it(bool redundancy)
    {
        var number = new TestNumber(Fax, TestAnswer.Fax) { Description = "of the test", T38 = false, PacketLoss = 0.002, AudioRedundancy = redundancy };
        await using var line = await TestLineRig.StartAsync(new LoopbackNetwork(), numbers: [number]);
        var result = await line.SendAsync(Fax);
        Assert.True(result.Outcome == CallOutcome.Delivered, $"{result.Detail}\n{string.Join('\n', result.Events)}");
        Assert.Equal(redundancy, result.Media!.Repaired > 0);
        Assert.Equal(redundancy, result.Events.Any(e => e.Text.StartsWith("G.711 mu-law with redundancy", StringComparison.Ordinal)));
    }
}
