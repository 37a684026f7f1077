using System.Text;
using Trunkline.Telephony.Sip;

namespace Trunkline.Unit.Tests.Telephony.Sip;

/// <summary>RFC 3262, both roles.</summary>
public class ReliableResponseTests
{
    private static readonly string Body = Encoding.UTF8.GetString(SipBench.Audio(6000).ToBytes());

    [Fact]
    public async Task A_reliable_response_is_acknowledged_once_and_its_description_is_the_answer()
    {
        await using var bench = new SipBench();
        var inviting = bench.InviteAsync();
        var invite = await bench.Peer.NextAsync("INVITE");
        Assert.True(invite.Headers.HasToken("Supported", "100rel"));
        bench.Peer.Respond(invite, 183, "Session Progress", extra: "Require: 100rel\nRSeq: 776", sdp: SipBench.Audio(7000));
        var prack = await bench.Peer.NextAsync("PRACK");
        Assert.Equal(($"776 {invite.CSeq.Number} INVITE", "far", invite.CSeq.Number + 1), (prack.Headers["RAck"], prack.To.Tag, prack.CSeq.Number));
        bench.Peer.Respond(prack, 200, "OK");
        Assert.Equal(7000, (await bench.Session.Early.Task.WaitAsync(ScriptedPeer.Hang)).Media[0].Port);

        // Said again, and one that overtook another: neither is acknowledged.
        bench.Peer.Respond(invite, 183, "Session Progress", extra: "Require: 100rel\nRSeq: 776", sdp: SipBench.Audio(7000));
        bench.Peer.Respond(invite, 180, "Ringing", extra: "Require: 100rel\nRSeq: 778");
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Peer.Respond(invite, 180, "Ringing", extra: "Require: 100rel\nRSeq: 777");
        bench.Peer.Respond(await bench.Peer.NextAsync("PRACK"), 200, "OK");

        bench.Peer.Respond(invite, 200, "OK");
        Assert.Equal(invite.CSeq.Number, (await bench.Peer.NextAsync("ACK")).CSeq.Number);
        var result = await inviting.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((7000, true), (result.Answer!.Media[0].Port, result.Rang));
        var bye = result.Call!.ByeAsync();
        var request = await bench.Peer.NextAsync("BYE");
        Assert.Equal(invite.CSeq.Number + 3, request.CSeq.Number);
        bench.Peer.Respond(request, 200, "OK");
        await bye.WaitAsync(ScriptedPeer.Hang);
    }

    [Fact]
    public async Task Early_media_are_told_of_when_they_are_not_given_reliably_too()
    {
        await using var bench = new SipBench();
        _ = bench.InviteAsync();
        var invite = await bench.Peer.NextAsync("INVITE");
        bench.Peer.Respond(invite, 183, "Session Progress", sdp: SipBench.Audio(7000));
        Assert.Equal(7000, (await bench.Session.Early.Task.WaitAsync(ScriptedPeer.Hang)).Media[0].Port);
        Assert.Empty(await bench.Peer.SettleAsync());
    }

    [Fact]
    public async Task The_far_end_may_change_its_early_media_once_they_are_agreed_on()
    {
        await using var bench = new SipBench();
        var inviting = bench.InviteAsync();
        var invite = await bench.Peer.NextAsync("INVITE");
        bench.Peer.Respond(invite, 180, "Ringing", extra: "Require: 100rel\nRSeq: 1");
        bench.Peer.Respond(await bench.Peer.NextAsync("PRACK"), 200, "OK");
        bench.Peer.Send(bench.Peer.Request("UPDATE", 1, toTag: invite.From.Tag!, callId: invite.CallId, body: Body));
        await bench.Peer.NextAsync(491);
        bench.Peer.Respond(invite, 183, "Session Progress", extra: "Require: 100rel\nRSeq: 2", sdp: SipBench.Audio(7000));
        bench.Peer.Respond(await bench.Peer.NextAsync("PRACK"), 200, "OK");
        bench.Peer.Send(bench.Peer.Request("UPDATE", 2, toTag: invite.From.Tag!, callId: invite.CallId, body: Body));
        Assert.False((await bench.Peer.NextAsync(200)).Body.IsEmpty);

        bench.Peer.Respond(invite, 486, "Busy Here");
        await bench.Peer.NextAsync("ACK");
        Assert.Equal(486, (await inviting.WaitAsync(ScriptedPeer.Hang)).Status);
        Assert.Equal(0, bench.Endpoint.CallCount);
    }

    [Fact]
    public async Task Our_early_media_are_said_until_acknowledged_and_no_answer_goes_before()
    {
        await using var bench = new SipBench(new LambdaHandler(async call =>
        {
            call.Ring();
            call.Progress(SipBench.Audio());
            if (await call.AnswerAsync(SipBench.Audio(), new RecordingSession()) is { } up)
                await up.Ended;
        }));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, extra: "Supported: 100rel\r\n", body: Body));
        await bench.Peer.NextAsync(100);
        Assert.Null((await bench.Peer.NextAsync(180)).Headers["RSeq"]);
        var early = await bench.Peer.NextAsync(183);
        Assert.True(early.Headers.HasToken("Require", "100rel"));
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(early.Headers["RSeq"], (await bench.Peer.NextAsync(183)).Headers["RSeq"]);

        bench.Peer.Send(bench.Peer.Request("PRACK", 2, toTag: early.To.Tag!, extra: $"RAck: {int.Parse(early.Headers["RSeq"]!, null) + 1} 1 INVITE\r\n"));
        await bench.Peer.NextAsync(481);
        bench.Peer.Send(bench.Peer.Request("PRACK", 3, toTag: early.To.Tag!, extra: $"RAck: {early.Headers["RSeq"]} 1 INVITE\r\n"));
        Assert.Equal("PRACK", (await bench.Peer.NextAsync(200)).CSeq.Method);
        Assert.Equal("INVITE", (await bench.Peer.NextAsync(200)).CSeq.Method);
        bench.Peer.Send(bench.Peer.Request("ACK", 1, toTag: early.To.Tag!));
        Assert.Empty(await bench.Peer.SettleAsync());
        Assert.Equal(1, bench.Endpoint.CallCount);
    }

    [Fact]
    public async Task A_caller_that_insists_gets_every_response_reliably_and_one_that_never_acknowledges_is_refused()
    {
        var abandoned = new TaskCompletionSource();
        await using var bench = new SipBench(new LambdaHandler(async call =>
        {
            await using var _ = call.Abandoned.Register(abandoned.SetResult);
            call.Ring();
            await Task.Delay(Timeout.Infinite, call.Abandoned);
        }));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, extra: "Require: 100rel\r\n", body: Body));
        await bench.Peer.NextAsync(100);
        Assert.NotNull((await bench.Peer.NextAsync(180)).Headers["RSeq"]);
        bench.Time.Advance(TimeSpan.FromSeconds(32));
        await abandoned.Task.WaitAsync(ScriptedPeer.Hang);
        Assert.Contains(await bench.Peer.SettleAsync(), m => m.StatusCode == 504);
    }

    [Fact]
    public async Task A_caller_that_leaves_before_it_acknowledged_our_media_gets_no_answer()
    {
        await using var bench = new SipBench(new LambdaHandler(async call =>
        {
            call.Progress(SipBench.Audio());
            Assert.Null(await call.AnswerAsync(SipBench.Audio(), new RecordingSession()));
        }));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, extra: "Supported: 100rel\r\n", body: Body));
        await bench.Peer.NextAsync(100);
        var early = await bench.Peer.NextAsync(183);
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Peer.Send(bench.Peer.Request("BYE", 2, toTag: early.To.Tag!));
        Assert.Equal("BYE", (await bench.Peer.NextAsync(200)).CSeq.Method);
        bench.Peer.Send(bench.Peer.Request("PRACK", 3, toTag: early.To.Tag!, extra: $"RAck: {early.Headers["RSeq"]} 1 INVITE\r\n"));
        Assert.Equal("PRACK", (await bench.Peer.NextAsync(200)).CSeq.Method);
        await bench.Peer.NextAsync(487);
        Assert.Equal(0, bench.Endpoint.CallCount);
    }

    [Fact]
    public async Task An_answer_overtakes_what_the_caller_has_not_acknowledged()
    {
        await using var bench = new SipBench(new LambdaHandler(async call =>
        {
            call.Ring();
            call.Progress(SipBench.Audio());
            if (await call.AnswerAsync(SipBench.Audio(), new RecordingSession()) is { } up)
                await up.Ended;
        }));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, extra: "Require: 100rel\r\n", body: Body));
        await bench.Peer.NextAsync(100);
        await bench.Peer.NextAsync(180);
        var answer = await bench.Peer.NextAsync(200);
        bench.Peer.Send(bench.Peer.Request("ACK", 1, toTag: answer.To.Tag!));
        Assert.Empty(await bench.Peer.SettleAsync());
        // Nobody misses the PRACK any more: the call stays.
        bench.Time.Advance(TimeSpan.FromSeconds(40));
        Assert.Empty(await bench.Peer.SettleAsync());
        Assert.Equal(1, bench.Endpoint.CallCount);
    }
}
