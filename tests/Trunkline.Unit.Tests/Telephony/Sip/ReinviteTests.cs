using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip;

namespace Trunkline.Unit.Tests.Telephony.Sip;

public class ReinviteTests
{
    private static readonly string Image = System.Text.Encoding.UTF8.GetString(SipBench.Image(6000).ToBytes());

    private static string InCall(SipBench bench, Trunkline.Telephony.Sip.Messages.SipMessage invite, string method, int cseq, string body = "", string? branch = null) =>
        bench.Peer.Request(method, cseq, toTag: invite.From.Tag!, callId: invite.CallId, body: body, branch: branch);

    [Fact]
    public async Task Our_offer_is_accepted_and_acknowledged()
    {
        await using var bench = new SipBench();
        var (call, invite) = await bench.CallAsync();
        var offering = call.ReinviteAsync(SipBench.Image(), default);
        var reinvite = await bench.Peer.NextAsync("INVITE");
        Assert.Equal((invite.CSeq.Number + 1, "far", "sip:far@127.0.0.1:5999"), (reinvite.CSeq.Number, reinvite.To.Tag, reinvite.RequestUri));
        bench.Peer.Respond(reinvite, 200, "OK", sdp: SipBench.Image(6002));
        Assert.Equal(reinvite.CSeq.Number, (await bench.Peer.NextAsync("ACK")).CSeq.Number);
        var result = await offering.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((200, 6002), (result.Status, result.Answer!.Media[0].Port));
        bench.Peer.Respond(reinvite, 200, "OK", sdp: SipBench.Image(6002));
        await bench.Peer.NextAsync("ACK");
    }

    [Fact]
    public async Task Our_offer_is_refused_and_the_call_stays()
    {
        await using var bench = new SipBench();
        var (call, _) = await bench.CallAsync();
        var offering = call.ReinviteAsync(SipBench.Image(), default);
        bench.Peer.Respond(await bench.Peer.NextAsync("INVITE"), 488, "Not Acceptable Here");
        await bench.Peer.NextAsync("ACK");
        Assert.Equal(488, (await offering.WaitAsync(ScriptedPeer.Hang)).Status);
        Assert.False(call.Ended.IsCompleted);
    }

    [Fact]
    public async Task An_offer_that_is_never_answered_leaves_the_call_as_it_is()
    {
        await using var bench = new SipBench();
        var (call, _) = await bench.CallAsync();
        var offering = call.ReinviteAsync(SipBench.Image(), default);
        var reinvite = await bench.Peer.NextAsync("INVITE");
        bench.Peer.Respond(reinvite, 100, "Trying");
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(32));
        Assert.Equal(408, (await offering.WaitAsync(ScriptedPeer.Hang)).Status);
        await bench.Peer.NextAsync("CANCEL");
        Assert.False(call.Ended.IsCompleted);
        bench.Peer.Respond(reinvite, 200, "OK", sdp: SipBench.Image(6002));
        await bench.Peer.NextAsync("ACK");
    }

    [Fact]
    public async Task An_offer_that_is_under_way_when_the_call_ends_leaves_nothing_behind()
    {
        await using var bench = new SipBench();
        var (call, invite) = await bench.CallAsync();
        var offering = call.ReinviteAsync(SipBench.Image(), default);
        bench.Peer.Respond(await bench.Peer.NextAsync("INVITE"), 100, "Trying");
        bench.Peer.Send(InCall(bench, invite, "BYE", 1));
        await bench.Peer.NextAsync(200);
        Assert.Equal(481, (await offering.WaitAsync(ScriptedPeer.Hang)).Status);
        bench.Time.Advance(TimeSpan.FromSeconds(70));
        Assert.Equal(0, bench.Endpoint.TransactionCount);
    }

    [Fact]
    public async Task A_far_end_that_no_longer_knows_the_call_ends_it()
    {
        await using var bench = new SipBench();
        var (call, _) = await bench.CallAsync();
        _ = call.ReinviteAsync(SipBench.Image(), default);
        bench.Peer.Respond(await bench.Peer.NextAsync("INVITE"), 481, "Call Does Not Exist");
        await bench.Peer.NextAsync("ACK");
        bench.Peer.Respond(await bench.Peer.NextAsync("BYE"), 481, "Call Does Not Exist");
        Assert.Equal(SipCallEnder.Lost, (await call.Ended.WaitAsync(ScriptedPeer.Hang)).By);
    }

    [Fact]
    public async Task Glare_is_tried_again_after_the_wait_of_the_caller()
    {
        await using var bench = new SipBench();
        var (call, _) = await bench.CallAsync();
        var offering = call.ReinviteAsync(SipBench.Image(), default);
        bench.Peer.Respond(await bench.Peer.NextAsync("INVITE"), 491, "Request Pending");
        await bench.Peer.NextAsync("ACK");
        // RFC 3261 section 14.1: the end that made the Call-ID waits 2.1 to 4 seconds, in tens of milliseconds.
        var wait = await bench.Time.TimerSetAsync(TimeSpan.FromSeconds(2.1), TimeSpan.FromSeconds(4)).WaitAsync(ScriptedPeer.Hang);
        bench.Time.Advance(wait - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        bench.Peer.Respond(await bench.Peer.NextAsync("INVITE"), 200, "OK", sdp: SipBench.Image(6002));
        Assert.Equal(200, (await offering.WaitAsync(ScriptedPeer.Hang)).Status);
    }

    [Fact]
    public async Task While_ours_is_pending_the_far_ends_offer_gets_491()
    {
        await using var bench = new SipBench();
        var (call, invite) = await bench.CallAsync();
        _ = call.ReinviteAsync(SipBench.Image(), default);
        await bench.Peer.NextAsync("INVITE");
        bench.Peer.Send(InCall(bench, invite, "INVITE", 1, Image));
        await bench.Peer.NextAsync(100);
        await bench.Peer.NextAsync(491);
    }

    [Fact]
    public async Task While_theirs_is_pending_ours_is_not_sent_and_waiting_can_be_stopped()
    {
        await using var bench = new SipBench();
        var (call, invite) = await bench.CallAsync();
        bench.Peer.Send(InCall(bench, invite, "INVITE", 1, Image));
        await bench.Peer.NextAsync(100);
        await bench.Peer.NextAsync(200);
        using var stop = new CancellationTokenSource();
        var offering = call.ReinviteAsync(SipBench.Image(), stop.Token);
        Assert.False(offering.IsCompleted);
        await stop.CancelAsync();
        Assert.Equal(491, (await offering.WaitAsync(ScriptedPeer.Hang)).Status);
    }

    [Fact]
    public async Task The_far_ends_offer_is_answered_by_the_owner_and_repeated_until_ack()
    {
        await using var bench = new SipBench();
        SessionDescription? seen = null;
        bench.Session.Reply = offer =>
        {
            seen = offer;
            return new SipOfferReply.Accept(SipBench.Image(4002));
        };
        var (call, invite) = await bench.CallAsync();
        bench.Peer.Send(InCall(bench, invite, "INVITE", 7, Image));
        await bench.Peer.NextAsync(100);
        var ok = await bench.Peer.NextAsync(200);
        Assert.True(seen!.Media[0].IsT38);
        Assert.True(SessionDescription.TryParse(ok.Body.Span, out var answer) && answer.Media[0].Port == 4002);
        bench.Time.Advance(TimeSpan.FromSeconds(0.5));
        await bench.Peer.NextAsync(200);
        bench.Peer.Send(InCall(bench, invite, "ACK", 7));
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await bench.Peer.SettleAsync());
        Assert.True(call.RemoteDescription!.Media[0].IsT38);
    }

    [Fact]
    public async Task The_far_ends_offer_can_be_refused_and_the_next_one_accepted()
    {
        await using var bench = new SipBench();
        bench.Session.Reply = offer => offer!.Media[0].IsT38 ? new SipOfferReply.Refuse() : new SipOfferReply.Accept(SipBench.Audio());
        var (_, invite) = await bench.CallAsync();
        bench.Peer.Send(InCall(bench, invite, "INVITE", 1, Image, "z9hG4bKone"));
        await bench.Peer.NextAsync(100);
        await bench.Peer.NextAsync(488);
        bench.Peer.Send(InCall(bench, invite, "ACK", 1, branch: "z9hG4bKone"));
        bench.Peer.Send(InCall(bench, invite, "UPDATE", 2, System.Text.Encoding.UTF8.GetString(SipBench.Audio(6000).ToBytes())));
        Assert.False((await bench.Peer.NextAsync(200)).Body.IsEmpty);
        bench.Peer.Send(InCall(bench, invite, "UPDATE", 3));
        Assert.True((await bench.Peer.NextAsync(200)).Body.IsEmpty);
    }

    [Fact]
    public async Task Asked_for_an_offer_the_answer_comes_with_the_ack()
    {
        await using var bench = new SipBench();
        bench.Session.Reply = offer => offer is null ? new SipOfferReply.Accept(SipBench.Audio(4004)) : new SipOfferReply.Refuse();
        var (_, invite) = await bench.CallAsync();
        bench.Peer.Send(InCall(bench, invite, "INVITE", 1));
        await bench.Peer.NextAsync(100);
        await bench.Peer.NextAsync(200);
        bench.Peer.Send(InCall(bench, invite, "ACK", 1, System.Text.Encoding.UTF8.GetString(SipBench.Audio(6006).ToBytes())));
        Assert.Equal(6006, (await bench.Session.Answered.Task.WaitAsync(ScriptedPeer.Hang)).Media[0].Port);
    }

    [Fact]
    public async Task Requests_out_of_order_and_unknown_methods_are_refused_within_a_call()
    {
        await using var bench = new SipBench();
        var (call, invite) = await bench.CallAsync();
        bench.Peer.Send(InCall(bench, invite, "OPTIONS", 5));
        await bench.Peer.NextAsync(200);
        bench.Peer.Send(InCall(bench, invite, "OPTIONS", 4));
        await bench.Peer.NextAsync(500);
        bench.Peer.Send(InCall(bench, invite, "INFO", 6));
        Assert.NotNull((await bench.Peer.NextAsync(405)).Headers["Allow"]);
        bench.Peer.Send(InCall(bench, invite, "BYE", 7));
        await bench.Peer.NextAsync(200);
        Assert.Equal(SipCallEnder.FarEnd, (await call.Ended.WaitAsync(ScriptedPeer.Hang)).By);
        bench.Peer.Send(InCall(bench, invite, "BYE", 8));
        await bench.Peer.NextAsync(481);
    }
}
