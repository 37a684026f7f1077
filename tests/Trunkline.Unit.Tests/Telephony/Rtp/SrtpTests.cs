using CsCheck;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Rtp;

namespace Trunkline.Unit.Tests.Telephony.Rtp;

public class SrtpTests
{
    /// <summary>The key of RFC 3711 appendix B.3.</summary>
    private static readonly byte[] Master = Convert.FromHexString("E1F97A0D3E018BE0D64FA32C06DE41390EC675AD498AFEEBB6960B3AABE6");

    private static SrtpKey Key(SrtpSuite suite = SrtpSuite.Aes128Sha80, byte change = 0) =>
        new(suite, Convert.ToBase64String([(byte)(Master[0] ^ change), .. Master.AsSpan(1)]));

    private static byte[] Packet(ushort sequence, int length = 160, uint ssrc = 0xCAFEBABE)
    {
        var packet = new byte[RtpPacket.HeaderLength + length + SrtpSender.Room];
        RtpPacket.WriteHeader(packet, 0, false, sequence, 0xDECAFBAD, ssrc);
        packet.AsSpan(RtpPacket.HeaderLength, length).Fill(0xAB);
        return packet;
    }

    private static byte[] Protected(SrtpSender sender, ushort sequence, uint ssrc = 0xCAFEBABE)
    {
        var packet = Packet(sequence, ssrc: ssrc);
        return packet[..sender.Protect(packet, packet.Length - SrtpSender.Room)];
    }

    [Fact]
    public void A_packet_is_enciphered_as_libsrtp_enciphers_it()
    {
        // Its own first test: payload type 15, sequence 0x1234.
        using var sender = new SrtpSender(Key());
        var packet = Convert.FromHexString("800F1234DECAFBADCAFEBABE" + string.Concat(Enumerable.Repeat("AB", 16)) + new string('0', 20));
        Assert.Equal(38, sender.Protect(packet, 28));
        Assert.Equal("800F1234DECAFBADCAFEBABE4E55DC4CE79978D88CA4D215949D2402B78D6ACC99EA179B8DBB", Convert.ToHexString(packet));
    }

    [Theory]
    [InlineData(SrtpSuite.Aes128Sha80, 10)]
    [InlineData(SrtpSuite.Aes128Sha32, 4)]
    public void What_one_end_enciphers_the_other_reads_also_when_the_sequence_begins_anew(SrtpSuite suite, int tag)
    {
        using var sender = new SrtpSender(Key(suite));
        using var receiver = new SrtpReceiver(Key(suite));
        for (var i = 0; i < 70_000; i += 7)
        {
            var packet = Protected(sender, (ushort)(65_000 + i));
            Assert.Equal(RtpPacket.HeaderLength + 160 + tag, packet.Length);
            Assert.NotEqual(0xAB, packet[RtpPacket.HeaderLength] & packet[RtpPacket.HeaderLength + 1] & packet[RtpPacket.HeaderLength + 2]);
            Assert.True(receiver.TryUnprotect(packet, out var length));
            Assert.Equal(Packet((ushort)(65_000 + i))[..length], packet[..length]);
        }
    }

    [Fact]
    public void A_packet_is_taken_once_and_in_any_order_within_the_window()
    {
        using var sender = new SrtpSender(Key());
        var packets = Enumerable.Range(0, 200).Select(i => Protected(sender, (ushort)(65_480 + i))).ToArray();
        using var receiver = new SrtpReceiver(Key());
        foreach (var i in new[] { 3, 1, 2, 60, 5, 120, 90, 57 })
            Assert.True(receiver.TryUnprotect((byte[])packets[i].Clone(), out _), $"packet {i}");
        foreach (var i in new[] { 3, 60, 120, 90, 57, 56, 4 })
            Assert.False(receiver.TryUnprotect((byte[])packets[i].Clone(), out _), $"packet {i}");
        Assert.Equal((7, 0), (receiver.Replayed, receiver.Forged));
    }

    [Fact]
    public void A_packet_of_another_stream_is_its_own_and_old_streams_cannot_be_played_again()
    {
        using var receiver = new SrtpReceiver(Key());
        using var first = new SrtpSender(Key());
        var old = Protected(first, 7, ssrc: 1);
        Assert.True(receiver.TryUnprotect((byte[])old.Clone(), out _));
        for (uint ssrc = 2; ssrc <= 16; ssrc++)
        {
            using var sender = new SrtpSender(Key());
            Assert.True(receiver.TryUnprotect(Protected(sender, 7, ssrc), out _));
        }
        Assert.False(receiver.TryUnprotect(old, out _));
        using var further = new SrtpSender(Key());
        Assert.False(receiver.TryUnprotect(Protected(further, 7, ssrc: 17), out _));
    }

    [Fact]
    public void Whatever_bit_is_changed_and_whatever_comes_is_no_packet()
    {
        using var sender = new SrtpSender(Key());
        var good = Protected(sender, 7);
        using var receiver = new SrtpReceiver(Key());
        Gen.Int[0, good.Length * 8 - 1].Sample(bit =>
        {
            var changed = (byte[])good.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            return !receiver.TryUnprotect(changed, out _);
        }, threads: 1);
        Gen.Byte.Array[0, 200].Sample(noise => !receiver.TryUnprotect(noise, out _), threads: 1);
        using var other = new SrtpReceiver(Key(change: 1));
        Assert.False(other.TryUnprotect((byte[])good.Clone(), out _));
        Assert.True(receiver.TryUnprotect(good, out _));
    }

    [Fact]
    public void Nothing_is_allocated_for_a_packet()
    {
        using var sender = new SrtpSender(Key());
        using var receiver = new SrtpReceiver(Key());
        var packet = Packet(0);
        ushort sequence = 0;
        void Once()
        {
            RtpPacket.WriteHeader(packet, 0, false, sequence++, 0, 1);
            var length = sender.Protect(packet, packet.Length - SrtpSender.Room);
            Assert.True(receiver.TryUnprotect(packet.AsSpan(0, length), out _));
        }

        for (var i = 0; i < 100; i++)
            Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            Once();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
