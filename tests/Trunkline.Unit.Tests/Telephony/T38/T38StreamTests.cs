using System.Net;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.T38;

namespace Trunkline.Unit.Tests.Telephony.T38;

public sealed class T38StreamTests
{
    private static readonly IPEndPoint Any = new(IPAddress.Loopback, 0);

    [Fact]
    public void Packet_goes_out_in_as_many_equal_datagrams_as_the_terminal_asks_for()
    {
        var network = new LoopbackNetwork();
        using var socket = network.Bind(Any);
        using var farEnd = network.Bind(Any);
        var path = new T38Path(farEnd.LocalEndPoint, 0, 14400, 400, UdptlErrorCorrection.Redundancy);
        var stream = new T38Stream(socket, path, UdptlSender.DefaultDepth, null);
        stream.Transmit([1, 2, 3], 3);
        stream.Transmit([4], 1);
        var buffer = new byte[100];
        var arrived = new List<byte[]>();
        for (var length = farEnd.TryReceive(buffer, Any.Serialize()); length >= 0; length = farEnd.TryReceive(buffer, Any.Serialize()))
            arrived.Add(buffer[..length]);
        Assert.Equal(4, arrived.Count);
        Assert.All(arrived.Take(3), datagram => Assert.Equal([0, 0, 3, 1, 2, 3, 0, 0], datagram));
        Assert.Equal([0, 1, 1, 4, 0, 1, 3, 1, 2, 3], arrived[3]);
    }
}
