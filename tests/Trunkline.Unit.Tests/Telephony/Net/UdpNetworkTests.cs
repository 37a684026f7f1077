using System.Net;
using System.Net.Sockets;
using Trunkline.Telephony.Net;

namespace Trunkline.Unit.Tests.Telephony.Net;

/// <summary>The machine's own network, by system calls and by the runtime's sockets.</summary>
public sealed class UdpNetworkTests
{
    [Theory]
    [InlineData(true, "127.0.0.1")]
    [InlineData(false, "127.0.0.1")]
    [InlineData(true, "::1")]
    [InlineData(false, "::1")]
    public async Task Datagram_arrives_with_its_sender(bool isDirect, string address)
    {
        var any = new IPEndPoint(IPAddress.Parse(address), 0);
        Assert.SkipUnless(any.AddressFamily == AddressFamily.InterNetwork || Socket.OSSupportsIPv6, "no IPv6 here");
        var network = new UdpNetwork(isDirect);
        using var one = network.Bind(any);
        using var two = network.Bind(any);
        one.Send([1, 2, 3], two.LocalEndPoint.Serialize());
        one.Send([], two.LocalEndPoint.Serialize());
        await two.WaitAsync(CancellationToken.None);
        var (from, buffer) = (any.Serialize(), new byte[10]);
        Assert.Equal(3, two.TryReceive(buffer, from));
        Assert.Equal([1, 2, 3], buffer[..3]);
        Assert.Equal(one.LocalEndPoint.Serialize(), from);
        Assert.Equal(0, two.TryReceive(buffer, from));
        Assert.Equal(-1, two.TryReceive(buffer, from));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Port_that_refuses_hides_nothing_that_waits(bool isDirect)
    {
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        var network = new UdpNetwork(isDirect);
        using var one = network.Bind(any);
        using var two = network.Bind(any);
        var gone = network.Bind(any);
        var nobody = gone.LocalEndPoint.Serialize();
        gone.Dispose();
        // Each is refused at once on the loopback, and the refusal is told at the next call.
        one.Send([1], nobody);
        one.Send([2], two.LocalEndPoint.Serialize());
        one.Send([3], two.LocalEndPoint.Serialize());
        two.Send([4], one.LocalEndPoint.Serialize());
        one.Send([5], nobody);
        var (from, buffer) = (any.Serialize(), new byte[10]);
        Assert.Equal(1, one.TryReceive(buffer, from));
        Assert.Equal(4, buffer[0]);
        Assert.Equal(-1, one.TryReceive(buffer, from));
        var arrived = new List<byte>();
        while (two.TryReceive(buffer, from) > 0)
            arrived.Add(buffer[0]);
        Assert.Contains((byte)3, arrived);
    }

    [Fact]
    public void Datagram_that_is_too_long_is_passed_over_and_none_after_it()
    {
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        var network = new UdpNetwork(isDirect: true);
        using var one = network.Bind(any);
        using var two = network.Bind(any);
        one.Send(new byte[11], two.LocalEndPoint.Serialize());
        one.Send([7], two.LocalEndPoint.Serialize());
        var (from, buffer) = (any.Serialize(), new byte[10]);
        Assert.Equal(1, two.TryReceive(buffer, from));
        Assert.Equal(7, buffer[0]);
    }

    [Fact]
    public void Socket_that_is_closed_sends_nothing_and_says_so_when_read()
    {
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        var network = new UdpNetwork(isDirect: true);
        using var two = network.Bind(any);
        var one = network.Bind(any);
        one.Dispose();
        one.Send([1], two.LocalEndPoint.Serialize());
        Assert.Equal(-1, two.TryReceive(new byte[10], any.Serialize()));
        Assert.Throws<ObjectDisposedException>(() => one.TryReceive(new byte[10], any.Serialize()));
    }

    [Fact]
    public void Datagrams_are_sent_and_taken_without_allocating()
    {
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        var network = new UdpNetwork(isDirect: true);
        using var one = network.Bind(any);
        using var two = network.Bind(any);
        var (to, from, buffer) = (two.LocalEndPoint.Serialize(), any.Serialize(), new byte[200]);
        void Exchange()
        {
            one.Send(buffer, to);
            Assert.Equal(200, two.TryReceive(buffer, from));
        }

        Exchange();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            one.Send(buffer, to);
            two.TryReceive(buffer, from);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
