using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Trunks;
using Trunkline.Unit.Tests.Telephony.Calls;

namespace Trunkline.Unit.Tests.Telephony.Sip;

/// <summary>Whatever is late, and however often a call changes its place or its carrier: of one call one answer at most is left up.</summary>
public sealed class DoubleSendingTests : IAsyncDisposable
{
    private static readonly IPEndPoint OtherPlace = new(IPAddress.Loopback, 5998);

    private readonly SipBench _bench = new();
    private readonly ScriptedPeer _other;
    private readonly CancellationTokenSource _giveUp = new();

    public DoubleSendingTests() => _other = new ScriptedPeer(_bench.Network, OtherPlace, SipBench.Near);

    private ScriptedPeer Peer => _bench.Peer;

    public async ValueTask DisposeAsync()
    {
        _other.Dispose();
        _giveUp.Dispose();
        await _bench.DisposeAsync();
    }

    private Task<SipInviteResult> InviteAsync() =>
        _bench.Endpoint.InviteAsync(_bench.Invitation() with { Alternatives = [OtherPlace] }, _giveUp.Token);

    /// <summary>The INVITE at the second place, once the first was silent for too long.</summary>
    private async Task<SipMessage> LeaveFirstAsync()
    {
        _bench.Time.Advance(TimeSpan.FromSeconds(6));
        var second = await _other.NextAsync("INVITE");
        Assert.All(await Peer.SettleAsync(), again => Assert.Equal("INVITE", again.Method));
        return second;
    }

    /// <summary>An answer that nobody wants any more is acknowledged and hung up.</summary>
    private static async Task TakenDownAsync(ScriptedPeer peer)
    {
        await peer.NextAsync("ACK");
        peer.Respond(await peer.NextAsync("BYE"), 200, "OK");
        Assert.Empty(await peer.SettleAsync());
    }

    [Theory]
    [InlineData(408)]
    [InlineData(486)]
    [InlineData(503)]
    public async Task A_late_refusal_of_a_place_that_was_left_does_not_meet_the_call_at_the_next(int status)
    {
        var inviting = InviteAsync();
        var first = await Peer.NextAsync("INVITE");
        var second = await LeaveFirstAsync();
        Peer.Respond(first, status, "Late");
        await Peer.NextAsync("ACK");
        Assert.False(inviting.IsCompleted);
        _other.Respond(second, 200, "OK", sdp: SipBench.Audio(6100));
        await _other.NextAsync("ACK");
        Assert.NotNull((await inviting.WaitAsync(ScriptedPeer.Hang)).Call);
        Assert.Empty(await Peer.SettleAsync());
        Assert.Empty(await _other.SettleAsync());
        Assert.Equal(1, _bench.Endpoint.CallCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_places_that_both_answer_the_one_that_was_left_is_taken_down(bool lateComesFirst)
    {
        var inviting = InviteAsync();
        var first = await Peer.NextAsync("INVITE");
        var second = await LeaveFirstAsync();
        if (lateComesFirst)
        {
            Peer.Respond(first, 200, "OK", sdp: SipBench.Audio(6000));
            await TakenDownAsync(Peer);
        }
        _other.Respond(second, 200, "OK", toTag: "other", sdp: SipBench.Audio(6100));
        await _other.NextAsync("ACK");
        var result = await inviting.WaitAsync(ScriptedPeer.Hang);
        if (!lateComesFirst)
        {
            Peer.Respond(first, 200, "OK", sdp: SipBench.Audio(6000));
            await TakenDownAsync(Peer);
        }
        Assert.Equal(6100, result.Answer!.Media[0].Port);
        Assert.Equal(1, _bench.Endpoint.CallCount);
        Assert.Empty(await _other.SettleAsync());
    }

    [Fact]
    public async Task A_call_that_is_given_up_is_cancelled_at_each_place_that_rings()
    {
        var inviting = InviteAsync();
        var first = await Peer.NextAsync("INVITE");
        var second = await LeaveFirstAsync();
        _other.Respond(second, 180, "Ringing");
        Assert.Empty(await _other.SettleAsync());
        await _giveUp.CancelAsync();
        _other.Respond(await _other.NextAsync("CANCEL"), 200, "OK");
        _other.Respond(second, 487, "Request Terminated");
        await _other.NextAsync("ACK");
        Assert.True((await inviting.WaitAsync(ScriptedPeer.Hang)).Cancelled);
        // The call is over for its owner, and the place that was left begins to ring only now.
        Peer.Respond(first, 183, "Progress");
        Peer.Respond(await Peer.NextAsync("CANCEL"), 200, "OK");
        Peer.Respond(first, 200, "OK", sdp: SipBench.Audio(6000));
        await TakenDownAsync(Peer);
        Assert.Equal(0, _bench.Endpoint.CallCount);
    }

    [Fact]
    public async Task Answers_without_end_of_a_place_that_was_left_make_no_calls_without_end()
    {
        var inviting = InviteAsync();
        var first = await Peer.NextAsync("INVITE");
        var second = await LeaveFirstAsync();
        for (var i = 0; i < 40; i++)
            Peer.Respond(first, 200, "OK", toTag: $"far{i}", sdp: SipBench.Audio(6000));
        Assert.Equal(16, (await Peer.SettleAsync()).Count(m => m.Method == "BYE"));
        _other.Respond(second, 486, "Busy Here");
        Assert.Equal(486, (await inviting.WaitAsync(ScriptedPeer.Hang)).Status);
    }

    [Fact]
    public async Task A_carrier_that_answers_after_the_call_went_to_the_next_one_is_hung_up()
    {
        await using var group = new TrunkGroup([Trunk("one", 5999), Trunk("two", 5998)]);
        var calling = group.SendFaxAsync(Fax(), new RecordingObserver(), CancellationToken.None);
        var first = await Peer.NextAsync("INVITE");
        _bench.Time.Advance(TimeSpan.FromSeconds(32));
        var second = await _other.NextAsync("INVITE");
        Assert.NotEqual(first.CallId, second.CallId);
        await Peer.SettleAsync();
        Peer.Respond(first, 200, "OK", sdp: SipBench.Audio(6000));
        await TakenDownAsync(Peer);
        _other.Respond(second, 486, "Busy Here");
        var result = await calling.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((CallOutcome.Busy, true), (result.Outcome, result.CallPlaced));
        // The record tells of both carriers, in the order of time.
        Assert.Equal(2, result.Events.Count(e => e.Text.StartsWith("INVITE sent", StringComparison.Ordinal)));
        Assert.Equal(result.Events.OrderBy(e => e.At), result.Events);
    }

    [Fact]
    public async Task An_answer_to_a_call_of_ours_that_we_never_acknowledged_sends_nothing()
    {
        // Found by the fuzzer: an INVITE number 0 of a call that the far end placed, answered by it.
        await using var bench = new SipBench(new LambdaHandler(call => call.AnswerAsync(SipBench.Audio(), new RecordingSession())));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, body: "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 6000 RTP/AVP 0\n"));
        await bench.Peer.NextAsync(100);
        var ok = await bench.Peer.NextAsync(200);
        bench.Peer.Send(bench.Peer.Request("ACK", 1, toTag: ok.To.Tag!));
        bench.Peer.Send(
            $"SIP/2.0 200 OK\nVia: SIP/2.0/UDP {SipBench.Near};branch=z9hG4bKnone\nFrom: <sip:a@b>;tag={ok.To.Tag}\nTo: <sip:c@d>;tag=far\nCall-ID: call@far\n"
            + "CSeq: 0 INVITE\nContact: <sip:far@127.0.0.1:5999>\nContent-Length: 0\n\n");
        Assert.Empty(await bench.Peer.SettleAsync());
    }

    private SipTrunk Trunk(string name, int port) => new(
        new SipTrunkOptions { Name = name, Host = $"127.0.0.1:{port}", KeepAlive = TimeSpan.Zero }, _bench.Endpoint, new FakeMediaEngine(), _bench.Time,
        NullLogger<SipTrunk>.Instance);

    private static FaxCall Fax()
    {
        Assert.True(PhoneNumber.TryParse("+12025550100", "US", out var number));
        return new FaxCall { CallId = "m1", To = number, LocalIdent = "", HeaderLine = "", TiffPath = "/nowhere.tif", Pages = 1 };
    }
}
