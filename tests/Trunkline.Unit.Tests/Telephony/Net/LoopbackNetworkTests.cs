using System.Net;
using System.Net.Sockets;
using Trunkline.Telephony.Net;

namespace Trunkline.Unit.Tests.Telephony.Net;

public sealed class LoopbackNetworkTests
{
    private static readonly IPEndPoint Any = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task Datagram_arrives_with_its_sender()
    {
        var network = new LoopbackNetwork();
        using var one = network.Bind(Any);
        using var two = network.Bind(Any);
        var waiting = two.WaitAsync(CancellationToken.None);
        one.Send([1, 2, 3], two.LocalEndPoint.Serialize());
        await waiting;
        var from = Any.Serialize();
        var buffer = new byte[10];
        Assert.Equal(3, two.TryReceive(buffer, from));
        Assert.Equal(one.LocalEndPoint.Serialize(), from);
        Assert.Equal(-1, two.TryReceive(buffer, from));
    }

    [Fact]
    public void Port_that_is_taken_is_refused_and_free_again_once_closed()
    {
        var network = new LoopbackNetwork();
        var end = new IPEndPoint(IPAddress.Loopback, 5060);
        using (network.Bind(end))
            Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => network.Bind(end)).SocketErrorCode);
        network.Bind(end).Dispose();
    }

    [Fact]
    public void Queue_that_is_full_loses_what_comes_and_never_grows()
    {
        var network = new LoopbackNetwork();
        using var one = network.Bind(Any);
        using var two = network.Bind(Any);
        for (var i = 0; i < 5000; i++)
            one.Send([1], two.LocalEndPoint.Serialize());
        var count = 0;
        while (two.TryReceive(new byte[1], Any.Serialize()) >= 0)
            count++;
        Assert.Equal(1024, count);
    }

    [Fact]
    public void Impaired_link_loses_its_share_and_the_same_ones_again_from_the_same_seed()
    {
        List<byte> Run()
        {
            var wire = new LoopbackNetwork();
            using var one = new ImpairedNetwork(wire, new LinkFaults(Loss: 0.2, Duplication: 0.1, Reordering: 0.1, Seed: 7)).Bind(Any);
            using var two = wire.Bind(Any);
            for (var i = 0; i < 200; i++)
                one.Send([(byte)i], two.LocalEndPoint.Serialize());
            var arrived = new List<byte>();
            var buffer = new byte[1];
            while (two.TryReceive(buffer, Any.Serialize()) >= 0)
                arrived.Add(buffer[0]);
            return arrived;
        }

        var first = Run();
        Assert.Equal(first, Run());
        Assert.InRange(first.Distinct().Count(), 130, 185);
        Assert.True(first.Count > first.Distinct().Count());
        Assert.NotEqual(first.Order(), first);
    }

    [Theory]
    [InlineData(0.05, 1)]
    [InlineData(0.05, 4)]
    [InlineData(0.2, 3)]
    public void Losses_have_their_share_and_their_length(double share, double burst)
    {
        var losses = new LossProcess(share, burst, seed: 5);
        var fates = Enumerable.Range(0, 200_000).Select(_ => losses.LosesNext()).ToArray();
        var bursts = fates.Where((lost, i) => lost && (i == 0 || !fates[i - 1])).Count();
        Assert.InRange(fates.Count(lost => lost) / 200_000.0, share * 0.9, share * 1.1);
        // Each by itself are as many in a row as chance makes them.
        var expected = burst == 1 ? 1 / (1 - share) : burst;
        Assert.InRange(fates.Count(lost => lost) / (double)bursts, expected * 0.9, expected * 1.1);
    }
}
