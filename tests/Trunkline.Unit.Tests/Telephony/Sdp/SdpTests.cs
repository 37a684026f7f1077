using System.Net;
using System.Text;
using CsCheck;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sdp;

namespace Trunkline.Unit.Tests.Telephony.Sdp;

public class SdpTests
{
    private const string Head = "v=0\r\no=- 5 6 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\n";

    private static SessionDescription Read(string text)
    {
        Assert.True(SessionDescription.TryParse(Encoding.UTF8.GetBytes(text), out var description));
        return description;
    }

    private static SessionAuthor Author() => new(IPAddress.Parse("192.0.2.9"), 100);

    [Fact]
    public void Audio_is_read_with_its_laws_events_and_direction()
    {
        var session = Read(Head + "a=sendonly\r\nm=audio 4000 RTP/AVP 18 8 0 96\r\na=rtpmap:96 telephone-event/8000\r\na=ptime:30\r\nm=video 0 RTP/AVP 31\r\nc=IN IP6 ::1\r\na=inactive\r\n");
        var audio = session.Media[0];
        Assert.True(audio.IsAudio);
        Assert.Equal([G711Law.ALaw, G711Law.MuLaw], audio.Laws);
        Assert.Equal((96, 30, SdpDirection.SendOnly), (audio.TelephoneEvent, audio.PacketMilliseconds, session.DirectionOf(audio)));
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 4000), session.EndPointOf(audio));
        Assert.Null(session.EndPointOf(session.Media[1]));
        Assert.Equal(SdpDirection.Inactive, session.DirectionOf(session.Media[1]));
    }

    [Fact]
    public void A_section_with_its_own_connection_goes_there()
    {
        var session = Read(Head + "m=image 4002 udptl t38\r\nc=IN IP4 192.0.2.3\r\n");
        Assert.Equal("192.0.2.3:4002", session.EndPointOf(session.Media[0])!.ToString());
    }

    [Theory]
    [InlineData("c=IN IP4 0.0.0.0")]
    [InlineData("c=IN IP4 media.example")]
    [InlineData("c=IN IP6 192.0.2.2")]
    public void An_address_that_cannot_be_sent_to_is_none(string connection)
    {
        var session = Read(Head + "m=audio 4002 RTP/AVP 0\r\n" + connection + "\r\n");
        Assert.Null(new SessionAuthor(IPAddress.Loopback, 1).TakeAudio(session with { Connection = null }));
    }

    [Fact]
    public void T38_attributes_are_read_however_they_are_spelt()
    {
        var t38 = Read(Head + "m=image 4002 UDPTL T38\na=t38faxversion:3\na=T38MaxBitRate: 9600\na=T38FaxFillBitRemoval:0\na=T38FaxTranscodingMMR\na=T38FaxTranscodingJBIG:1\n"
            + "a=T38FaxRateManagement:TransferredTCF\na=T38faxMaxBuffer:72\na=T38FaxMaxDatagram:316\na=T38faxudpec:T38UDPfec\n").Media[0].T38;
        Assert.Equal(
            new SdpT38
            {
                Version = 3, MaxBitRate = 9600, FillBitRemoval = false, TranscodingMmr = true, TranscodingJbig = true, MaxBuffer = 72, MaxDatagram = 316,
                ErrorCorrection = UdptlErrorCorrection.Fec, TransferredTcf = true,
            }, t38);
    }

    [Fact]
    public void T38_without_values_has_the_usual_ones()
    {
        var t38 = Read(Head + "m=image 4002 udptl t38\r\na=T38FaxVersion\r\na=T38MaxBitRate:fast\r\na=T38FaxUdpEC:\r\na=T38FaxMaxDatagram:0\r\n").Media[0].T38;
        Assert.Equal(new SdpT38(), t38);
        Assert.Equal((0, 14_400, UdptlErrorCorrection.Redundancy), (t38.Version, t38.MaxBitRate, t38.ErrorCorrection));
    }

    [Fact]
    public void What_is_written_is_read_as_it_was()
    {
        foreach (var session in new[] { Author().OfferAudio(4000, [G711Law.MuLaw, G711Law.ALaw]), Author().OfferT38(4000, SdpT38.Ours with { FillBitRemoval = true, Version = 2 }) })
        {
            var bytes = session.ToBytes();
            Assert.Equal(bytes, Read(Encoding.UTF8.GetString(bytes)).ToBytes());
        }
        Assert.Equal(SdpT38.Ours, Read(Encoding.UTF8.GetString(Author().OfferT38(4000, SdpT38.Ours).ToBytes())).Media[0].T38);
    }

    [Theory]
    [InlineData("")]
    [InlineData("v=1\r\no=- 5 6 IN IP4 192.0.2.1\r\n")]
    [InlineData("v=0\r\ns=-\r\n")]
    [InlineData("v=0\r\no=- 5 6 IN IP4\r\n")]
    [InlineData(Head + "m=audio 70000 RTP/AVP 0\r\n")]
    [InlineData(Head + "m=audio x RTP/AVP 0\r\n")]
    [InlineData(Head + "m=audio 4000\r\n")]
    [InlineData(Head + "hello\r\n")]
    public void What_is_no_description_is_refused(string text) => Assert.False(SessionDescription.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Too_many_sections_or_attributes_are_refused()
    {
        Assert.False(SessionDescription.TryParse(Encoding.UTF8.GetBytes(Head + string.Concat(Enumerable.Repeat("m=audio 1 RTP/AVP 0\n", 17))), out _));
        Assert.False(SessionDescription.TryParse(Encoding.UTF8.GetBytes(Head + "m=audio 1 RTP/AVP 0\n" + string.Concat(Enumerable.Repeat("a=x\n", 201))), out _));
    }

    [Fact]
    public void Random_changes_never_throw()
    {
        var seed = Encoding.UTF8.GetBytes(Head + "m=audio 4000/2 RTP/AVP 0 8 96\r\na=rtpmap:96 telephone-event/8000\r\nm=image 4002 udptl t38\r\na=T38FaxUdpEC:t38UDPFEC\r\n");
        Gen.Select(Gen.Int[0, seed.Length - 1], Gen.Byte).Array[0, 10].Sample(changes =>
        {
            var bytes = seed.ToArray();
            foreach (var (at, value) in changes)
                bytes[at] = value;
            if (!SessionDescription.TryParse(bytes, out var session))
                return;
            foreach (var media in session.Media)
                _ = (media.T38, media.Laws, media.TelephoneEvent, media.PacketMilliseconds, session.EndPointOf(media), session.DirectionOf(media));
            _ = Author().AnswerAudio(session, 1, [G711Law.MuLaw], out _)?.ToBytes();
            _ = Author().AnswerT38(session, 1, SdpT38.Ours, out _)?.ToBytes();
        }, iter: 20_000);
    }

    [Fact]
    public void An_answer_takes_one_section_and_rejects_the_others_in_their_places()
    {
        var offer = Read(Head + "m=video 5000 RTP/AVP 31\r\nm=audio 4000 RTP/AVP 18 8 0 96\r\na=rtpmap:96 telephone-event/8000\r\na=sendonly\r\nm=audio 4008 RTP/AVP 0\r\n");
        var answer = Author().AnswerAudio(offer, 7000, [G711Law.MuLaw, G711Law.ALaw], out var path)!;
        Assert.Equal(["video 0", "audio 7000", "audio 0"], answer.Media.Select(m => $"{m.Kind} {m.Port}"));
        Assert.Equal(["8", "96"], answer.Media[1].Formats);
        Assert.Equal(SdpDirection.ReceiveOnly, answer.DirectionOf(answer.Media[1]));
        Assert.Equal(new AudioPath(IPEndPoint.Parse("192.0.2.2:4000"), G711Law.ALaw), path);
        Assert.Null(Author().AnswerAudio(Read(Head + "m=audio 4000 RTP/AVP 18\r\n"), 7000, [G711Law.MuLaw], out _));
        Assert.Null(Author().AnswerAudio(Read(Head + "m=audio 0 RTP/AVP 0\r\n"), 7000, [G711Law.MuLaw], out _));
        Assert.Null(Author().AnswerAudio(Read(Head + "m=audio 4000 RTP/SAVP 0\r\n"), 7000, [G711Law.MuLaw], out _));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void Sound_is_sent_again_where_both_ends_can(bool offers, bool answers, bool agreed)
    {
        var caller = new SessionAuthor(IPAddress.Loopback, 1, redundancy: offers);
        var offer = Read(Encoding.UTF8.GetString(caller.OfferAudio(4000, [G711Law.MuLaw, G711Law.ALaw]).ToBytes()));
        Assert.Equal(offers, offer.Media[0].Redundancy is not null);
        var answer = new SessionAuthor(IPAddress.Loopback, 2, redundancy: answers).AnswerAudio(offer, 5000, [G711Law.ALaw], out var called)!;
        var calling = caller.TakeAudio(Read(Encoding.UTF8.GetString(answer.ToBytes())))!;
        Assert.Equal(agreed ? new AudioRedundancy(121, Begins: true) : null, called!.Redundancy);
        Assert.Equal(agreed ? new AudioRedundancy(121, Begins: false) : null, calling.Redundancy);
        Assert.Equal(agreed ? ["8", "121", "101"] : ["8", "101"], answer.Media[0].Formats);
        Assert.Equal(agreed, answer.Media[0].Attributes.Contains(new SdpAttribute("fmtp", "121 8/8/8")));
    }

    [Fact]
    public void An_answer_with_another_number_for_sound_that_is_sent_again_has_none()
    {
        var answer = Read(Head + "m=audio 4000 RTP/AVP 0 96\r\na=rtpmap:96 red/8000\r\n");
        Assert.Null(new SessionAuthor(IPAddress.Loopback, 1, redundancy: true).TakeAudio(answer)!.Redundancy);
    }

    [Fact]
    public void A_t38_answer_has_the_lower_version_and_rate()
    {
        var offer = Read(Head + "m=audio 0 RTP/AVP 0\r\nm=image 4002 udptl t38\r\na=T38FaxVersion:3\r\na=T38MaxBitRate:9600\r\na=T38FaxMaxDatagram:200\r\n");
        var answer = Author().AnswerT38(offer, 7000, SdpT38.Ours, out var path)!;
        Assert.Equal(["audio 0", "image 7000"], answer.Media.Select(m => $"{m.Kind} {m.Port}"));
        Assert.Equal(new T38Path(IPEndPoint.Parse("192.0.2.2:4002"), 0, 9600, 200, UdptlErrorCorrection.Redundancy), path);
        Assert.Equal((0, 9600), (answer.Media[1].T38.Version, answer.Media[1].T38.MaxBitRate));
        Assert.Null(Author().AnswerT38(Read(Head + "m=image 4002 udptl t38\r\na=T38FaxRateManagement:localTCF\r\n"), 7000, SdpT38.Ours, out _));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Internet_aware_is_who_says_it_to_one_that_said_it(bool offers, bool answers)
    {
        static SdpT38 T38(bool aware) => SdpT38.Ours with { InternetAware = aware ? InternetAwareness.Offered : InternetAwareness.None };
        var offer = Read(Encoding.UTF8.GetString(Author().OfferT38(4000, T38(offers)).ToBytes()));
        var answer = Read(Encoding.UTF8.GetString(Author().AnswerT38(offer, 5000, T38(answers), out var called)!.ToBytes()));
        Assert.Equal(offers && answers, called!.InternetAware);
        Assert.Equal(offers && answers, SessionPaths.T38(answer, T38(offers))!.InternetAware);
        // A far end that only repeats what it was sent has said nothing; nor has one that offers what an answer says.
        Assert.False(SessionPaths.T38(offer, T38(true))!.InternetAware);
        _ = Author().AnswerT38(answer, 4000, T38(true), out var offered);
        Assert.False(offered!.InternetAware);
    }

    [Fact]
    public void The_version_counts_changes_only_and_sections_never_vanish()
    {
        var author = Author();
        var audio = author.OfferAudio(4000, [G711Law.MuLaw]);
        Assert.Same(audio, author.OfferAudio(4000, [G711Law.MuLaw]));
        var offer = Read(Head + "m=audio 0 RTP/AVP 0\r\nm=image 4002 udptl t38\r\n");
        var image = author.AnswerT38(offer, 4000, SdpT38.Ours, out _)!;
        Assert.Equal(audio.Origin.Version + 1, image.Origin.Version);
        Assert.Equal(audio.Origin.SessionId, image.Origin.SessionId);
        var back = author.OfferAudio(4000, [G711Law.MuLaw]);
        Assert.Equal(["audio 4000", "image 0"], back.Media.Select(m => $"{m.Kind} {m.Port}"));
    }
}
