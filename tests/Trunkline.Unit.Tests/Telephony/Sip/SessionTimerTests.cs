using System.Text;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Unit.Tests.Telephony.Sip;

/// <summary>RFC 4028, both roles.</summary>
public class SessionTimerTests
{
    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static async Task<(SipCall Call, SipMessage Invite)> CallAsync(SipBench bench, string extra)
    {
        var inviting = bench.InviteAsync();
        var invite = await bench.Peer.NextAsync("INVITE");
        bench.Peer.Respond(invite, 200, "OK", sdp: SipBench.Audio(6000), extra: extra);
        await bench.Peer.NextAsync("ACK");
        return ((await inviting.WaitAsync(ScriptedPeer.Hang)).Call!, invite);
    }

    [Fact]
    public async Task A_session_that_the_far_end_forgets_to_refresh_is_hung_up_before_it_ends()
    {
        await using var bench = new SipBench();
        var (call, invite) = await CallAsync(bench, "Session-Expires: 120;refresher=uas");
        Assert.Equal(("1800", "90"), (invite.Headers["Session-Expires"], invite.Headers["Min-SE"]));
        // 120 seconds less a margin of 32.
        bench.Time.Advance(Seconds(87));
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Time.Advance(Seconds(1));
        bench.Peer.Respond(await bench.Peer.NextAsync("BYE"), 200, "OK");
        Assert.Equal(SipCallEnder.Lost, (await call.Ended.WaitAsync(ScriptedPeer.Hang)).By);
    }

    [Fact]
    public async Task A_refresh_of_the_far_end_keeps_the_session()
    {
        await using var bench = new SipBench();
        var (call, invite) = await CallAsync(bench, "Session-Expires: 120;refresher=uas");
        bench.Time.Advance(Seconds(80));
        bench.Peer.Send(bench.Peer.Request("UPDATE", 1, toTag: invite.From.Tag!, callId: invite.CallId,
            extra: "Supported: timer\r\nSession-Expires: 120;refresher=uac\r\n"));
        Assert.Equal("120;refresher=uac", (await bench.Peer.NextAsync(200)).Headers["Session-Expires"]);
        bench.Time.Advance(Seconds(80));
        Assert.Empty(await bench.Peer.SettleAsync());
        Assert.False(call.Ended.IsCompleted);
    }

    [Fact]
    public async Task We_refresh_by_UPDATE_at_half_the_interval_again_and_again()
    {
        await using var bench = new SipBench();
        var (call, _) = await CallAsync(bench, "Session-Expires: 120;refresher=uac\nAllow: INVITE, UPDATE");
        for (var i = 0; i < 3; i++)
        {
            bench.Time.Advance(Seconds(60));
            var update = await bench.Peer.NextAsync("UPDATE");
            Assert.Equal(("120;refresher=uac", true), (update.Headers["Session-Expires"], update.Body.IsEmpty));
            bench.Peer.Respond(update, 200, "OK", extra: "Session-Expires: 120;refresher=uac");
            Assert.Empty(await bench.Peer.SettleAsync());
        }
        Assert.False(call.Ended.IsCompleted);
    }

    [Fact]
    public async Task Without_UPDATE_we_refresh_by_the_same_description()
    {
        await using var bench = new SipBench();
        var (_, invite) = await CallAsync(bench, "Session-Expires: 120;refresher=uac\nAllow: INVITE, ACK, BYE");
        bench.Time.Advance(Seconds(60));
        var reinvite = await bench.Peer.NextAsync("INVITE");
        Assert.Equal(invite.Body.ToArray(), reinvite.Body.ToArray());
        bench.Peer.Respond(reinvite, 200, "OK", sdp: SipBench.Audio(6000), extra: "Session-Expires: 120;refresher=uac");
        await bench.Peer.NextAsync("ACK");
        bench.Time.Advance(Seconds(60));
        await bench.Peer.NextAsync("INVITE");
    }

    [Theory]
    [InlineData(481, true)]
    [InlineData(500, false)]
    public async Task A_refresh_that_is_refused_ends_the_call_only_when_the_far_end_no_longer_knows_it(int status, bool ends)
    {
        await using var bench = new SipBench();
        _ = await CallAsync(bench, "Session-Expires: 120;refresher=uac\nAllow: UPDATE");
        bench.Time.Advance(Seconds(60));
        bench.Peer.Respond(await bench.Peer.NextAsync("UPDATE"), status, "No");
        var after = await bench.Peer.SettleAsync();
        Assert.Equal(ends ? ["BYE"] : [], after.Select(m => m.Method));
        if (!ends)
        {
            // It is tried again after four seconds.
            bench.Time.Advance(Seconds(4));
            await bench.Peer.NextAsync("UPDATE");
        }
    }

    [Fact]
    public async Task A_longer_interval_is_taken_when_the_far_end_wants_one()
    {
        await using var bench = new SipBench();
        var inviting = bench.InviteAsync();
        bench.Peer.Respond(await bench.Peer.NextAsync("INVITE"), 422, "Session Interval Too Small", extra: "Min-SE: 7200");
        await bench.Peer.NextAsync("ACK");
        var second = await bench.Peer.NextAsync("INVITE");
        Assert.Equal(("7200", "7200"), (second.Headers["Session-Expires"], second.Headers["Min-SE"]));
        bench.Peer.Respond(second, 422, "Still too small", extra: "Min-SE: 7200");
        Assert.Equal(422, (await inviting.WaitAsync(ScriptedPeer.Hang)).Status);
    }

    [Theory]
    [InlineData("Supported: timer\r\nSession-Expires: 1800;refresher=uas\r\n", "1800;refresher=uas", true)]
    [InlineData("Supported: timer\r\nSession-Expires: 3600\r\n", "1800;refresher=uac", false)]
    [InlineData("Supported: timer\r\nSession-Expires: 3600\r\nMin-SE: 3600\r\n", "3600;refresher=uac", false)]
    [InlineData("Supported: timer\r\n", "1800;refresher=uac", false)]
    [InlineData("Session-Expires: 600\r\n", "600;refresher=uas", true)]
    [InlineData("", null, false)]
    public async Task An_incoming_call_gets_the_interval_that_both_can_keep(string asked, string? given, bool weRefresh)
    {
        var body = Encoding.UTF8.GetString(SipBench.Audio(6000).ToBytes());
        await using var bench = new SipBench(new LambdaHandler(async call =>
        {
            if (await call.AnswerAsync(SipBench.Audio(), new RecordingSession()) is { } up)
                await up.Ended;
        }));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, extra: "Allow: UPDATE\r\n" + asked, body: body));
        await bench.Peer.NextAsync(100);
        var answer = await bench.Peer.NextAsync(200);
        Assert.Equal(given, answer.Headers["Session-Expires"]);
        Assert.Equal(given?.EndsWith("uac", StringComparison.Ordinal) == true, answer.Headers.HasToken("Require", "timer"));
        bench.Peer.Send(bench.Peer.Request("ACK", 1, toTag: answer.To.Tag!));
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Time.Advance(Seconds(1_768));
        var next = (await bench.Peer.SettleAsync()).Select(m => m.Method).ToArray();
        Assert.Equal(given is null ? [] : weRefresh ? ["UPDATE"] : given.StartsWith("3600", StringComparison.Ordinal) ? [] : ["BYE"], next.Take(1));
    }

    [Fact]
    public async Task An_interval_that_is_too_short_is_refused_with_the_shortest()
    {
        await using var bench = new SipBench(new LambdaHandler(_ => throw new InvalidOperationException("nobody is asked")));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, extra: "Supported: timer\r\nSession-Expires: 89\r\n",
            body: Encoding.UTF8.GetString(SipBench.Audio(6000).ToBytes())));
        await bench.Peer.NextAsync(100);
        Assert.Equal("90", (await bench.Peer.NextAsync(422)).Headers["Min-SE"]);
    }
}
