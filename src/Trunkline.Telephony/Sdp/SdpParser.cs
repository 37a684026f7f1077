using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Trunkline.Telephony.Sdp;

/// <summary>
/// Reads SDP (RFC 8866). Tolerant where makers differ (order of lines, bare LF, spaces at the end), strict where a guess would send media
/// to the wrong place. Never throws; bounded.
/// </summary>
internal static class SdpParser
{
    /// <summary>Bytes; a description with every codec of a video phone is below 4 KB.</summary>
    private const int MaxBytes = 32_768;

    private const int MaxMedia = 16;

    /// <summary>Attributes of a section, and formats of an m= line.</summary>
    private const int MaxItems = 200;

    public static bool TryParse(ReadOnlySpan<byte> bytes, out SessionDescription description)
    {
        description = null!;
        if (bytes.Length is 0 or > MaxBytes)
            return false;

        var reading = new Reading();
        var text = Encoding.UTF8.GetString(bytes).AsSpan();
        var first = true;
        foreach (var raw in text.EnumerateLines())
        {
            var line = raw.TrimEnd();
            if (line.IsEmpty)
                continue;
            if (first && line is not "v=0")
                return false;
            first = false;
            if (line.Length < 2 || line[1] != '=' || !reading.Take(line[0], line[2..].Trim()))
                return false;
        }
        return reading.TryFinish(out description);
    }

    private sealed class Reading
    {
        private readonly List<SdpMedia> _media = [];
        private readonly List<SdpAttribute> _sessionAttributes = [];
        private SdpOrigin? _origin;
        private IPAddress? _connection;
        private SdpMedia? _section;
        private List<SdpAttribute> _sectionAttributes = [];

        public bool Take(char type, ReadOnlySpan<char> value)
        {
            switch (type)
            {
                case 'o':
                    return _origin is null && TakeOrigin(value);
                case 'c':
                    // An address that is a name stays unknown, and the section cannot be used; the rest of the description still can.
                    var address = Address(value);
                    if (_section is null)
                        _connection = address;
                    else
                        _section = _section with { Connection = address };
                    return true;
                case 'm':
                    return TakeMedia(value);
                case 'a':
                    return TakeAttribute(value);
                default:
                    return char.IsAsciiLetter(type);
            }
        }

        public bool TryFinish(out SessionDescription description)
        {
            CloseSection();
            description = _origin is null ? null! : new SessionDescription
            {
                Origin = _origin,
                Connection = _connection,
                Attributes = _sessionAttributes,
                Media = _media,
            };
            return _origin is not null;
        }

        private bool TakeOrigin(ReadOnlySpan<char> value)
        {
            Span<Range> parts = stackalloc Range[7];
            if (value.Split(parts, ' ', StringSplitOptions.RemoveEmptyEntries) != 6)
                return false;
            // Ids are numbers by the grammar, but some makers write more digits than 64 bits hold: only change matters to us.
            _ = ulong.TryParse(value[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var id);
            _ = ulong.TryParse(value[parts[2]], NumberStyles.None, CultureInfo.InvariantCulture, out var version);
            _origin = new SdpOrigin(value[parts[0]].ToString(), id, version,
                IPAddress.TryParse(value[parts[5]], out var address) ? address : IPAddress.Any);
            return true;
        }

        private bool TakeMedia(ReadOnlySpan<char> value)
        {
            CloseSection();
            var words = value.ToString().Split(' ', MaxItems, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 4 || _media.Count == MaxMedia)
                return false;
            var port = words[1].AsSpan();
            var slash = port.IndexOf('/');
            if (slash >= 0)
                port = port[..slash];
            if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 65_535)
                return false;
            _section = new SdpMedia { Kind = words[0].ToLowerInvariant(), Port = number, Protocol = words[2], Formats = words[3..] };
            return true;
        }

        private bool TakeAttribute(ReadOnlySpan<char> value)
        {
            var into = _section is null ? _sessionAttributes : _sectionAttributes;
            if (into.Count == MaxItems)
                return false;
            var colon = value.IndexOf(':');
            into.Add(colon < 0
                ? new SdpAttribute(value.ToString(), null)
                : new SdpAttribute(value[..colon].TrimEnd().ToString(), value[(colon + 1)..].Trim().ToString()));
            return true;
        }

        private void CloseSection()
        {
            if (_section is null)
                return;
            _media.Add(_section with { Attributes = _sectionAttributes });
            _section = null;
            _sectionAttributes = [];
        }

        private static IPAddress? Address(ReadOnlySpan<char> value)
        {
            Span<Range> parts = stackalloc Range[4];
            if (value.Split(parts, ' ', StringSplitOptions.RemoveEmptyEntries) != 3 || !value[parts[0]].Equals("IN", StringComparison.OrdinalIgnoreCase))
                return null;
            var host = value[parts[2]];
            var slash = host.IndexOf('/');
            if (!IPAddress.TryParse(slash < 0 ? host : host[..slash], out var address))
                return null;
            var family = value[parts[1]].Equals("IP6", StringComparison.OrdinalIgnoreCase) ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
            return address.AddressFamily == family ? address : null;
        }
    }
}
