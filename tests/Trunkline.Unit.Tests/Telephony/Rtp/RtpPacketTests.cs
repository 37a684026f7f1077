using CsCheck;
using Trunkline.Telephony.Rtp;

namespace Trunkline.Unit.Tests.Telephony.Rtp;

public sealed class RtpPacketTests
{
    [Fact]
    public void What_was_written_is_read() =>
        Gen.Select(Gen.Byte[0, 127], Gen.Bool, Gen.UShort, Gen.UInt, Gen.UInt, Gen.Byte.Array[0, 400]).Sample(
            (type, marker, sequence, timestamp, ssrc, payload) =>
            {
                var datagram = new byte[RtpPacket.HeaderLength + payload.Length];
                RtpPacket.WriteHeader(datagram, type, marker, sequence, timestamp, ssrc);
                payload.CopyTo(datagram, RtpPacket.HeaderLength);
                Assert.True(RtpPacket.TryRead(datagram, out var packet));
                Assert.Equal((type, marker, sequence), (packet.PayloadType, packet.Marker, packet.Sequence));
                Assert.Equal((timestamp, ssrc), (packet.Timestamp, packet.Ssrc));
                Assert.Equal(payload, packet.Payload.ToArray());
            });

    [Fact]
    public void Contributing_sources_extension_and_padding_are_no_payload()
    {
        byte[] datagram =
        [
            0xB1, 0x00, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, // padding, extension, one contributing source
            9, 9, 9, 9,
            0xBE, 0xDE, 0, 1, 8, 8, 8, 8,
            42, 43,
            0, 0, 3,
        ];
        Assert.True(RtpPacket.TryRead(datagram, out var packet));
        Assert.Equal([42, 43], packet.Payload.ToArray());
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_and_never_throw() =>
        Gen.Byte.Array[0, 80].Sample(datagram => { RtpPacket.TryRead(datagram, out _); });
}
