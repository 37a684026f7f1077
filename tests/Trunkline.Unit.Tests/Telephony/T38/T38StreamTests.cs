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

    [Fact]
    public void Last_packet_before_a_silence_is_sent_again_and_no_other()
    {
        var network = new LoopbackNetwork();
        using var socket = network.Bind(Any);
        using var farEnd = network.Bind(Any);
        var stream = new T38Stream(socket, new T38Path(farEnd.LocalEndPoint, 0, 14400, 400, UdptlErrorCorrection.Redundancy), 3, null);
        var buffer = new byte[100];
        var (arrived, from) = (new List<(int Tick, byte Packet)>(), Any.Serialize());
        for (var tick = 0; tick < 60; tick++)
        {
            stream.Tick();
            // An image: a packet each second tick, as far apart as they get.
            if (tick < 20 && tick % 2 == 0)
                stream.Transmit([(byte)tick], 1);
            while (farEnd.TryReceive(buffer, from) >= 0)
                arrived.Add((tick, buffer[3]));
        }
        (int, byte)[] image = [.. Enumerable.Range(0, 10).Select(i => (2 * i, (byte)(2 * i)))];
        Assert.Equal([.. image, (21, 18), (24, 18), (28, 18)], arrived);
    }
}
