using System.Net;
using System.Text;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sdp;

namespace Trunkline.Fuzz;

/// <summary>Session descriptions: read, answered as an offer, taken as an answer, and written again.</summary>
internal sealed class SdpTarget : FuzzTarget
{
    private const int MaxBytesRead = 32_768;
    private static readonly G711Law[] Laws = [G711Law.MuLaw, G711Law.ALaw];

    public override string Name => "sdp";

    public override IReadOnlyList<byte[]> Corpus { get; } =
    [
        new SessionAuthor(IPAddress.Loopback, 1, SrtpUse.Offered).OfferAudio(4000, Laws).ToBytes(),
        new SessionAuthor(IPAddress.IPv6Loopback, ulong.MaxValue, SrtpUse.Required).OfferAudio(4002, Laws).ToBytes(),
        new SessionAuthor(IPAddress.Loopback, 1).OfferT38(4000, SdpT38.Ours).ToBytes(),
        Encoding.UTF8.GetBytes("v=0\r\no=MG 1 2 IN IP4 192.0.2.1\r\ns=x\r\nc=IN IP4 192.0.2.1/127\r\nb=AS:64\r\nt=0 0\r\na=sendrecv\r\nm=audio 18000/2 RTP/AVP 8 0 18 101\r\n"
            + "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:30\r\na=inactive\r\nm=image 18002 udptl t38\r\nc=IN IP6 2001:db8::1\r\na=T38FaxVersion:3\r\n"
            + "a=T38MaxBitRate:14400\r\na=T38FaxRateManagement:transferredTCF\r\na=T38FaxMaxBuffer:72\r\na=T38FaxMaxDatagram:316\r\na=T38FaxUdpEC:t38UDPFEC\r\n"
            + "m=video 0 RTP/AVP 96\r\n"),
    ];

    public override IReadOnlyList<byte[]> Words { get; } = [.. new[]
    {
        "m=audio 1 RTP/SAVP 0\r\n", "m=image 5 udptl t38\r\n", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n",
        "c=IN IP4 0.0.0.0\r\n", "v=0\r\n", "a=", "IN IP6 ::", "\r\n", "a=T38FaxUdpEC:t38UDPRedundancy\r\n", "inline:",
    }.Select(Encoding.UTF8.GetBytes)];

    public override void Run(byte[] input)
    {
        if (!SessionDescription.TryParse(input, out var description))
            return;
        foreach (var media in description.Media)
            _ = (media.IsAudio, media.IsT38, media.T38, media.Laws, media.TelephoneEvent, media.PacketMilliseconds, media.Crypto, description.DirectionOf(media),
                description.EndPointOf(media));
        var author = new SessionAuthor(IPAddress.Loopback, 1, SrtpUse.Offered);
        _ = author.AnswerAudio(description, 4000, Laws, out _)?.ToBytes();
        _ = author.AnswerT38(description, 4000, SdpT38.Ours, out _)?.ToBytes();
        _ = author.TakeAudio(description);
        _ = SessionPaths.T38(description, SdpT38.Ours);
        var again = description.ToBytes();
        // Each byte that is no UTF-8 is written as three, so that one near the limit of length passes it.
        if (again.Length <= MaxBytesRead && !SessionDescription.TryParse(again, out _))
            throw new InvalidOperationException("What was read cannot be read again once it is written.");
    }
}
