using System.Globalization;
using System.Net;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Rtp;

namespace Trunkline.Telephony.Sdp;

/// <summary>
/// Writes our descriptions of one call: offers and answers by RFC 3264. It keeps the session id, counts the version up when something
/// changed, and never lets the number of m= sections shrink. Not for use by two threads at once.
/// </summary>
/// <param name="address">The address that our media ports are on.</param>
/// <param name="sessionId">Any number that is ours; seconds since 1900 are usual.</param>
/// <param name="srtp">Whether sound is enciphered.</param>
/// <param name="redundancy">Whether sound that is sent again (RFC 2198) is offered and taken.</param>
public sealed class SessionAuthor(IPAddress address, ulong sessionId, SrtpUse srtp = SrtpUse.Off, bool redundancy = false)
{
    private const string DefaultTelephoneEvent = "101";
    private const byte DefaultRedundancy = 121;
    private SessionDescription? _last;

    // One key for each suite, for the whole call: every stream of ours has a number of its own, so that no two packets are enciphered alike.
    private readonly SdpCrypto[] _ours = srtp == SrtpUse.Off ? [] : [SdpCrypto.New(1, SrtpSuite.Aes128Sha80), SdpCrypto.New(2, SrtpSuite.Aes128Sha32)];

    /// <summary>The description sent last, or null.</summary>
    public SessionDescription? Current => _last;

    /// <summary>An offer of G.711 in this order of preference.</summary>
    public SessionDescription OfferAudio(int port, IReadOnlyList<G711Law> laws) =>
        Offer(Audio(
            port, laws, redundancy ? DefaultRedundancy : null, DefaultTelephoneEvent, SdpDirection.SendReceive, srtp == SrtpUse.Required ? "RTP/SAVP" : "RTP/AVP", _ours));

    /// <summary>An offer of T.38 in the place of what was there.</summary>
    public SessionDescription OfferT38(int port, SdpT38 t38) => Offer(Image(port, "udptl", t38));

    /// <summary>
    /// Answers with the first audio section that has a law of ours, in the far end's order, and rejects the others; null when there is none.
    /// </summary>
    public SessionDescription? AnswerAudio(SessionDescription offer, int port, IReadOnlyList<G711Law> laws, out AudioPath? path)
    {
        for (var i = 0; i < offer.Media.Count; i++)
        {
            var media = offer.Media[i];
            if (!(media.IsAudio || media.IsSecureAudio) || offer.EndPointOf(media) is not { } remote
                || media.Laws.Where(laws.Contains).ToArray() is not [var law, ..])
                continue;
            var theirs = srtp == SrtpUse.Off ? null : media.Crypto is [var first, ..] ? first : null;
            if (theirs is null && (media.IsSecureAudio || srtp == SrtpUse.Required))
                continue;
            var ours = theirs is null ? null : _ours.First(c => c.Key.Suite == theirs.Key.Suite) with { Tag = theirs.Tag };
            var again = redundancy ? media.Redundancy : null;
            path = new AudioPath(
                remote, law, ours is null ? null : new SrtpKeys(ours.Key, theirs!.Key), again is { } type ? new AudioRedundancy((byte)type, Begins: true) : null);
            var telephoneEvent = media.TelephoneEvent?.ToString(CultureInfo.InvariantCulture);
            return Stamp(Answered(offer, i, Audio(port, [law], again, telephoneEvent, Mirror(offer.DirectionOf(media)), media.Protocol, ours is null ? [] : [ours])));
        }
        path = null;
        return null;
    }

    /// <summary>The audio that an answer to our offer accepted; null when it accepted none that we want.</summary>
    public AudioPath? TakeAudio(SessionDescription answer)
    {
        foreach (var media in answer.Media)
        {
            if (!(media.IsAudio || media.IsSecureAudio) || answer.EndPointOf(media) is not { } remote || media.Laws is not [var law, ..])
                continue;
            var theirs = media.Crypto.FirstOrDefault(c => _ours.Any(o => o.Tag == c.Tag && o.Key.Suite == c.Key.Suite));
            if (theirs is null && (media.IsSecureAudio || srtp == SrtpUse.Required))
                continue;
            var keys = theirs is null ? null : new SrtpKeys(_ours.First(o => o.Tag == theirs.Tag).Key, theirs.Key);
            // Another number than ours would be another stream each way, which nobody has.
            var again = redundancy && media.Redundancy == DefaultRedundancy ? new AudioRedundancy(DefaultRedundancy, Begins: false) : null;
            return new AudioPath(remote, law, keys, again);
        }
        return null;
    }

    /// <summary>Answers with the first T.38 section and rejects the others; null when there is none that can be used.</summary>
    public SessionDescription? AnswerT38(SessionDescription offer, int port, SdpT38 ours, out T38Path? path)
    {
        for (var i = 0; i < offer.Media.Count; i++)
        {
            path = SessionPaths.T38(offer, offer.Media[i], ours, InternetAwareness.Offered);
            if (path is null)
                continue;
            var agreed = ours with
            {
                Version = path.Version, MaxBitRate = path.MaxBitRate, ErrorCorrection = path.ErrorCorrection,
                InternetAware = path.InternetAware ? InternetAwareness.Answered : InternetAwareness.None,
            };
            return Stamp(Answered(offer, i, Image(port, offer.Media[i].Protocol, agreed)));
        }
        path = null;
        return null;
    }

    private SessionDescription Offer(SdpMedia wanted)
    {
        // The new stream takes the first place whatever was there (RFC 3264 section 8.3.3 lets the media type change); the others stay rejected.
        List<SdpMedia> media = [wanted];
        for (var i = 1; i < (_last?.Media.Count ?? 0); i++)
            media.Add(Rejected(_last!.Media[i]));
        return Stamp(media);
    }

    private static List<SdpMedia> Answered(SessionDescription offer, int taken, SdpMedia answer) =>
        [.. offer.Media.Select((m, i) => i == taken ? answer : Rejected(m))];

    private SessionDescription Stamp(IReadOnlyList<SdpMedia> media)
    {
        var version = _last is null ? sessionId : _last.Origin.Version + 1;
        var next = new SessionDescription { Origin = new SdpOrigin("-", sessionId, version, address), Connection = address, Media = media };
        // The same description said again keeps its version (RFC 3264 section 8).
        if (_last is not null && (next with { Origin = _last.Origin }).ToBytes().AsSpan().SequenceEqual(_last.ToBytes()))
            return _last;
        return _last = next;
    }

    private static SdpMedia Audio(
        int port, IReadOnlyList<G711Law> laws, int? again, string? telephoneEvent, SdpDirection direction, string protocol, IReadOnlyList<SdpCrypto> keys)
    {
        List<string> formats = [.. laws.Select(l => l == G711Law.MuLaw ? "0" : "8")];
        List<SdpAttribute> attributes = [.. laws.Select(l => new SdpAttribute("rtpmap", l == G711Law.MuLaw ? "0 PCMU/8000" : "8 PCMA/8000"))];
        if (again is { } type)
        {
            var number = type.ToString(CultureInfo.InvariantCulture);
            formats.Add(number);
            attributes.Add(new("rtpmap", number + " red/8000"));
            // A block for each: the packet's own sound and its copies (RFC 2198 section 5).
            attributes.Add(new("fmtp", $"{number} {string.Join('/', Enumerable.Repeat(formats[0], RedundantAudio.Distances.Length + 1))}"));
        }
        if (telephoneEvent is not null)
        {
            formats.Add(telephoneEvent);
            attributes.Add(new("rtpmap", telephoneEvent + " telephone-event/8000"));
            attributes.Add(new("fmtp", telephoneEvent + " 0-15"));
        }
        attributes.AddRange(keys.Select(k => k.Write()));
        attributes.Add(new("ptime", "20"));
        attributes.Add(new(direction switch
        {
            SdpDirection.SendReceive => "sendrecv",
            SdpDirection.SendOnly => "sendonly",
            SdpDirection.ReceiveOnly => "recvonly",
            SdpDirection.Inactive => "inactive",
        }, null));
        return new SdpMedia { Kind = "audio", Port = port, Protocol = protocol, Formats = formats, Attributes = attributes };
    }

    private static SdpMedia Image(int port, string protocol, SdpT38 t38) =>
        new() { Kind = "image", Port = port, Protocol = protocol, Formats = ["t38"], Attributes = t38.Write() };

    private static SdpMedia Rejected(SdpMedia media) => media with { Port = 0, Connection = null, Attributes = [] };

    private static SdpDirection Mirror(SdpDirection theirs) => theirs switch
    {
        SdpDirection.SendReceive => SdpDirection.SendReceive,
        SdpDirection.SendOnly => SdpDirection.ReceiveOnly,
        SdpDirection.ReceiveOnly => SdpDirection.SendOnly,
        SdpDirection.Inactive => SdpDirection.Inactive,
    };
}
