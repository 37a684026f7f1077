using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Trunkline.Telephony.Sdp;

/// <summary>Writes SDP in the order of RFC 8866 section 9.</summary>
internal static class SdpWriter
{
    public static byte[] Write(SessionDescription description)
    {
        var text = new StringBuilder(512);
        var origin = description.Origin;
        text.Append(CultureInfo.InvariantCulture,
            $"v=0\r\no={origin.User} {origin.SessionId} {origin.Version} {Typed(origin.Address)}\r\ns=-\r\n");
        if (description.Connection is { } session)
            text.Append(CultureInfo.InvariantCulture, $"c={Typed(session)}\r\n");
        text.Append("t=0 0\r\n");
        Attributes(text, description.Attributes);
        foreach (var media in description.Media)
        {
            text.Append(CultureInfo.InvariantCulture, $"m={media.Kind} {media.Port} {media.Protocol} {string.Join(' ', media.Formats)}\r\n");
            if (media.Connection is { } own)
                text.Append(CultureInfo.InvariantCulture, $"c={Typed(own)}\r\n");
            Attributes(text, media.Attributes);
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Attributes(StringBuilder text, IReadOnlyList<SdpAttribute> attributes)
    {
        foreach (var (name, value) in attributes)
        {
            text.Append("a=").Append(name);
            if (value is not null)
                text.Append(':').Append(value);
            text.Append("\r\n");
        }
    }

    private static string Typed(IPAddress address) => (address.AddressFamily == AddressFamily.InterNetworkV6 ? "IN IP6 " : "IN IP4 ") + address;
}
