using System.Net;
using System.Text;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sdp;

namespace Trunkline.Unit.Tests.Telephony.Sdp;

/// <summary>Keys in the description (RFC 4568), asked for and taken.</summary>
public class SrtpOfferTests
{
    private static readonly G711Law[] Laws = [G711Law.MuLaw, G711Law.ALaw];
    private const string Inline = "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";

    private static SessionAuthor Author(SrtpUse use) => new(IPAddress.Loopback, 1, use);

    [Theory]
    [InlineData(SrtpUse.Off, SrtpUse.Off, "RTP/AVP", false)]
    [InlineData(SrtpUse.Off, SrtpUse.Offered, "RTP/AVP", false)]
    [InlineData(SrtpUse.Offered, SrtpUse.Off, "RTP/AVP", false)]
    [InlineData(SrtpUse.Offered, SrtpUse.Offered, "RTP/AVP", true)]
    [InlineData(SrtpUse.Offered, SrtpUse.Required, "RTP/AVP", true)]
    [InlineData(SrtpUse.Required, SrtpUse.Offered, "RTP/SAVP", true)]
    [InlineData(SrtpUse.Required, SrtpUse.Off, "RTP/SAVP", null)]
    [InlineData(SrtpUse.Off, SrtpUse.Required, "RTP/AVP", null)]
    public void Both_ends_agree_on_keys_or_on_none_or_not_at_all(SrtpUse offers, SrtpUse answers, string protocol, bool? enciphered)
    {
        var caller = Author(offers);
        var offer = Read(caller.OfferAudio(4000, Laws));
        Assert.Equal(protocol, offer.Media[0].Protocol);
        var answer = Author(answers).AnswerAudio(offer, 5000, Laws, out var called);
        if (enciphered is null)
        {
            Assert.Null(answer);
            return;
        }
        var calling = caller.TakeAudio(Read(answer!));
        Assert.Equal((enciphered, enciphered), (called!.Srtp is not null, calling!.Srtp is not null));
        Assert.Equal((called.Srtp?.Local, called.Srtp?.Remote), (calling.Srtp?.Remote, calling.Srtp?.Local));
        Assert.Equal(protocol, answer!.Media[0].Protocol);
    }

    [Fact]
    public void An_answer_without_the_keys_that_were_required_is_none()
    {
        var caller = Author(SrtpUse.Required);
        _ = caller.OfferAudio(4000, Laws);
        Assert.Null(caller.TakeAudio(Read("m=audio 5000 RTP/AVP 0\r\n")));
        Assert.Null(caller.TakeAudio(Read("m=audio 5000 RTP/SAVP 0\r\n")));
        Assert.Null(caller.TakeAudio(Read($"m=audio 5000 RTP/SAVP 0\r\na=crypto:3 AES_CM_128_HMAC_SHA1_80 {Inline}\r\n")));
        Assert.Null(caller.TakeAudio(Read($"m=audio 5000 RTP/SAVP 0\r\na=crypto:2 AES_CM_128_HMAC_SHA1_80 {Inline}\r\n")));
        Assert.Equal(SrtpSuite.Aes128Sha32,
            caller.TakeAudio(Read($"m=audio 5000 RTP/SAVP 0\r\na=crypto:2 AES_CM_128_HMAC_SHA1_32 {Inline}\r\n"))!.Srtp!.Remote.Suite);
    }

    [Theory]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Inline, true)]
    [InlineData("7 aes_cm_128_hmac_sha1_32 " + Inline + "|2^20", true)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Inline + " WSH=64", true)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Inline + "|2^20|1:4", false)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Inline + " UNENCRYPTED_SRTP", false)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Inline + " KDR=1", false)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Inline + ";" + Inline, false)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:dG9vIHNob3J0", false)]
    [InlineData("1 F8_128_HMAC_SHA1_80 " + Inline, false)]
    [InlineData("x AES_CM_128_HMAC_SHA1_80 " + Inline, false)]
    [InlineData("", false)]
    public void A_key_is_read_only_when_every_part_of_it_is_understood(string value, bool isRead) => Assert.Equal(isRead, SdpCrypto.Read(value) is not null);

    [Fact]
    public void A_key_stands_in_no_log()
    {
        var crypto = SdpCrypto.Read("1 AES_CM_128_HMAC_SHA1_80 " + Inline)!;
        var path = new AudioPath(new IPEndPoint(1, 1), G711Law.MuLaw, new SrtpKeys(crypto.Key, crypto.Key));
        Assert.DoesNotContain("d0Rm", path.ToString() + crypto, StringComparison.Ordinal);
    }

    private static SessionDescription Read(SessionDescription description)
    {
        Assert.True(SessionDescription.TryParse(description.ToBytes(), out var read));
        return read;
    }

    private static SessionDescription Read(string media)
    {
        Assert.True(SessionDescription.TryParse(Encoding.UTF8.GetBytes("v=0\r\no=- 5 6 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\n" + media), out var read));
        return read;
    }
}
