using CsCheck;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.T38;

namespace Trunkline.Unit.Tests.Telephony.T38;

public sealed class UdptlTests
{
    private static readonly Gen<byte[]> AnyPacket = Gen.Byte.Array[1, 300];

    // A parity packet cannot tell its length; packets that end in a byte other than zero let a test compare exactly.
    private static readonly Gen<byte[]> PacketWithAnEnd = AnyPacket.Select(p => (byte[])[.. p, 0xFF]);

    private static readonly Gen<byte[][]> AnyCall = PacketWithAnEnd.Array[20, 80];

    [Fact]
    public void Every_packet_comes_out_as_it_went_in_when_nothing_is_lost() =>
        Gen.Select(PacketWithAnEnd.Array[1, 60], Gen.Enum<UdptlErrorCorrection>(), Gen.UShort).Sample((packets, correction, first) =>
        {
            var sink = new RecordingSink();
            var receiver = new UdptlReceiver();
            foreach (var datagram in Wrap(packets, correction, first))
                Assert.True(receiver.Receive(datagram, sink));
            Assert.Equal(packets, sink.Packets.Select(p => p.Packet));
            Assert.Equal(packets.Select((_, i) => (ushort)(first + i)), sink.Packets.Select(p => p.Sequence));
        });

    [Fact]
    public void Redundancy_gives_back_exactly_what_up_to_three_losses_in_a_row_took() =>
        Gen.Select(AnyPacket.Array[30, 60], Gen.Int[1, 3], Gen.Int[0, 20], Gen.UShort[8, ushort.MaxValue]).Sample((packets, burst, at, first) =>
        {
            var sink = new RecordingSink();
            var receiver = new UdptlReceiver();
            var datagrams = Wrap(packets, UdptlErrorCorrection.Redundancy, first);
            for (var i = 0; i < datagrams.Count; i++)
            {
                if (i <= at || i > at + burst)
                    receiver.Receive(datagrams[i], sink);
            }

            Assert.Equal(packets, sink.Packets.Select(p => p.Packet));
            Assert.Equal(burst, receiver.Repaired);
            Assert.Equal(0, receiver.Lost);
        });

    [Fact]
    public void Small_packets_survive_bursts_that_would_take_large_ones()
    {
        byte[][] packets = [.. Enumerable.Range(0, 30).Select(i => new byte[] { (byte)i, 1, 2, 3, 4 })];
        var datagrams = Wrap(packets, UdptlErrorCorrection.Redundancy, 0);
        var (sink, receiver) = (new RecordingSink(), new UdptlReceiver());
        for (var i = 0; i < datagrams.Count; i++)
        {
            if (i is < 12 or >= 22)
                receiver.Receive(datagrams[i], sink);
        }
        Assert.Equal(packets, sink.Packets.Select(p => p.Packet));
        Assert.Equal((10, 0), (receiver.Repaired, receiver.Lost));
        // Three of an image, which are no less, and no more: a page must not take ten times its bandwidth.
        var image = Wrap([.. Enumerable.Range(0, 30).Select(_ => new byte[60])], UdptlErrorCorrection.Redundancy, 0);
        Assert.All(image.Skip(10), datagram => Assert.InRange(datagram.Length, 4 * 61, (4 * 61) + 8));
    }

    [Fact]
    public void Parity_gives_back_exactly_what_up_to_three_losses_in_a_row_took() =>
        Gen.Select(PacketWithAnEnd.Array[40, 60], Gen.Int[1, 3], Gen.Int[12, 30], Gen.UShort).Sample((packets, burst, at, first) =>
        {
            var sink = new RecordingSink();
            var receiver = new UdptlReceiver();
            var datagrams = Wrap(packets, UdptlErrorCorrection.Fec, first);
            for (var i = 0; i < datagrams.Count; i++)
            {
                if (i <= at || i > at + burst)
                    receiver.Receive(datagrams[i], sink);
            }

            Assert.Equal(packets, sink.Packets.Select(p => Trim(p.Packet)));
            Assert.Equal(burst, receiver.Repaired);
        });

    [Fact]
    public void Whatever_is_lost_or_reordered_no_packet_comes_out_wrong_twice_or_out_of_order() =>
        Gen.Select(AnyCall, Gen.Enum<UdptlErrorCorrection>(), Gen.Int, Gen.UShort).Sample((packets, correction, seed, first) =>
        {
            var random = new Random(seed);
            var sink = new RecordingSink();
            var receiver = new UdptlReceiver();
            var datagrams = Wrap(packets, correction, first).Where(_ => random.NextDouble() > 0.15).ToList();
            for (var i = 1; i < datagrams.Count; i++)
            {
                if (random.NextDouble() < 0.1)
                    (datagrams[i - 1], datagrams[i]) = (datagrams[i], datagrams[i - 1]);
            }

            foreach (var datagram in datagrams)
                receiver.Receive(datagram, sink);
            var indexes = sink.Packets.Select(p => (ushort)(p.Sequence - first)).ToList();
            Assert.All(indexes.Zip(indexes.Skip(1)), pair => Assert.True(pair.First < pair.Second));
            Assert.All(sink.Packets, p => Assert.Equal(packets[(ushort)(p.Sequence - first)], Trim(p.Packet)));
        });

    [Fact]
    public void Redundancy_lies_in_the_datagram_as_T38_says()
    {
        // Number 2, the packet, 0 for redundancy, two entries: the newest of the earlier packets first.
        Assert.Equal([0, 2, 1, 30, 0, 2, 1, 20, 2, 10, 11], Wrap([[10, 11], [20], [30]], UdptlErrorCorrection.Redundancy, 0)[2]);
    }

    [Fact]
    public void Parity_lies_in_the_datagram_as_T38_says()
    {
        // Entry i of n is the parity of packets seq-n+i-j*n: of 6, 3, 0, of 7, 4, 1 and of 8, 5, 2. Packet k is the byte 1 << k % 8 and then k.
        byte[][] packets = [.. Enumerable.Range(0, 10).Select(k => new[] { (byte)(1 << (k % 8)), (byte)k })];
        byte[] expected =
        [
            0, 9, 2, 2, 9,
            0x80, 1, 3, 3,
            2, 0x49, 6 ^ 3 ^ 0,
            2, 0x92, 7 ^ 4 ^ 1,
            2, 0x01 ^ 0x20 ^ 0x04, 8 ^ 5 ^ 2,
        ];
        Assert.Equal(expected, Wrap(packets, UdptlErrorCorrection.Fec, 0)[9]);
    }

    [Fact]
    public void Random_bytes_never_throw_and_never_hang() =>
        Gen.Byte.Array[0, 1500].Array[1, 30].Sample(datagrams =>
        {
            var receiver = new UdptlReceiver();
            var sink = new RecordingSink();
            foreach (var datagram in datagrams)
                receiver.Receive(datagram, sink);
        });

    [Fact]
    public void Damaged_datagrams_never_throw() =>
        Gen.Select(AnyPacket.Array[10, 30], Gen.Enum<UdptlErrorCorrection>(), Gen.Int).Sample((packets, correction, seed) =>
        {
            var random = new Random(seed);
            var receiver = new UdptlReceiver();
            var sink = new RecordingSink();
            foreach (var datagram in Wrap(packets, correction, 0))
            {
                datagram[random.Next(datagram.Length)] ^= (byte)(1 << random.Next(8));
                receiver.Receive(datagram.AsSpan(0, random.Next(datagram.Length + 1)), sink);
            }
        });

    [Theory]
    [InlineData(UdptlErrorCorrection.Redundancy)]
    [InlineData(UdptlErrorCorrection.Fec)]
    public void Repair_is_left_out_when_the_far_end_takes_no_larger_datagrams(UdptlErrorCorrection correction)
    {
        var sender = new UdptlSender(correction, maxDatagram: 200);
        var datagram = new byte[UdptlLimits.MaxDatagram];
        var lengths = Enumerable.Range(0, 20).Select(_ => sender.Write(new byte[70], datagram)).ToList();
        Assert.All(lengths, length => Assert.InRange(length, 75, 200));
        Assert.Contains(lengths, length => length > 140);
    }

    [Fact]
    public void Far_end_that_begins_its_count_anew_is_followed()
    {
        var sink = new RecordingSink();
        var receiver = new UdptlReceiver();
        byte[][] packets = [.. Enumerable.Range(0, 40).Select(i => new[] { (byte)i })];
        foreach (var datagram in Wrap(packets, UdptlErrorCorrection.None, 1000).Concat(Wrap(packets, UdptlErrorCorrection.None, 0)))
            receiver.Receive(datagram, sink);
        Assert.Equal(39, sink.Packets[^1].Sequence);
    }

    [Fact]
    public void First_packets_lost_are_repaired_when_the_count_began_at_zero()
    {
        var sink = new RecordingSink();
        var receiver = new UdptlReceiver();
        byte[][] packets = [[1], [2], [3]];
        receiver.Receive(Wrap(packets, UdptlErrorCorrection.Redundancy, 0)[2], sink);
        Assert.Equal(packets, sink.Packets.Select(p => p.Packet));
    }

    private static List<byte[]> Wrap(IReadOnlyList<byte[]> packets, UdptlErrorCorrection correction, ushort first)
    {
        var sender = new UdptlSender(correction, UdptlLimits.MaxDatagram, firstSequence: first);
        var buffer = new byte[UdptlLimits.MaxDatagram];
        return [.. packets.Select(packet => buffer[..sender.Write(packet, buffer)])];
    }

    private static byte[] Trim(byte[] packet) => packet[..(Array.FindLastIndex(packet, b => b != 0) + 1)];
}
