using System.Text;
using CsCheck;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transport;

namespace Trunkline.Unit.Tests.Telephony.Sip;

public class SipStreamFramerTests
{
    private const string Head = "OPTIONS sip:us@near SIP/2.0\r\nVia: SIP/2.0/TCP far;branch=z9hG4bK1\r\n";

    private static (List<string> Messages, SipFrame Last, SipStreamFramer Framer) Cut(byte[] stream, Func<int, int> step)
    {
        var framer = new SipStreamFramer();
        List<string> messages = [];
        for (var at = 0; at < stream.Length;)
        {
            var room = framer.Room();
            var count = Math.Min(Math.Min(step(at), stream.Length - at), room.Length);
            stream.AsSpan(at, count).CopyTo(room.Span);
            framer.Added(count);
            at += count;
            SipFrame frame;
            while ((frame = framer.Next(out var message)) is SipFrame.Message or SipFrame.Ping)
                messages.Add(frame == SipFrame.Ping ? "ping" : Encoding.UTF8.GetString(message));
            if (frame == SipFrame.Broken)
                return (messages, frame, framer);
        }
        return (messages, SipFrame.Incomplete, framer);
    }

    [Fact]
    public void However_a_stream_is_cut_the_messages_are_the_same()
    {
        var one = Head + "Content-Length: 4\r\n\r\nbody";
        var two = Head + "l : 0\r\nSubject: a\r\n folded line\r\n\r\n";
        var three = Head + "content-length:5000\r\n\r\n" + new string('x', 5000);
        var stream = Encoding.UTF8.GetBytes("\r\n" + one + two + "\r\n\r\n" + three + "\r\n");
        Gen.Int[1, 700].Array[1, 40].Sample(steps =>
        {
            var (messages, last, framer) = Cut(stream, at => steps[at % steps.Length]);
            Assert.Equal([one, two, "ping", three], messages);
            Assert.Equal((SipFrame.Incomplete, false), (last, framer.HasBegun));
        }, iter: 200);
    }

    [Theory]
    [InlineData("\r\n", "no Content-Length")]
    [InlineData("Content-Length: ten\r\n\r\n", "a Content-Length that cannot be read")]
    [InlineData("Content-Length: 1\r\nl: 2\r\n\r\n", "a Content-Length that cannot be read")]
    [InlineData("Content-Length: 1\r\n 0\r\n\r\n", "a Content-Length that cannot be read")]
    [InlineData("Content-Length: 65535\r\n\r\n", "longer than a message may be")]
    public void A_stream_whose_next_message_cannot_be_found_is_broken(string rest, string fault)
    {
        var (messages, last, framer) = Cut(Encoding.UTF8.GetBytes(Head + rest + "and more"), _ => 50);
        Assert.Empty(messages);
        Assert.Equal((SipFrame.Broken, fault), (last, framer.Fault));
    }

    [Fact]
    public void A_head_without_an_end_is_not_kept_for_ever()
    {
        var (_, last, framer) = Cut(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Subject: on and on\r\n", 5_000))), _ => 1_000);
        Assert.Equal((SipFrame.Broken, "a head without an end"), (last, framer.Fault));
        Assert.True(framer.HasBegun);
    }

    [Fact]
    public void Whatever_comes_never_throws_and_never_holds_more_than_a_message()
    {
        Gen.Select(Gen.Byte.Array[0, 400], Gen.Int[1, 60]).Sample((noise, step) =>
        {
            var bytes = Encoding.UTF8.GetBytes(Head).Concat(noise).ToArray();
            var (messages, _, _) = Cut(bytes, _ => step);
            Assert.All(messages, m => Assert.True(m.Length <= SipLimits.MessageBytes));
        });
    }
}
