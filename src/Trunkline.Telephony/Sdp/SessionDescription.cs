using System.Net;

namespace Trunkline.Telephony.Sdp;

/// <summary>A session description (RFC 8866), as far as fax and voice need it: lines that say nothing about media are not kept.</summary>
public sealed record SessionDescription
{
    public required SdpOrigin Origin { get; init; }

    /// <summary>The session's c= line, for sections without their own.</summary>
    public IPAddress? Connection { get; init; }

    /// <summary>Attributes before the first m= line.</summary>
    public IReadOnlyList<SdpAttribute> Attributes { get; init; } = [];

    public IReadOnlyList<SdpMedia> Media { get; init; } = [];

    /// <summary>The section's direction, else the session's, else both ways.</summary>
    public SdpDirection DirectionOf(SdpMedia media) => media.Direction ?? SdpMedia.ReadDirection(Attributes) ?? SdpDirection.SendReceive;

    /// <summary>Where a section's media goes; null when it is rejected or its address is none that can be sent to.</summary>
    public IPEndPoint? EndPointOf(SdpMedia media) =>
        media.Port != 0 && (media.Connection ?? Connection) is { } address && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? new IPEndPoint(address, media.Port)
            : null;

    /// <summary>Reads a description; false when it is none. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SessionDescription description) => SdpParser.TryParse(text, out description);

    /// <summary>The description as it goes on the wire.</summary>
    public byte[] ToBytes() => SdpWriter.Write(this);
}
