using System.Net;
using System.Text;
using CsCheck;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Unit.Tests.Telephony.Sip;

public class SipParserTests
{
    private const string Invite =
        "INVITE sip:+12025550100@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5999;branch=z9hG4bK1;rport\r\nMax-Forwards: 70\r\n"
        + "From: \"Doe, \\\"J\\\" <x>\" <sip:far@127.0.0.1;x=1>;tag=a;x=\"1;2\"\r\nTo: <sip:+12025550100@127.0.0.1>\r\nCall-ID: 1@far\r\nCSeq: 1 INVITE\r\n"
        + "Contact: <sip:far@127.0.0.1:5999>\r\nRecord-Route: <sip:p1;lr>, <sip:p2;lr>\r\nContent-Type: application/sdp\r\nContent-Length: 4\r\n\r\nv=0\n";

    private static SipParseResult Parse(string text) => SipParser.Parse(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void A_request_is_read_with_its_quotes_brackets_and_lists()
    {
        var (message, fault, _) = Parse(Invite);
        Assert.Null(fault);
        Assert.Equal(("INVITE", "sip:+12025550100@127.0.0.1"), (message!.Method, message.RequestUri));
        Assert.Equal("Doe, \"J\" <x>", message.From.DisplayName);
        Assert.Equal("a", message.From.Tag);
        Assert.Equal("sip:far@127.0.0.1;x=1", message.From.UriText);
        Assert.Equal(["<sip:p1;lr>", "<sip:p2;lr>"], message.Headers.All("Record-Route"));
        Assert.Equal(("127.0.0.1", 5999, "z9hG4bK1", true), (message.TopVia.Host, message.TopVia.Port, message.TopVia.Branch, message.TopVia.WantsRport));
        Assert.Equal("v=0\n", Encoding.UTF8.GetString(message.Body.Span));
    }

    [Fact]
    public void What_is_written_is_read_as_it_was()
    {
        var first = Parse(Invite).Message!;
        var bytes = SipWriter.Write(first);
        var second = SipParser.Parse(bytes).Message!;
        Assert.Equal(
            first.Headers.Fields.Where(f => f.Key != "Content-Length"),
            second.Headers.Fields.Where(f => f.Key != "Content-Length"));
        Assert.Equal(first.Body.ToArray(), second.Body.ToArray());
        Assert.Equal(bytes, SipWriter.Write(second));
    }

    [Fact]
    public void Random_changes_to_a_message_never_throw()
    {
        var seed = Encoding.UTF8.GetBytes(Invite);
        var change = Gen.Select(Gen.Int[0, seed.Length - 1], Gen.Byte, Gen.Int[0, 3]);
        change.Array[0, 12].Sample(changes =>
        {
            var bytes = seed.ToList();
            foreach (var (at, value, kind) in changes)
            {
                var index = Math.Min(at, bytes.Count - 1);
                if (kind == 0)
                    bytes.RemoveRange(index, Math.Min(value % 40, bytes.Count - index - 1));
                else if (kind == 1)
                    bytes.Insert(index, value);
                else if (kind == 2)
                    bytes.InsertRange(index, bytes.GetRange(index / 2, index - (index / 2)));
                else
                    bytes[index] = value;
            }
            ReadAll(SipParser.Parse(bytes.ToArray()));
        }, iter: 20_000);
    }

    [Fact]
    public void Random_bytes_never_throw() => Gen.Byte.Array[0, 400].Sample(bytes => ReadAll(SipParser.Parse(bytes)), iter: 20_000);

    [Fact]
    public void One_letter_names_are_the_long_ones()
    {
        var message = Parse("BYE sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z9hG4bK1\r\nf: <sip:a@b>;tag=1\r\nt: <sip:a@b>;tag=2\r\ni: x\r\nCSeq: 2 BYE\r\nl: 0\r\n\r\n").Message!;
        Assert.Equal(("x", "1", "2"), (message.CallId, message.From.Tag, message.To.Tag));
        Assert.Equal("h", message.TopVia.Host);
    }

    [Fact]
    public void Without_a_length_the_body_is_the_rest_of_the_datagram()
    {
        var message = Parse(Invite.Replace("Content-Length: 4\r\n", "")).Message!;
        Assert.Equal(4, message.Body.Length);
    }

    [Fact]
    public void Bytes_beyond_the_length_are_dropped()
    {
        Assert.Equal(4, Parse(Invite + "INVITE again").Message!.Body.Length);
    }

    [Theory]
    [InlineData("Content-Length: 4", "Content-Length: 5000", 400)]
    [InlineData("Content-Length: 4", "Content-Length: -4", 400)]
    [InlineData("Content-Length: 4", "Content-Length: 99999999999999999999", 400)]
    [InlineData("CSeq: 1 INVITE", "CSeq: 1 OPTIONS", 400)]
    [InlineData("SIP/2.0\r\nVia", "SIP/7.0\r\nVia", 505)]
    [InlineData("INVITE sip:+12025550100@127.0.0.1 ", "INVITE <sip:+12025550100@127.0.0.1> ", 400)]
    [InlineData("INVITE sip:+12025550100@127.0.0.1 ", "INVITE sip:+12025550100 @127.0.0.1 ", 400)]
    public void A_faulty_request_that_can_be_answered_says_with_what(string good, string bad, int status)
    {
        var result = Parse(Invite.Replace(good, bad));
        Assert.NotNull(result.Fault);
        Assert.NotNull(result.Message);
        Assert.Equal(status, result.Status);
    }

    [Theory]
    [InlineData("CSeq: 1 INVITE", "CSeq: 36893488147419103232 INVITE")]
    [InlineData("Via: SIP/2.0/UDP 127.0.0.1:5999", "Via: SIP/2.0/UDP 127.0.0.1:599999")]
    [InlineData("Call-ID: 1@far\r\n", "")]
    [InlineData("Max-Forwards: 70", "Max-Forwards: 70\rX: y")]
    [InlineData("\r\nMax-Forwards", "\r\nno header\r\nMax-Forwards")]
    [InlineData("To: <sip:+12025550100@127.0.0.1>", "To: <sip:+12025550100@127.0.0.1")]
    [InlineData("INVITE sip", "INV\"ITE sip")]
    public void A_message_that_cannot_be_answered_is_dropped(string good, string bad)
    {
        var result = Parse(Invite.Replace(good, bad));
        Assert.Null(result.Message);
        Assert.NotNull(result.Fault);
    }

    [Fact]
    public void Too_many_headers_too_long_lines_and_endless_folds_are_refused()
    {
        Assert.NotNull(Parse(Invite.Replace("Max-Forwards: 70\r\n", string.Concat(Enumerable.Repeat("X: y\r\n", 300)))).Fault);
        Assert.NotNull(Parse(Invite.Replace("Max-Forwards: 70\r\n", $"X: {new string('y', 9_000)}\r\n")).Fault);
        Assert.NotNull(Parse(Invite.Replace("Max-Forwards: 70\r\n", "X: y\r\n" + string.Concat(Enumerable.Repeat($" {new string('z', 1_000)}\r\n", 20)))).Fault);
    }

    [Fact]
    public void A_keep_alive_is_no_message() => Assert.Null(Parse("\r\n\r\n").Message);

    private static void ReadAll(SipParseResult result)
    {
        if (result.Message is not { } message)
            return;
        _ = (message.From.Tag, message.To.Uri, message.TopVia.Branch, message.CSeq, message.Contact?.Uri, message.HasSdp, message.TopVia.ReplyTo(new IPEndPoint(0, 1)));
        foreach (var (name, _) in message.Headers.Fields)
            _ = message.Headers.All(name);
        _ = SipUri.Parse(message.RequestUri)?.EndPoint;
        _ = SipWriter.Write(SipMessage.Reply(message, 400, "x", "t"));
    }
}
