using CsCheck;
using Trunkline.Telephony.Rtp;

namespace Trunkline.Unit.Tests.Telephony.Rtp;

public sealed class RedundantAudioTests
{
    private const int Frame = AudioStream.TickSamples;

    [Fact]
    public void Each_packet_has_its_own_sound_and_that_of_two_before()
    {
        var sender = new RedundantAudioSender();
        for (var packet = 0; packet < 40; packet++)
        {
            var blocks = Read(Wrapped(sender, packet));
            int[] expected = packet >= 8 ? [8, 4, 0] : packet >= 4 ? [4, 0] : [0];
            Assert.Equal(expected.Select(back => (8, back * Frame, Frame, (byte)(packet - back))), blocks);
        }
    }

    [Fact]
    public void Wrapping_allocates_nothing()
    {
        var sender = new RedundantAudioSender();
        var payload = new byte[RedundantAudioSender.MaxPayload];
        sender.Wrap(0, payload);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            sender.Wrap(0, payload);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("800280A0")]
    [InlineData("800280A000")]
    [InlineData("8002800200AA")]
    public void Payload_that_is_not_whole_has_no_blocks(string hex) => Assert.Empty(Read(Convert.FromHexString(hex)));

    [Fact]
    public void Any_bytes_are_read_without_a_fault() => Gen.Byte.Array[0, 200].Sample(bytes => Read(bytes).Sum(block => block.Length) <= bytes.Length, iter: 20_000);

    private static byte[] Wrapped(RedundantAudioSender sender, int packet)
    {
        var payload = new byte[RedundantAudioSender.MaxPayload];
        payload.AsSpan(0, Frame).Fill((byte)packet);
        return payload[..sender.Wrap(8, payload)];
    }

    private static List<(int Type, int Offset, int Length, byte First)> Read(byte[] payload)
    {
        var blocks = new List<(int, int, int, byte)>();
        var reader = new RedundantAudio.Reader(payload);
        while (reader.Next())
            blocks.Add((reader.PayloadType, reader.Offset, reader.Content.Length, reader.Content.IsEmpty ? (byte)0 : reader.Content[0]));
        return blocks;
    }
}
