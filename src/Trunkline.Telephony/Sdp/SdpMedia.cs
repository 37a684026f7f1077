using System.Globalization;
using System.Net;
using Trunkline.Telephony.Media;

namespace Trunkline.Telephony.Sdp;

/// <summary>One m= section (RFC 8866 section 5.14).</summary>
public sealed record SdpMedia
{
    /// <summary>audio, image, video …; in lower case.</summary>
    public required string Kind { get; init; }

    /// <summary>0 rejects or removes the stream (RFC 3264 section 6).</summary>
    public required int Port { get; init; }

    /// <summary>RTP/AVP, udptl …; as written.</summary>
    public required string Protocol { get; init; }

    /// <summary>Payload types, or <c>t38</c>.</summary>
    public required IReadOnlyList<string> Formats { get; init; }

    /// <summary>The section's own c= line, which wins over the session's.</summary>
    public IPAddress? Connection { get; init; }

    public IReadOnlyList<SdpAttribute> Attributes { get; init; } = [];

    /// <summary>An audio stream over plain RTP.</summary>
    public bool IsAudio => Kind == "audio" && Protocol.Equals("RTP/AVP", StringComparison.OrdinalIgnoreCase);

    /// <summary>An audio stream over SRTP alone.</summary>
    public bool IsSecureAudio => Kind == "audio" && Protocol.Equals("RTP/SAVP", StringComparison.OrdinalIgnoreCase);

    /// <summary>The keys for SRTP that we can work with, in their order.</summary>
    public IReadOnlyList<SdpCrypto> Crypto =>
        [.. Attributes.Where(a => a.Name.Equals("crypto", StringComparison.OrdinalIgnoreCase)).Select(a => SdpCrypto.Read(a.Value)).OfType<SdpCrypto>()];

    /// <summary>A T.38 stream over UDPTL.</summary>
    public bool IsT38 => Kind == "image" && Protocol.Equals("udptl", StringComparison.OrdinalIgnoreCase)
        && Formats.Any(f => f.Equals("t38", StringComparison.OrdinalIgnoreCase));

    /// <summary>The T.38 attributes.</summary>
    public SdpT38 T38 => SdpT38.Read(Attributes);

    /// <summary>The section's own direction, or null.</summary>
    public SdpDirection? Direction => ReadDirection(Attributes);

    /// <summary>Packet time that this end wants to receive; 20 ms when it does not say.</summary>
    public int PacketMilliseconds =>
        int.TryParse(this["ptime"], NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms is > 0 and <= 200 ? ms : 20;

    /// <summary>The first value of an attribute, or null.</summary>
    public string? this[string attribute]
    {
        get
        {
            foreach (var (name, value) in Attributes)
            {
                if (name.Equals(attribute, StringComparison.OrdinalIgnoreCase))
                    return value ?? "";
            }
            return null;
        }
    }

    /// <summary>The G.711 laws on offer, in their order. PCMU and PCMA have fixed numbers, and need no rtpmap (RFC 3551 section 6).</summary>
    public IReadOnlyList<G711Law> Laws =>
        [.. Formats.Where(f => f is "0" or "8").Select(f => f == "0" ? G711Law.MuLaw : G711Law.ALaw).Distinct()];

    /// <summary>The payload type of telephone-event (RFC 4733), or null.</summary>
    public int? TelephoneEvent => PayloadType("telephone-event/8000");

    /// <summary>The payload type of sound that is sent again (RFC 2198), or null.</summary>
    public int? Redundancy => PayloadType("red/8000");

    private int? PayloadType(string encoding)
    {
        foreach (var (name, value) in Attributes)
        {
            if (value is null || !name.Equals("rtpmap", StringComparison.OrdinalIgnoreCase))
                continue;
            var space = value.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && value.AsSpan(space + 1).TrimStart().StartsWith(encoding, StringComparison.OrdinalIgnoreCase)
                && int.TryParse(value.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var type) && type < 128
                && Formats.Contains(value[..space]))
                return type;
        }
        return null;
    }

    internal static SdpDirection? ReadDirection(IReadOnlyList<SdpAttribute> attributes)
    {
        foreach (var (name, _) in attributes)
        {
            SdpDirection? direction = name.ToUpperInvariant() switch
            {
                "SENDRECV" => SdpDirection.SendReceive,
                "SENDONLY" => SdpDirection.SendOnly,
                "RECVONLY" => SdpDirection.ReceiveOnly,
                "INACTIVE" => SdpDirection.Inactive,
                _ => null,
            };
            if (direction is not null)
                return direction;
        }
        return null;
    }
}
