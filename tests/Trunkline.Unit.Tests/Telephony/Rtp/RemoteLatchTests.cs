using System.Net;
using Trunkline.Telephony.Rtp;

namespace Trunkline.Unit.Tests.Telephony.Rtp;

public sealed class RemoteLatchTests
{
    private static readonly IPEndPoint Signalled = new(IPAddress.Loopback, 4000);
    private static readonly SocketAddress Translated = new IPEndPoint(IPAddress.Loopback, 5000).Serialize();
    private static readonly SocketAddress Stranger = new IPEndPoint(IPAddress.Loopback, 6000).Serialize();

    [Fact]
    public void Source_of_two_valid_packets_wins_over_the_SDP()
    {
        var latch = new RemoteLatch(Signalled);
        Assert.True(latch.Accept(Translated));
        Assert.Equal(Signalled.Serialize(), latch.Target);
        Assert.True(latch.Accept(Translated));
        Assert.Equal(Translated, latch.Target);
    }

    [Fact]
    public void Stranger_cannot_take_over_a_latched_call()
    {
        var latch = new RemoteLatch(Signalled);
        latch.Accept(Signalled.Serialize());
        Assert.False(latch.Accept(Stranger));
        Assert.False(latch.Accept(Stranger));
        Assert.Equal(Signalled.Serialize(), latch.Target);
    }

    [Fact]
    public void New_source_is_followed_once_the_old_one_has_been_silent()
    {
        var latch = new RemoteLatch(Signalled);
        latch.Accept(Signalled.Serialize());
        for (var tick = 0; tick < 100; tick++)
            latch.Tick();
        latch.Accept(Translated);
        latch.Accept(Translated);
        Assert.Equal(Translated, latch.Target);
    }
}
