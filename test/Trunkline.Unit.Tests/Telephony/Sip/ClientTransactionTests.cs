using Trunkline.Telephony.Sip;

namespace Trunkline.Unit.Tests.Telephony.Sip;

public class ClientTransactionTests
{
    [Fact]
    public async Task An_invite_is_repeated_at_doubling_intervals_until_timer_b_ends_it()
    {
        await using var bench = new SipBench();
        var inviting = bench.InviteAsync();
        var first = await bench.Peer.NextAsync("INVITE");
        foreach (var seconds in new[] { 0.5, 1, 2, 4, 8, 16 })
        {
            bench.Time.Advance(TimeSpan.FromSeconds(seconds));
            var again = await bench.Peer.NextAsync("INVITE");
            Assert.Equal(first.TopVia.Branch, again.TopVia.Branch);
        }
        bench.Time.Advance(TimeSpan.FromSeconds(0.5));
        var result = await inviting.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((0, false, false), (result.Status, result.Heard, result.Cancelled));
    }

    [Fact]
    public async Task A_provisional_response_stops_the_repetition_and_timer_b()
    {
        await using var bench = new SipBench();
        var inviting = bench.InviteAsync();
        var invite = await bench.Peer.NextAsync("INVITE");
        bench.Peer.Respond(invite, 100, "Trying");
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(40));
        Assert.Empty(await bench.Peer.SettleAsync());
        Assert.False(inviting.IsCompleted);
        bench.Peer.Respond(invite, 486, "Busy Here");
        await bench.Peer.NextAsync("ACK");
        Assert.Equal(486, (await inviting.WaitAsync(ScriptedPeer.Hang)).Status);
    }

    [Fact]
    public async Task A_refusal_is_acknowledged_in_its_transaction_and_again_when_it_comes_again()
    {
        await using var bench = new SipBench();
        var inviting = bench.InviteAsync();
        var invite = await bench.Peer.NextAsync("INVITE");
        for (var i = 0; i < 3; i++)
        {
            bench.Peer.Respond(invite, 404, "Not Found", extra: "Reason: SIP;cause=404, Q.850;cause=1;text=\"Unallocated, number\"");
            var ack = await bench.Peer.NextAsync("ACK");
            Assert.Equal(invite.TopVia.Branch, ack.TopVia.Branch);
            Assert.Equal((invite.CSeq.Number, "far", invite.RequestUri), (ack.CSeq.Number, ack.To.Tag, ack.RequestUri));
        }
        var result = await inviting.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((404, 1), (result.Status, result.Q850Cause));
        // Timer D over: the transaction is forgotten, and a refusal that comes now is nobody's.
        bench.Time.Advance(TimeSpan.FromSeconds(33));
        bench.Peer.Respond(invite, 404, "Not Found");
        Assert.Empty(await bench.Peer.SettleAsync());
    }

    [Fact]
    public async Task A_repeated_200_is_acknowledged_each_time_with_a_new_branch()
    {
        await using var bench = new SipBench();
        var (_, invite) = await bench.CallAsync();
        bench.Peer.Respond(invite, 200, "OK", sdp: SipBench.Audio(6000));
        var again = await bench.Peer.NextAsync("ACK");
        Assert.NotEqual(invite.TopVia.Branch, again.TopVia.Branch);
        // Also when the transaction is over (timer M): the call still knows its ACK.
        bench.Time.Advance(TimeSpan.FromSeconds(33));
        bench.Peer.Respond(invite, 200, "OK", sdp: SipBench.Audio(6000));
        await bench.Peer.NextAsync("ACK");
    }

    [Fact]
    public async Task Options_are_repeated_up_to_four_seconds_apart_until_timer_f()
    {
        await using var bench = new SipBench();
        var asking = bench.Endpoint.OptionsAsync(SipBench.Far, "sip:carrier.example", "sip:us@carrier.example", default);
        await bench.Peer.NextAsync("OPTIONS");
        foreach (var seconds in new[] { 0.5, 1, 2, 4, 4, 4, 4, 4, 4, 4 })
        {
            bench.Time.Advance(TimeSpan.FromSeconds(seconds));
            await bench.Peer.NextAsync("OPTIONS");
        }
        bench.Time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(0, await asking.WaitAsync(ScriptedPeer.Hang));
    }

    [Fact]
    public async Task After_a_provisional_response_options_are_repeated_every_four_seconds()
    {
        await using var bench = new SipBench();
        var asking = bench.Endpoint.OptionsAsync(SipBench.Far, "sip:carrier.example", "sip:us@carrier.example", default);
        var request = await bench.Peer.NextAsync("OPTIONS");
        bench.Peer.Respond(request, 100, "Trying");
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(0.1));
        bench.Peer.Respond(await bench.Peer.NextAsync("OPTIONS"), 404, "Not Found");
        Assert.Equal(404, await asking.WaitAsync(ScriptedPeer.Hang));
    }
}
