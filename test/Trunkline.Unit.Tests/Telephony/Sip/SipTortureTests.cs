using System.Text;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Unit.Tests.Telephony.Sip;

/// <summary>Messages in the manner of RFC 4475, those that a user agent on UDP can meet.</summary>
public class SipTortureTests
{
    private static SipParseResult Parse(string text) => SipParser.Parse(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));

    [Fact]
    public void Short_tortuous_invite_of_section_3_1_1_1()
    {
        var (message, fault, _) = Parse("""
            INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
            TO :
             sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
            from   : "J Rosenberg \\\""       <sip:jdrosen@example.com>
              ;
              tag = 98asjd8
            MaX-fOrWaRdS: 0068
            Call-ID: wsinv.ndaksdj@192.0.2.1
            Content-Length   : 4
            cseq: 0009
              INVITE
            Via  : SIP  /   2.0
             /UDP
                192.0.2.2;branch=390skdjuw
            s :
            NewFangledHeader:   newfangled value
             continued newfangled value
            UnknownHeaderWithUnusualValue: ;;,,;;,;
            Content-Type: application/sdp
            Route:
             <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
            v:  SIP  / 2.0  / TCP     spindle.example.com   ;
              branch  =   z9hG4bK9ikj8  ,
             SIP  /    2.0   / UDP  192.168.255.111   ; branch=
             z9hG4bK30239
            m:"Quoted string \"\"" <sip:jdrosen@example.com> ; newparam =
                  newvalue ;
              secondparam ; q = 0.33

            v=0

            """);
        Assert.Null(fault);
        Assert.Equal(("1918181833n", "98asjd8", "J Rosenberg \\\""), (message!.To.Tag, message.From.Tag, message.From.DisplayName));
        Assert.Equal((9, "INVITE"), (message.CSeq.Number, message.CSeq.Method));
        var vias = message.Headers.All("Via").Select(SipVia.Parse).ToList();
        Assert.Equal(["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"], vias.Select(v => v!.Branch));
        Assert.Equal("newfangled value continued newfangled value", message.Headers["NewFangledHeader"]);
        Assert.Equal("Quoted string \"\"", message.Contact!.DisplayName);
        Assert.Equal("", message.Headers["Subject"]);
    }

    [Fact]
    public void A_method_of_every_token_character_of_section_3_1_1_2_is_read()
    {
        var message = Parse("""
            !interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0
            Via: SIP/2.0/UDP host1.example.com;branch=z9hG4bK-.!%66*_+`'~
            To: "BEL:\u0007 NUL:\u0000 DEL:\u007F" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>
            From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%="quoted";tag=_token~1'+`*%!-.
            Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\/"][?}{
            CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~
            Max-Forwards: 255


            """).Message;
        Assert.Equal("!interesting-Method0123456789_*+`.%indeed'~", message!.Method);
        Assert.Equal("_token~1'+`*%!-.", message.From.Tag);
    }

    [Fact]
    public void An_unusual_reason_phrase_or_none_is_read()
    {
        var with = Parse("SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\nCall-ID: a\nCSeq: 3 INVITE\nFrom: <sip:u@e>;tag=1\nTo: <sip:u@e>;tag=2\nContent-Length: 0\n\n");
        Assert.Equal(200, with.Message!.StatusCode);
        Assert.Contains("простое", with.Message.ReasonPhrase, StringComparison.Ordinal);
        Assert.Equal("", Parse("SIP/2.0 100 \nVia: SIP/2.0/UDP h;branch=z9hG4bK1\nCall-ID: a\nCSeq: 3 INVITE\nFrom: <sip:u@e>;tag=1\nTo: <sip:u@e>\n\n").Message!.ReasonPhrase);
    }

    [Theory]
    [InlineData("SIP/2.0 4294967301 better not break the receiver")]
    [InlineData("SIP/2.0 99 low")]
    [InlineData("SIP/2.0 700 high")]
    [InlineData("SIP/2.0  ")]
    [InlineData("SIP/2.0")]
    [InlineData("INVITE  sip:user@example.com")]
    public void An_unreadable_first_line_is_dropped(string line) =>
        Assert.Null(Parse(line + "\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\nCall-ID: a\nCSeq: 3 INVITE\nFrom: <sip:u@e>;tag=1\nTo: <sip:u@e>\n\n").Message);

    [Fact]
    public void An_unclosed_quote_of_section_3_1_2_6_is_no_to() =>
        Assert.NotNull(Parse("INVITE sip:u@e SIP/2.0\nTo: \"Mr. J. User <sip:j.user@example.com>\nFrom: <sip:c@e>;tag=9\nCall-ID: q\nVia: SIP/2.0/UDP h;branch=z9hG4bKkdjuw\nCSeq: 8 INVITE\n\n").Fault);

    [Fact]
    public void Escaped_and_semicolon_users_keep_their_meaning()
    {
        Assert.Equal("sips:user@example.com", SipUri.Parse("sip:sips%3Auser%40example.com@example.net")!.User);
        var semicolon = SipUri.Parse("sip:user;par=u%40example.net@example.com")!;
        Assert.Equal(("user", "example.com"), (semicolon.User, semicolon.Host));
        Assert.Equal("+1-202-555-0100", SipUri.Parse("tel:+1-202-555-0100;phone-context=x")!.User);
        Assert.Equal(5070, SipUri.Parse("sip:[2001:db8::1]:5070;lr")!.EndPoint!.Port);
        Assert.Equal("", SipUri.Parse("sip:[2001:db8::1]:5070;lr")!.Parameter("lr"));
        Assert.Null(SipUri.Parse("mailto:a@b"));
        Assert.Null(SipUri.Parse("sip:host:99999"));
    }
}
