using Trunkline.Core;
using Trunkline.Core.Calls;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;

namespace Trunkline.Unit.Tests.Resource;

public sealed class CallRecordTests : IAsyncDisposable
{
    private readonly string _calls = Path.Combine(ResourceRig.NewDirectory(), "calls");
    private readonly FakeTrunk _trunk = new();
    private FakeRouter? _router;

    public async ValueTask DisposeAsync()
    {
        if (_router is not null)
            await _router.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(_calls)!, recursive: true);
    }

    [Fact]
    public async Task Each_call_leaves_a_record_of_its_rates_pages_losses_and_events()
    {
        _trunk.FarEnd = async (call, observer, cancellationToken) => await FakeTrunk.TakesEveryPage(call, observer, cancellationToken) with
        {
            Rates = [new CallRate(TimeSpan.FromSeconds(9), 14400, true), new CallRate(TimeSpan.FromSeconds(20), 9600, true)],
            PageTimes = [new CallPage(2, TimeSpan.FromSeconds(30.5)), new CallPage(3, TimeSpan.FromSeconds(41))],
            Media = new MediaCounts(1000, 3, 2, 1),
        };
        await using var rig = await StartAsync();
        await rig.ExchangeAsync(ResourceRig.Delivery("m1-2", firstPage: 2));
        await rig.UntilForgottenAsync();

        var call = Read("m1-2");
        Assert.Equal(("m1-2", "+12025550100", "delivered", "T.30 completed"), (call.Id, call.To, call.Outcome, call.Cause));
        Assert.Equal(CallOutcomes.Of(CallOutcome.Delivered).Sentence, call.Sentence);
        Assert.Equal((2, 3, 3), (call.FirstPage, call.Pages, call.PagesConfirmed));
        Assert.Equal(("T.38", "T.38 or G.711, to 14400 bit/s"), (call.Transport, call.Way));
        Assert.Equal([new RecordedRate(9, 14400, true), new RecordedRate(20, 9600, true)], call.Rates);
        Assert.Equal([new RecordedPage(2, 30.5, 21.5), new RecordedPage(3, 41, 10.5)], call.PageTimes);
        Assert.Equal(new RecordedMedia(1000, 3, 2, 1), call.Media);
        Assert.Equal([new RecordedEvent(1.5, "SIP", "200 OK")], call.Events);
        Assert.True(call.AnsweredAt >= call.BegunAt && call.EndedAt >= call.AnsweredAt);
        Assert.Single(Directory.GetFileSystemEntries(_calls));
    }

    [Fact]
    public async Task A_call_that_nobody_took_leaves_a_record_too()
    {
        _trunk.FarEnd = (_, observer, cancellationToken) => FakeTrunk.Ends(CallOutcome.Busy, observer, cancellationToken);
        await using var rig = await StartAsync();
        await rig.ExchangeAsync(ResourceRig.Delivery("m1-1"));
        await rig.UntilForgottenAsync();
        var call = Read("m1-1");
        Assert.Equal(("busy", "", "486 Busy Here"), (call.Outcome, call.Transport, call.Cause));
        Assert.Null(call.AnsweredAt);
    }

    [Fact]
    public async Task The_next_call_to_a_number_that_T38_failed_for_goes_by_G711_and_then_slower_and_says_so()
    {
        _trunk.FarEnd = async (call, observer, cancellationToken) => await FakeTrunk.TakesEveryPage(call, observer, cancellationToken) with
        {
            Outcome = CallOutcome.Incompatible, PagesConfirmed = 0, T38 = call.AllowT38,
        };
        await using var rig = await StartAsync();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await rig.ExchangeAsync(ResourceRig.Delivery($"m1-{attempt}"));
            await rig.UntilForgottenAsync();
        }
        Assert.Equal([(true, 14400), (false, 14400), (false, 9600), (false, 4800)], _trunk.Calls.Select(call => (call.AllowT38, call.MaxBitRate)));
        Assert.All(_trunk.Calls, call => Assert.Equal(("From Trunkline", "+1 202 555 0190", 3), (call.HeaderLine, call.LocalIdent, call.Pages)));
        Assert.Equal("G.711 by V.27ter, to 4800 bit/s", Read("m1-4").Way);
    }

    [Fact]
    public async Task Only_the_newest_records_are_kept_and_none_that_is_too_old()
    {
        Directory.CreateDirectory(_calls);
        for (var i = 0; i < 5; i++)
        {
            var path = Path.Combine(_calls, $"old-{i}.json");
            await File.WriteAllTextAsync(path, "{}");
            File.SetLastWriteTimeUtc(path, DateTimeOffset.UnixEpoch.AddYears(40).AddDays(i).UtcDateTime);
        }
        await using var rig = await StartAsync(keep: TimeSpan.FromDays(36_500), max: 3);
        await rig.ExchangeAsync(ResourceRig.Delivery("m1-1"));
        await rig.UntilForgottenAsync();
        Assert.Equal(["m1-1.json", "old-3.json", "old-4.json"], Directory.GetFiles(_calls).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_record_that_cannot_be_written_costs_no_receipt()
    {
        await File.WriteAllTextAsync(_calls, "no directory");
        await using var rig = await StartAsync();
        await rig.ExchangeAsync(ResourceRig.Delivery("m1-1"));
        await rig.UntilForgottenAsync();
        Assert.Single(_trunk.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"id\": 3}")]
    public void What_is_no_record_is_not_read(string text) => Assert.False(RecordedCallFormat.TryRead(System.Text.Encoding.UTF8.GetBytes(text), out _));

    private async Task<ResourceRig> StartAsync(TimeSpan? keep = null, int max = 100)
    {
        _router = await FakeRouter.StartAsync();
        return await ResourceRig.StartAsync(_trunk, _router, change: options => options with
        {
            CallsDirectory = _calls, CallRecordRetention = keep ?? TimeSpan.FromDays(1), MaxCallRecords = max,
        });
    }

    private RecordedCall Read(string id)
    {
        Assert.True(RecordedCallFormat.TryRead(File.ReadAllBytes(Path.Combine(_calls, id + ".json")), out var call));
        return call;
    }
}
