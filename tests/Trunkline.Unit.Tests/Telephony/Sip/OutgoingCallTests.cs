using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Unit.Tests.Telephony.Sip;

public class OutgoingCallTests
{
    [Fact]
    public async Task The_answer_makes_a_dialog_with_its_route_set_and_target()
    {
        await using var bench = new SipBench();
        var inviting = bench.InviteAsync();
        var invite = await bench.Peer.NextAsync("INVITE");
        Assert.StartsWith("c1-", invite.CallId, StringComparison.Ordinal);
        Assert.Contains("<sip:+12025550190@127.0.0.1:5060>", invite.Headers["Contact"], StringComparison.Ordinal);
        bench.Peer.Respond(invite, 180, "Ringing");
        bench.Peer.Respond(invite, 200, "OK", sdp: SipBench.Audio(6000), extra: "Record-Route: <sip:127.0.0.1:5999;lr>, <sip:far-proxy;lr>");
        var ack = await bench.Peer.NextAsync("ACK");
        Assert.Equal(["<sip:far-proxy;lr>", "<sip:127.0.0.1:5999;lr>"], ack.Headers.All("Route"));
        Assert.Equal("sip:far@127.0.0.1:5999", ack.RequestUri);
        Assert.Equal(invite.CSeq.Number, ack.CSeq.Number);
        var result = await inviting.WaitAsync(ScriptedPeer.Hang);
        Assert.True(result.Rang);
        Assert.Equal(6000, result.Answer!.Media[0].Port);

        var bye = result.Call!.ByeAsync();
        var request = await bench.Peer.NextAsync("BYE");
        Assert.Equal((invite.CSeq.Number + 1, "far"), (request.CSeq.Number, request.To.Tag));
        bench.Peer.Respond(request, 200, "OK");
        await bye.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal(SipCallEnder.Here, (await result.Call.Ended).By);
    }

    [Fact]
    public async Task Giving_up_while_it_rings_sends_cancel()
    {
        await using var bench = new SipBench();
        using var giveUp = new CancellationTokenSource();
        var inviting = bench.InviteAsync(cancellationToken: giveUp.Token);
        var invite = await bench.Peer.NextAsync("INVITE");
        bench.Peer.Respond(invite, 180, "Ringing");
        Assert.Empty(await bench.Peer.SettleAsync());
        await giveUp.CancelAsync();
        var cancel = await bench.Peer.NextAsync("CANCEL");
        Assert.Equal(invite.TopVia.Branch, cancel.TopVia.Branch);
        bench.Peer.Respond(cancel, 200, "OK");
        bench.Peer.Respond(invite, 487, "Request Terminated");
        await bench.Peer.NextAsync("ACK");
        var result = await inviting.WaitAsync(ScriptedPeer.Hang);
        Assert.True(result.Cancelled && result.Call is null);
    }

    [Fact]
    public async Task A_far_end_that_rings_on_after_cancel_is_not_waited_for_for_ever()
    {
        await using var bench = new SipBench();
        using var giveUp = new CancellationTokenSource();
        var inviting = bench.InviteAsync(cancellationToken: giveUp.Token);
        var invite = await bench.Peer.NextAsync("INVITE");
        bench.Peer.Respond(invite, 180, "Ringing");
        Assert.Empty(await bench.Peer.SettleAsync());
        await giveUp.CancelAsync();
        bench.Peer.Respond(await bench.Peer.NextAsync("CANCEL"), 200, "OK");
        bench.Peer.Respond(invite, 180, "Ringing");
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(32));
        Assert.True((await inviting.WaitAsync(ScriptedPeer.Hang)).Cancelled);
    }

    [Fact]
    public async Task A_response_that_names_another_number_call_or_sender_is_none()
    {
        await using var bench = new SipBench();
        var inviting = bench.InviteAsync();
        var invite = await bench.Peer.NextAsync("INVITE");
        foreach (var (name, value) in new[] { ("CSeq", "2147483647 INVITE"), ("Call-ID", "other"), ("From", "<sip:a@b>;tag=other") })
        {
            var changed = Trunkline.Telephony.Sip.Messages.SipMessage.Reply(invite, 486, "Busy Here", "far");
            changed.Headers.Set(name, value);
            bench.Peer.Send(System.Text.Encoding.UTF8.GetString(Trunkline.Telephony.Sip.Messages.SipWriter.Write(changed)));
        }
        Assert.Empty(await bench.Peer.SettleAsync());
        Assert.False(inviting.IsCompleted);
        bench.Peer.Respond(invite, 480, "Temporarily Unavailable");
        Assert.Equal(480, (await inviting.WaitAsync(ScriptedPeer.Hang)).Status);
    }

    [Fact]
    public async Task Giving_up_before_any_response_waits_for_one_before_cancel()
    {
        await using var bench = new SipBench();
        using var giveUp = new CancellationTokenSource();
        var inviting = bench.InviteAsync(cancellationToken: giveUp.Token);
        var invite = await bench.Peer.NextAsync("INVITE");
        await giveUp.CancelAsync();
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Peer.Respond(invite, 100, "Trying");
        await bench.Peer.NextAsync("CANCEL");
        // Nobody ends the INVITE: after 64*T1 it counts as cancelled, and an answer that comes later is still taken down.
        bench.Time.Advance(TimeSpan.FromSeconds(32));
        Assert.True((await inviting.WaitAsync(ScriptedPeer.Hang)).Cancelled);
        while ((await bench.Peer.SettleAsync()).Count > 0)
        {
        }
        bench.Peer.Respond(invite, 200, "OK", sdp: SipBench.Audio(6000));
        await bench.Peer.NextAsync("ACK");
        await bench.Peer.NextAsync("BYE");
    }

    [Fact]
    public async Task An_answer_that_crosses_the_cancel_is_acknowledged_and_hung_up()
    {
        await using var bench = new SipBench();
        using var giveUp = new CancellationTokenSource();
        var inviting = bench.InviteAsync(cancellationToken: giveUp.Token);
        var invite = await bench.Peer.NextAsync("INVITE");
        bench.Peer.Respond(invite, 180, "Ringing");
        Assert.Empty(await bench.Peer.SettleAsync());
        await giveUp.CancelAsync();
        await bench.Peer.NextAsync("CANCEL");
        bench.Peer.Respond(invite, 200, "OK", sdp: SipBench.Audio(6000));
        await bench.Peer.NextAsync("ACK");
        var bye = await bench.Peer.NextAsync("BYE");
        Assert.False(inviting.IsCompleted);
        bench.Peer.Respond(bye, 200, "OK");
        var result = await inviting.WaitAsync(ScriptedPeer.Hang);
        Assert.True(result.Cancelled && result.Call is null);
    }

    [Fact]
    public async Task A_second_answer_of_a_fork_is_acknowledged_and_hung_up_and_the_first_stays()
    {
        await using var bench = new SipBench();
        var (call, invite) = await bench.CallAsync();
        bench.Peer.Respond(invite, 200, "OK", toTag: "other", sdp: SipBench.Audio(7000));
        Assert.Equal("other", (await bench.Peer.NextAsync("ACK")).To.Tag);
        var bye = await bench.Peer.NextAsync("BYE");
        Assert.Equal("other", bye.To.Tag);
        bench.Peer.Respond(bye, 200, "OK");
        Assert.Empty(await bench.Peer.SettleAsync());
        Assert.False(call.Ended.IsCompleted);
        Assert.Equal(1, bench.Endpoint.CallCount);
    }

    [Fact]
    public async Task It_rings_no_longer_than_the_endpoint_allows()
    {
        await using var bench = new SipBench();
        var inviting = bench.InviteAsync();
        var invite = await bench.Peer.NextAsync("INVITE");
        bench.Peer.Respond(invite, 180, "Ringing");
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Time.Advance(TimeSpan.FromMinutes(3));
        await bench.Peer.NextAsync("CANCEL");
        bench.Peer.Respond(invite, 487, "Request Terminated");
        Assert.True((await inviting.WaitAsync(ScriptedPeer.Hang)).Cancelled);
    }

    [Fact]
    public async Task A_bye_that_is_never_answered_ends_the_call_all_the_same()
    {
        await using var bench = new SipBench();
        var (call, _) = await bench.CallAsync();
        var bye = call.ByeAsync();
        await bench.Peer.NextAsync("BYE");
        bench.Time.Advance(TimeSpan.FromSeconds(32));
        await bye.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal(0, bench.Endpoint.CallCount);
    }

    [Fact]
    public async Task Closing_the_endpoint_says_bye_to_what_is_up()
    {
        var bench = new SipBench();
        var (call, _) = await bench.CallAsync();
        await bench.Endpoint.DisposeAsync();
        await bench.Peer.NextAsync("BYE");
        Assert.Equal(SipCallEnder.Lost, (await call.Ended).By);
        bench.Peer.Dispose();
    }

    [Fact]
    public async Task Closing_the_endpoint_leaves_nobody_waiting()
    {
        var abandoned = new TaskCompletionSource();
        var bench = new SipBench(new LambdaHandler(async call =>
        {
            await using var _ = call.Abandoned.Register(abandoned.SetResult);
            await Task.Delay(Timeout.Infinite, call.Abandoned);
        }));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, body: System.Text.Encoding.UTF8.GetString(SipBench.Audio(6000).ToBytes())));
        await bench.Peer.NextAsync(100);
        var inviting = bench.InviteAsync();
        bench.Peer.Respond(await bench.Peer.NextAsync("INVITE"), 180, "Ringing");
        Assert.Empty(await bench.Peer.SettleAsync());
        var asking = bench.Endpoint.OptionsAsync(SipBench.Far, "sip:far", "sip:us@near", default);
        await bench.Peer.NextAsync("OPTIONS");

        await bench.Endpoint.DisposeAsync();
        await bench.Peer.NextAsync("CANCEL");
        await bench.Peer.NextAsync(503);
        Assert.True((await inviting.WaitAsync(ScriptedPeer.Hang)).Cancelled);
        Assert.Equal(0, await asking.WaitAsync(ScriptedPeer.Hang));
        await abandoned.Task.WaitAsync(ScriptedPeer.Hang);
        bench.Peer.Dispose();
    }
}
