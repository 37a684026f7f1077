using System.Net;
using Trunkline.Telephony.Sip;

namespace Trunkline.Unit.Tests.Telephony.Sip;

/// <summary>RFC 3263 section 4.3: a call goes to the next place when one does not take it.</summary>
public class OtherPlaceTests
{
    private static readonly IPEndPoint Other = new(IPAddress.Loopback, 5998);

    private static Task<SipInviteResult> InviteAsync(SipBench bench, List<(SipPeer, bool)> tried) => bench.Endpoint.InviteAsync(
        bench.Invitation() with
        {
            Alternatives = [Other],
            Tried = (peer, answered) =>
            {
                if (!tried.Contains((peer, answered)))
                    tried.Add((peer, answered));
            },
        },
        CancellationToken.None);

    [Fact]
    public async Task A_place_that_is_silent_is_left_and_what_it_says_late_is_taken_back()
    {
        await using var bench = new SipBench();
        using var other = new ScriptedPeer(bench.Network, Other, SipBench.Near);
        List<(SipPeer, bool)> tried = [];
        var inviting = InviteAsync(bench, tried);
        var first = await bench.Peer.NextAsync("INVITE");
        bench.Time.Advance(TimeSpan.FromSeconds(6));
        var second = await other.NextAsync("INVITE");
        Assert.Equal((first.CallId, first.CSeq, first.From.Tag), (second.CallId, second.CSeq, second.From.Tag));
        Assert.NotEqual(first.TopVia.Branch, second.TopVia.Branch);
        Assert.All(await bench.Peer.SettleAsync(), m => Assert.Equal("INVITE", m.Method));

        // The first wakes up and rings: it is told to stop, and when it was answered meanwhile, it is hung up.
        bench.Peer.Respond(first, 180, "Ringing");
        bench.Peer.Respond(await bench.Peer.NextAsync("CANCEL"), 200, "OK");
        bench.Peer.Respond(first, 200, "OK", sdp: SipBench.Audio(6000));
        await bench.Peer.NextAsync("ACK");
        bench.Peer.Respond(await bench.Peer.NextAsync("BYE"), 200, "OK");

        other.Respond(second, 200, "OK", toTag: "other", sdp: SipBench.Audio(6100));
        await other.NextAsync("ACK");
        var result = await inviting.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal(6100, result.Answer!.Media[0].Port);
        Assert.Equal([((SipPeer)SipBench.Far, false), (Other, true)], tried);
        Assert.Equal(1, bench.Endpoint.CallCount);
    }

    [Fact]
    public async Task A_place_that_takes_no_calls_now_is_left_at_once()
    {
        await using var bench = new SipBench();
        using var other = new ScriptedPeer(bench.Network, Other, SipBench.Near);
        var inviting = InviteAsync(bench, []);
        bench.Peer.Respond(await bench.Peer.NextAsync("INVITE"), 503, "Service Unavailable");
        await bench.Peer.NextAsync("ACK");
        other.Respond(await other.NextAsync("INVITE"), 486, "Busy Here");
        Assert.Equal(486, (await inviting.WaitAsync(ScriptedPeer.Hang)).Status);
    }

    [Fact]
    public async Task A_place_that_rings_is_not_left()
    {
        await using var bench = new SipBench();
        using var other = new ScriptedPeer(bench.Network, Other, SipBench.Near);
        var inviting = InviteAsync(bench, []);
        var invite = await bench.Peer.NextAsync("INVITE");
        bench.Peer.Respond(invite, 100, "Trying");
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Empty(await other.SettleAsync());
        bench.Peer.Respond(invite, 486, "Busy Here");
        Assert.Equal(486, (await inviting.WaitAsync(ScriptedPeer.Hang)).Status);
    }
}
