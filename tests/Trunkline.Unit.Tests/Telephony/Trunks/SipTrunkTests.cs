using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Trunks;
using Trunkline.Unit.Tests.Telephony.Calls;
using Trunkline.Unit.Tests.Telephony.Sip;

namespace Trunkline.Unit.Tests.Telephony.Trunks;

public sealed class SipTrunkTests : IAsyncDisposable
{
    private static readonly FaxReport Good = new(true, 0, "OK", 1, "peer", 14400, true, "T.6", HeardFax: true, PageBegun: true);

    private readonly SipBench _bench = new();
    private readonly FakeMediaEngine _media = new();
    private readonly SipTrunkOptions _options = new() { Name = "carrier", Host = "127.0.0.1", Port = SipBench.Far.Port, KeepAlive = TimeSpan.Zero };

    private ScriptedPeer Peer => _bench.Peer;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Channels_are_never_exceeded()
    {
        await using var trunk = Trunk(_options with { MaxChannels = 2 });
        var calls = Enumerable.Range(1, 3).Select(i => trunk.SendFaxAsync(Call($"m{i}"), new RecordingObserver(), default)).ToList();
        var first = await Peer.NextAsync("INVITE");
        await Peer.NextAsync("INVITE");
        Assert.Empty(await Peer.SettleAsync());
        Assert.Equal(0, trunk.FreeChannels);
        Peer.Respond(first, 486, "Busy Here");
        List<string> next = [(await Peer.NextAsync()).Method, (await Peer.NextAsync()).Method];
        Assert.Equal(["ACK", "INVITE"], next);
        Assert.Equal(CallOutcome.Busy, (await (await Task.WhenAny(calls))).Outcome);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_it_waits_for_a_channel_is_never_placed()
    {
        await using var trunk = Trunk(_options with { MaxChannels = 1 });
        _ = trunk.SendFaxAsync(Call("m1"), new RecordingObserver(), default);
        await Peer.NextAsync("INVITE");
        using var cancel = new CancellationTokenSource();
        var waiting = trunk.SendFaxAsync(Call("m2"), new RecordingObserver(), cancel.Token);
        await cancel.CancelAsync();
        var result = await waiting.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((CallOutcome.Cancelled, false), (result.Outcome, result.CallPlaced));
        Assert.Empty(await Peer.SettleAsync());
    }

    [Theory]
    [InlineData(DialFormat.Plus, "", "sip:+12025550100@carrier.example")]
    [InlineData(DialFormat.Digits, "", "sip:12025550100@carrier.example")]
    [InlineData(DialFormat.Digits, "00", "sip:0012025550100@carrier.example")]
    public async Task The_number_is_written_as_the_carrier_wants_it(DialFormat format, string prefix, string uri)
    {
        await using var trunk = Trunk(_options with { Format = format, Prefix = prefix, Domain = "carrier.example", CallerId = Number("+12025550190") });
        _ = trunk.SendFaxAsync(Call("m1"), new RecordingObserver(), default);
        var invite = await Peer.NextAsync("INVITE");
        Assert.Equal((uri, uri), (invite.RequestUri, invite.To.UriText));
        Assert.Equal("sip:+12025550190@carrier.example", invite.From.UriText);
    }

    [Fact]
    public async Task Two_options_without_an_answer_mean_down_and_one_with_any_answer_means_up()
    {
        await using var trunk = Trunk(_options with { KeepAlive = TimeSpan.FromSeconds(25) });
        Assert.True(trunk.IsUp);
        var request = await Peer.NextAsync("OPTIONS");
        await TurnUntilAsync(() => !trunk.IsUp);

        var refused = await trunk.SendFaxAsync(Call("m1"), new RecordingObserver(), default).WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((CallOutcome.TrunkDown, false), (refused.Outcome, refused.CallPlaced));

        // The far end is back, and answers whatever waits and comes with the rudest of responses.
        await TurnUntilAsync(() => trunk.IsUp, answer: true);
        Assert.Equal("sip:127.0.0.1", request.RequestUri);
    }

    [Fact]
    public async Task One_lost_keep_alive_is_not_yet_down()
    {
        await using var trunk = Trunk(_options with { KeepAlive = TimeSpan.FromSeconds(25) });
        var first = (await Peer.NextAsync("OPTIONS")).CallId;
        var second = first;
        while (second == first)
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
            foreach (var message in await Peer.SettleAsync())
                second = message.CallId;
        }
        Assert.True(trunk.IsUp);
    }

    [Fact]
    public async Task A_whole_fax_leaves_its_events_in_order()
    {
        await using var trunk = Trunk(_options);
        var sending = trunk.SendFaxAsync(Call("m1") with { AllowT38 = false }, new RecordingObserver(), default);
        var invite = await Peer.NextAsync("INVITE");
        Peer.Respond(invite, 180, "Ringing");
        Peer.Respond(invite, 200, "OK", sdp: SipBench.Audio(6000));
        await Peer.NextAsync("ACK");
        (await _media.Opened.Reader.ReadAsync()).Complete(Good);
        Peer.Respond(await Peer.NextAsync("BYE"), 200, "OK");
        var result = await sending.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal(CallOutcome.Delivered, result.Outcome);
        Assert.Equal(
            ["INVITE sent to UDP 127.0.0.1:5999", "180 Ringing received", "200 OK received from UDP 127.0.0.1:5999", "ACK sent", "BYE sent", "200 OK received for BYE"],
            result.Events.Where(e => e.Layer == "SIP").Select(e => e.Text));
    }

    [Fact]
    public void A_record_keeps_a_thousand_events_at_most()
    {
        var record = new CallRecord(TimeProvider.System);
        for (var i = 0; i < 1_200; i++)
            record.Add("SIP", "again\r\n");
        Assert.Equal(1_000, record.ToList().Count);
        Assert.Equal("again  ", record.ToList()[0].Text);
    }

    private static FaxCall Call(string id) => new()
    {
        CallId = id,
        To = Number("+12025550100"),
        LocalIdent = "",
        HeaderLine = "",
        TiffPath = "/nowhere.tif",
        Pages = 1,
    };

    private static PhoneNumber Number(string text)
    {
        Assert.True(PhoneNumber.TryParse(text, "US", out var number));
        return number;
    }

    private SipTrunk Trunk(SipTrunkOptions options) => new(options, _bench.Endpoint, _media, _bench.Time, NullLogger<SipTrunk>.Instance);

    private async Task TurnUntilAsync(Func<bool> reached, bool answer = false)
    {
        while (!reached())
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
            foreach (var message in await Peer.SettleAsync())
            {
                if (answer && message.IsRequest)
                    Peer.Respond(message, 403, "Forbidden");
            }
        }
    }
}
