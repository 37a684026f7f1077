using CsCheck;
using Trunkline.Telephony.Rtp;

namespace Trunkline.Unit.Tests.Telephony.Rtp;

public sealed class JitterBufferTests
{
    private const int Delay = 480;

    private static readonly Gen<int> AnySize = Gen.OneOf(Gen.Const(40), Gen.Const(80), Gen.Const(160), Gen.Const(240), Gen.Const(320));

    [Fact]
    public void Packets_of_any_size_in_disorder_come_out_in_order_and_whole() =>
        Gen.Select(AnySize, Gen.UInt, Gen.Int).Sample((size, first, seed) =>
        {
            var random = new Random(seed);
            var buffer = new JitterBuffer(Delay);
            var packets = Enumerable.Range(0, 960 / size).Select(i => (uint)(i * size)).ToArray();
            buffer.Put(first, Samples(0, size));
            foreach (var offset in packets.Skip(1).OrderBy(_ => random.Next()))
                buffer.Put(first + offset, Samples((int)offset, size));
            var (samples, gaps) = Play(buffer, Delay + 960 / size * size);
            Assert.Equal(Delay, gaps);
            Assert.Equal(Samples(0, 960 / size * size), samples);
        });

    [Fact]
    public void Wait_of_the_first_packet_is_not_yet_playing()
    {
        var buffer = new JitterBuffer(Delay);
        buffer.Put(1000, Samples(0, 160));
        Play(buffer, Delay);
        Assert.False(buffer.IsPlaying);
        Play(buffer, 320);
        Assert.True(buffer.IsPlaying);
        buffer.Reset();
        Assert.False(buffer.IsPlaying);
    }

    [Fact]
    public void Lost_packet_leaves_a_gap_of_its_own_length()
    {
        var buffer = new JitterBuffer(Delay);
        buffer.Put(1000, Samples(0, 160));
        buffer.Put(1320, Samples(320, 160));
        var (samples, gaps) = Play(buffer, Delay + 480);
        Assert.Equal(Delay + 160, gaps);
        Assert.Equal([.. Samples(0, 160), .. Samples(320, 160)], samples);
    }

    [Fact]
    public void What_is_sent_again_fills_a_gap_that_was_not_played_and_nothing_else()
    {
        var buffer = new JitterBuffer(Delay);
        Assert.False(buffer.Fill(1000, Samples(0, 160)));
        buffer.Put(1000, Samples(0, 160));
        buffer.Put(1320, Samples(320, 160));
        Assert.True(buffer.Fill(1160, Samples(160, 160)));
        Assert.False(buffer.Fill(1160, Samples(0, 160)));
        Assert.False(buffer.Fill(1000, Samples(7, 160)));
        var (samples, gaps) = Play(buffer, Delay + 480);
        Assert.Equal(Delay, gaps);
        Assert.Equal(Samples(0, 480), samples);
        // Too late for all of them, again and again: the time line stays.
        for (var i = 0; i < 10; i++)
            Assert.False(buffer.Fill(1000, Samples(0, 160)));
        Assert.Equal((0, 0), (buffer.Late, buffer.Resyncs));
    }

    [Fact]
    public void Packet_after_its_time_is_dropped_and_time_goes_on()
    {
        var buffer = new JitterBuffer(0);
        buffer.Put(0, Samples(0, 160));
        Play(buffer, 320);
        buffer.Put(160, Samples(160, 160));
        buffer.Put(320, Samples(320, 160));
        var (samples, gaps) = Play(buffer, 160);
        Assert.Equal(1, buffer.Late);
        Assert.Equal(0, gaps);
        Assert.Equal(Samples(320, 160), samples);
    }

    [Fact]
    public void Delay_that_proves_too_short_is_set_anew()
    {
        var buffer = new JitterBuffer(Delay);
        buffer.Put(0, Samples(0, 160));
        Play(buffer, 4000);
        for (var i = 1; i <= 8; i++)
            buffer.Put((uint)(160 * i), Samples(160 * i, 160));
        Assert.Equal(1, buffer.Resyncs);
        var (samples, _) = Play(buffer, 2000);
        Assert.Equal(Samples(160 * 8, 160), samples[^160..]);
    }

    [Fact]
    public void Jump_of_the_time_line_begins_another()
    {
        var buffer = new JitterBuffer(Delay);
        buffer.Put(0, Samples(0, 160));
        buffer.Put(2_000_000_000, Samples(0, 160));
        var (samples, gaps) = Play(buffer, Delay + 160);
        Assert.Equal(Delay, gaps);
        Assert.Equal(160, samples.Count);
    }

    [Fact]
    public void Time_is_kept_whatever_arrives() =>
        Gen.Select(Gen.UInt, Gen.Int[0, 960]).Array[1, 50].Sample(packets =>
        {
            var buffer = new JitterBuffer(Delay);
            foreach (var (timestamp, length) in packets)
            {
                buffer.Put(timestamp, new short[length]);
                var (samples, gaps) = Play(buffer, 160);
                Assert.Equal(160, samples.Count + gaps);
            }
        });

    private static short[] Samples(int from, int count) => [.. Enumerable.Range(from, count).Select(i => (short)i)];

    private static (List<short> Samples, int Gaps) Play(JitterBuffer buffer, int count)
    {
        var samples = new List<short>();
        var gaps = 0;
        while (count > 0)
        {
            var frame = new short[Math.Min(160, count)];
            var run = buffer.Take(frame, out var present);
            if (present)
                samples.AddRange(frame[..run]);
            else
                gaps += run;
            count -= run;
        }

        return (samples, gaps);
    }
}
